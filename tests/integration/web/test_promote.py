"""A blueprint, or a change that was applied, goes through environments: one request each, each after the one before."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Event
from apps.blueprints.models import Blueprint, Promotion, Version
from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.environments.models import Environment
from apps.people.models import Role, User
from tests.integration import flow
from tests.integration.web.conftest import SignIn
from tests.integration.web.test_compare import DATABASE, DEV, PROD, keep
from tests.integration.web.test_upload import uploaded
from tests.unit.blueprints.estates import TOKYO, Place

STG = Place("stg", number=90)


@pytest.fixture
def stg(environments: dict[str, Environment]) -> Environment:
    """Between development and production."""
    for position, slug in enumerate(("dev", "prod")):
        Environment.objects.filter(slug=slug).update(position=2 * position)
    made = Environment.objects.get(slug="dev")
    made.pk, made.slug, made.name, made.position = None, "stg", "Staging", 1
    made.save()
    return made


@pytest.fixture
def goro(sign_in: SignIn, people: dict[str, User], stg: Environment) -> Client:
    people["goro"].bindings.create(role=Role.REQUESTER)
    return sign_in("goro")


def promoted(client: Client, *slugs: str, **what: int) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in what.items())
    typed = {"place": [f"{slug}/{TOKYO}" for slug in slugs]}
    return client.post(f"{reverse('web:new_promotion')}?{asked}", typed, follow=True)


def make(client: Client, promotion: Promotion, slug: str, **more: str) -> ChangeRequest:
    """The request of a stage, with what its form proposes."""
    stage = promotion.stages.get(environment__slug=slug)
    form = client.post(reverse("web:make_stage", args=[stage.pk]), follow=True)
    assert form.status_code == 200, form.context.get("refusal")
    typed = {field.html_name: field.value() or "" for field in form.context["form"]} | more
    address = form.request["PATH_INFO"] + "?" + form.request["QUERY_STRING"]
    answer = client.post(address, typed)
    assert answer.status_code == 302, answer.context["form"].errors or answer.context["refusal"]
    stage.refresh_from_db()
    assert stage.change_request is not None
    return stage.change_request


def applied(request: ChangeRequest) -> None:
    ChangeRequest.objects.filter(pk=request.pk).update(applied_at=timezone.now(), state=State.APPROVED)


def chips(page: Any) -> list[str]:
    strip = page.context["strip"] if "strip" in page.context else page.context["strips"][0]
    return [
        str(each.request.state if each.request else each.refusal.code if each.refusal else "ready")
        for each in strip.stages
    ]


def test_a_version_goes_through_environments_in_their_order(sign_in: SignIn, goro: Client) -> None:
    uploaded(sign_in, who="aiko")
    version = Version.objects.get()
    page = promoted(goro, "prod", "dev", "stg", version=version.pk)
    promotion = Promotion.objects.get()
    assert [each.environment.slug for each in promotion.stages.all()] == ["dev", "stg", "prod"]
    assert chips(page) == ["ready", "earlier", "earlier"]
    assert Event.objects.filter(verb="promotion.started").count() == 1

    first = make(goro, promotion, "dev", Name="kumodev", Count="7")
    second = make(goro, promotion, "stg", Name="kumostg")
    assert (first.after, second.after) == (None, first)
    page = goro.get(reverse("web:change_request", args=[second.pk]))
    assert chips(page) == ["draft", "draft", "ready"]
    assert f"waits for {first.reference} in dev" in page.text
    ChangeRequest.objects.filter(pk__in=(first.pk, second.pk)).update(state=State.APPROVED)
    inbox = {
        each.key: [row.request for row in each.requests] for each in goro.get(reverse("web:inbox")).context["sections"]
    }
    assert (inbox["ready"], inbox["others"]) == ([first], [second])
    shown = goro.get(reverse("web:promotion", args=[promotion.pk])).context["strip"].stages
    assert [(each.label, each.value) for each in shown[0].overrides] == [("Name", "kumodev"), ("Count", "7")]
    assert promotion in [each.promotion for each in goro.get(page_of(version)).context["strips"]]


def page_of(version: Version) -> str:
    return reverse("web:blueprint", args=[version.blueprint_id])


def test_a_stage_whose_request_came_to_nothing_gets_another_and_later_ones_wait_for_that(
    sign_in: SignIn, goro: Client
) -> None:
    uploaded(sign_in, who="aiko")
    promoted(goro, "dev", "stg", version=Version.objects.get().pk)
    promotion = Promotion.objects.get()
    first, second = make(goro, promotion, "dev", Name="kumo"), make(goro, promotion, "stg", Name="kumos")
    stage = promotion.stages.get(number=1)
    refused = goro.post(reverse("web:make_stage", args=[stage.pk]))
    assert (refused.status_code, "is the request of this stage already" in refused.text) == (409, True)
    ChangeRequest.objects.filter(pk=first.pk).update(state=State.WITHDRAWN)
    again = make(goro, promotion, "dev", Name="kumod")
    second.refresh_from_db()
    assert (again.pk != first.pk, second.after) == (True, again)


def test_what_a_request_changed_is_carried_to_the_next_environments(
    goro: Client, people: dict[str, User], environments: dict[str, Environment], stg: Environment
) -> None:
    dev = environments["dev"]
    before: Mapping[str, Any] = {"DBInstanceClass": "db.t3.small"}
    for environment, place in ((dev, DEV), (stg, STG), (environments["prod"], PROD)):
        for part in place.parts(1):
            keep(environment, part, before if part.type == DATABASE and environment != dev else {})
    wanted = flow.DraftInput("update", DATABASE, TOKYO, "svc00-dev", "svc00-dev", {"DBInstanceClass": "db.t3.medium"})
    origin = flow.draft(people["goro"], dev, wanted)
    early = promoted(goro, "stg", "prod", request=origin.pk)
    assert "It is promoted once it was applied" in early.text
    applied(origin)
    promoted(goro, "stg", "prod", request=origin.pk)
    promotion = Promotion.objects.get()
    second, third = make(goro, promotion, "stg"), make(goro, promotion, "prod")
    assert (second.after, third.after) == (origin, second)
    for request, name in ((second, "svc00-stg"), (third, "svc00-prod")):
        (change,) = request.draft_changes.all()
        assert (change.action, change.identifier, change.desired) == (
            "update",
            name,
            {"DBInstanceClass": "db.t3.medium"},
        )
    assert Blueprint.objects.count() == 2
    assert "for Staging" not in goro.get(reverse("web:blueprints")).text, "what only carries a change is no blueprint"


def test_where_everything_is_there_already_nothing_is_proposed(
    goro: Client, people: dict[str, User], environments: dict[str, Environment], stg: Environment
) -> None:
    for environment, place in ((environments["dev"], DEV), (stg, STG)):
        for part in place.parts(1):
            keep(environment, part, {})
    wanted = flow.DraftInput("update", DATABASE, TOKYO, "svc00-dev", "svc00-dev", {"DBInstanceClass": "db.t3.medium"})
    origin = flow.draft(people["goro"], environments["dev"], wanted)
    applied(origin)
    promoted(goro, "stg", request=origin.pk)
    stage = Promotion.objects.get().stages.get(number=2)
    refused = goro.post(reverse("web:make_stage", args=[stage.pk]))
    assert (refused.status_code, "Staging has it all already" in refused.text) == (409, True)


def test_what_is_not_seen_can_not_be_promoted(sign_in: SignIn, goro: Client, people: dict[str, User]) -> None:
    uploaded(sign_in, who="aiko")
    version = Version.objects.get()
    assert goro.get(reverse("web:new_promotion")).status_code == 404
    assert goro.get(f"{reverse('web:new_promotion')}?version=999").status_code == 404
    nothing = promoted(goro, version=version.pk)
    assert (nothing.status_code, "Choose at least one environment" in nothing.text) == (409, True)
    promoted(goro, "dev", "prod", version=version.pk)
    promotion = Promotion.objects.get()
    ben = sign_in("ben").get(reverse("web:promotion", args=[promotion.pk]))
    assert (ben.status_code, "An environment that you don" in ben.text) == (200, True)
    production = promotion.stages.get(environment__slug="prod")
    assert sign_in("ben").post(reverse("web:make_stage", args=[production.pk])).status_code == 404
