"""Whatever is typed into a form stands there again when it is refused: every form that is read and posted to."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.changes.commands import propose
from apps.environments.models import CalendarWindow
from apps.evaluation.models import Policy
from apps.inventory.models import Resource
from apps.notifications.models import Webhook
from apps.people.models import Role, User
from apps.reviews.administer import save_rule, save_team
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from tests.architecture.test_urls import FORMS
from tests.integration.flow import let_grow
from tests.integration.web.conftest import SignIn
from tests.integration.web.filled import posted
from tests.integration.web.test_import import address as of_import
from tests.integration.web.test_import import saved

MARK = "kept\u202e"  # with a sign that nobody sees: nothing takes it as a name, a title or a number
TEXTLESS = {"web:new_promotion", "web:settings_release_lock", "web:notifications"}
Page = Callable[[dict[str, Resource], Client, SignIn], str]


def plain(name: str, *args: Any) -> Page:
    return lambda databases, goro, sign_in: reverse(f"web:{name}", args=args)


def query(name: str, text: str) -> Page:
    return lambda databases, goro, sign_in: f"{reverse(f'web:{name}')}?{text.format(databases['dev'].pk)}"


def imported(databases: dict[str, Resource], goro: Client, sign_in: SignIn) -> str:
    return of_import(saved(sign_in))


def promoted(databases: dict[str, Resource], goro: Client, sign_in: SignIn) -> str:
    version = saved(sign_in).versions.get()
    return f"{reverse('web:new_promotion')}?version={version.pk}"


def changed() -> dict[str, Any]:
    return {"changed_at": timezone.now(), "changed_by": User.objects.get(username="goro")}


def policy(databases: dict[str, Resource], goro: Client, sign_in: SignIn) -> str:
    made = Policy.objects.create(name="Sizes", kind="sizes", values=["db.*"], force="told", **changed())
    return reverse("web:settings_policy", args=[made.pk])


def rule(databases: dict[str, Resource], goro: Client, sign_in: SignIn) -> str:
    by = User.objects.get(username="goro")
    made = save_rule(by=by, name="Dear", condition=Condition(cost_over=Decimal(100)), asks=[Ask(2)])
    return reverse("web:settings_rule", args=[made.rule_id])


def team(databases: dict[str, Resource], goro: Client, sign_in: SignIn) -> str:
    made = save_team(by=User.objects.get(username="goro"), name="Databases", members=[])
    return reverse("web:settings_team", args=[made.pk])


def suggestion(databases: dict[str, Resource], goro: Client, sign_in: SignIn) -> str:
    aiko, found = User.objects.get(username="aiko"), databases["dev"]
    made = propose(
        by=aiko, environment=found.environment, title="Resize", reason="",
        changes=[let_grow(found.name)],
    )  # fmt: skip
    return f"{reverse('web:suggest', args=[made.pk, 1])}?property=MaxAllocatedStorage"


def window(databases: dict[str, Resource], goro: Client, sign_in: SignIn) -> str:
    made = CalendarWindow.objects.create(
        name="Year end", kind="freeze", starts="2026-12-20T18:00", minutes=60, zone="Asia/Tokyo"
    )
    return reverse("web:settings_window", args=[made.pk])


def webhook(databases: dict[str, Resource], goro: Client, sign_in: SignIn) -> str:
    made = Webhook.objects.create(name="Channel", form="slack", url="https://hooks.example.com/x", nonce="n")
    return reverse("web:settings_webhook", args=[made.pk])


PAGES: dict[str, Page] = {
    "web:propose": query("propose", "resource={}"),
    "web:propose_batch": query("propose_batch", "resource={0}"),
    "web:suggest": suggestion,
    "web:notifications": plain("notifications"),
    "web:import_blueprint": imported,
    "web:upload_blueprint": plain("upload_blueprint"),
    "web:new_promotion": promoted,
    "web:settings_accounts": plain("settings_accounts"),
    "web:settings_environment": plain("settings_environment", "dev"),
    "web:settings_new_environment": plain("settings_new_environment"),
    "web:settings_people": plain("settings_people"),
    "web:settings_release_lock": plain("settings_release_lock"),
    "web:settings_new_policy": plain("settings_new_policy"),
    "web:settings_policy": policy,
    "web:settings_new_rule": plain("settings_new_rule"),
    "web:settings_rule": rule,
    "web:settings_new_team": plain("settings_new_team"),
    "web:settings_team": team,
    "web:settings_new_window": plain("settings_new_window"),
    "web:settings_window": window,
    "web:settings_new_webhook": plain("settings_new_webhook"),
    "web:settings_webhook": webhook,
}


@pytest.fixture
def goro(people: dict[str, User], sign_in: SignIn) -> Client:
    people["goro"].bindings.create(role=Role.REQUESTER)
    return sign_in("goro")


def test_every_form_is_walked() -> None:
    assert set(PAGES) == FORMS


@pytest.mark.parametrize("name", PAGES)
def test_what_was_typed_outlives_a_refusal(
    databases: dict[str, Resource], goro: Client, sign_in: SignIn, name: str
) -> None:
    at = PAGES[name](databases, goro, sign_in)
    forms = list(posted(goro.get(at).text))
    assert forms or name in TEXTLESS, f"{at} has no form with text"
    for form in forms:
        wrong = {control: f"{MARK}{number}" for number, control in enumerate(form.typed)}
        sent = form.data(**wrong)
        answer = goro.post(form.action or at, sent)
        assert answer.status_code in {200, 400, 409, 422}, (at, answer.status_code, sorted(wrong))
        again = {pair for each in posted(answer.text) for pair in each.values}
        assert [pair for pair in wrong.items() if pair not in again] == [], at


@pytest.mark.parametrize(
    ("at", "typed"),
    [
        ("/settings/accounts/", {"number": "111111111111", "name": "Again"}),
        ("/settings/people/", {"username": "aiko", "full_name": "Another Aiko", "email": "other@example.test"}),
        ("/settings/environments/new/", {"slug": "dev", "name": "Another", "regions": "ap-northeast-1"}),
    ],
)
@pytest.mark.usefixtures("databases")
def test_what_is_taken_already_is_said_at_its_field_and_loses_nothing(
    goro: Client, at: str, typed: dict[str, str]
) -> None:
    answer = goro.post(at, typed)
    assert answer.status_code == 422
    again = {pair for form in posted(answer.text) for pair in form.values}
    assert typed.items() <= again
