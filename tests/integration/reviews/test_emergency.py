"""Emergencies: a flow of their own, loud, and waited for until somebody who had no part in one has looked."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Event
from apps.changes.commands import submit
from apps.changes.models import ChangeRequest
from apps.environments.models import CalendarWindow, Environment
from apps.people.models import Role, RoleBinding, User
from apps.planner.request import plan_request
from apps.refusal import Refused
from apps.reviews.administer import save_rule
from apps.reviews.afterwards import review_afterwards
from apps.reviews.commands import approve
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.models import AfterReview
from apps.reviews.standing import standing
from apps.runs.commands import start
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]
WHY = "Orders fail since 09:40."


@pytest.fixture
def goro(people: People) -> User:
    goro = User.objects.create_user("goro", "goro@example.test", None, full_name="Goro Hayashi")
    RoleBinding.objects.create(user=goro, role=Role.ADMINISTRATOR)
    return goro


@pytest.fixture
def prod(prod: Environment) -> Environment:
    prod.emergencies = True
    prod.save()
    return prod


def declared(people: People, prod: Environment, aws: Account, why: str = WHY) -> ChangeRequest:
    request = flow.draft(people["aiko"], prod)
    submit(by=people["aiko"], change_request=request, edition=request.edition, emergency=why)
    plan_request(request.pk, open_reader=aws.reader)
    request.refresh_from_db()
    return request


def begun(people: People, request: ChangeRequest, aws: Account) -> ChangeRequest:
    approve(by=people["ben"], change_request=request, digest=flow.digest(request))
    run = start(by=people["aiko"], change_request=request, digest=flow.digest(request))
    flow.pump(run, aws)
    request.refresh_from_db()
    return request


def test_the_usual_rules_do_not_hold_and_those_for_emergencies_do(
    people: People, goro: User, prod: Environment, aws: Account
) -> None:
    save_rule(by=goro, name="Usual", condition=Condition(), asks=[Ask(2)])
    request = declared(people, prod, aws)
    assert request.revision
    [step] = standing(request.revision).steps
    assert (step.needed, step.rule) == (
        1, "An emergency needs one reviewer of its environment who is not an author, and is reviewed afterwards.",
    )  # fmt: skip
    asks = [Ask(1, f"person:{people['chie'].pk}")]
    save_rule(by=goro, name="On duty", condition=Condition(emergency=True), asks=asks)
    [since] = standing(request.revision).since
    assert since.name == "Chie Abe"
    usual = flow.submitted(people["daichi"], flow.draft(people["daichi"], prod), aws)
    assert usual.revision
    assert [step.needed for step in standing(usual.revision).steps] == [2]


def test_freezes_do_not_hold_it(people: People, prod: Environment, aws: Account) -> None:
    since = timezone.now().strftime("%Y-%m-%dT00:00")
    CalendarWindow.objects.create(name="Year end", kind="freeze", starts=since, minutes=2880, zone="UTC")
    request = begun(people, declared(people, prod, aws), aws)
    assert request.applied_at is not None


def test_it_is_loud_everywhere_and_of_its_own_kind_in_the_log(
    people: People, prod: Environment, aws: Account, client: Client
) -> None:
    request = begun(people, declared(people, prod, aws), aws)
    verbs = set(Event.objects.filter(stream=f"cr/{request.pk}").values_list("verb", flat=True))
    assert {"emergency.declared", "emergency.begun"} <= verbs
    client.force_login(people["chie"])
    run = request.runs.get()
    for address in (
        reverse("web:change_request", args=[request.pk]), reverse("web:run", args=[run.pk]), reverse("web:runs"),
        reverse("web:change_requests"), reverse("web:inbox"),
    ):  # fmt: skip
        assert "Emergency" in client.get(address).content.decode(), address


def test_it_stays_in_the_inbox_until_somebody_without_a_part_in_it_has_looked(
    people: People, prod: Environment, aws: Account, client: Client
) -> None:
    request = begun(people, declared(people, prod, aws), aws)
    about: dict[str, Any] = {"change_request": request, "justified": True}
    for name in ("aiko", "ben"):
        with pytest.raises(Refused):
            review_afterwards(by=people[name], text="Fine.", **about)
        client.force_login(people[name])
        assert "to review it afterwards" not in client.get("/").content.decode()
    client.force_login(people["chie"])
    assert "You, to review it afterwards" in client.get("/").content.decode()
    address = reverse("web:review_afterwards", args=[request.pk])
    assert "what you found" in client.post(address, {"justified": "yes", "text": ""}).content.decode()
    client.post(address, {"justified": "no", "text": "It could have **waited**."})
    page = client.get(reverse("web:change_request", args=[request.pk])).content.decode()
    assert "it was none." in page
    assert "could have <strong>waited</strong>" in page
    assert "to review it afterwards" not in client.get("/").content.decode()
    assert Event.objects.get(verb="emergency.reviewed").data["justified"] is False
    with pytest.raises(Refused, match="nothing to review afterwards"):
        review_afterwards(by=people["chie"], text="Again.", **about)
    with pytest.raises(DatabaseError), transaction.atomic():
        AfterReview.objects.update(justified=True)


def test_who_approved_looks_where_there_is_nobody_else(people: People, prod: Environment, aws: Account) -> None:
    request = begun(people, declared(people, prod, aws), aws)
    people["chie"].bindings.all().delete()
    assert review_afterwards(by=people["ben"], change_request=request, justified=True, text="It was.").justified


def test_nobody_declares_one_where_the_environment_does_not_let_them(
    people: People, prod: Environment, aws: Account, client: Client
) -> None:
    prod.emergencies = False
    prod.save()
    with pytest.raises(Refused, match="Nobody declares emergencies in prod"):
        declared(people, prod, aws)
    client.force_login(people["aiko"])
    request = flow.draft(people["aiko"], prod)
    page = reverse("web:change_request", args=[request.pk])
    assert "This is an emergency" not in client.get(page).content.decode()
    prod.emergencies = True
    prod.save()
    assert "This is an emergency" in client.get(page).content.decode()


def test_an_edit_and_a_usual_submission_end_it(people: People, prod: Environment, aws: Account) -> None:
    request = flow.edited(people["aiko"], declared(people, prod, aws))
    flow.submitted(people["aiko"], request, aws)
    assert request.emergency == ""
