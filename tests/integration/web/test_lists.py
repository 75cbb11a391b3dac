"""The lists are searched, narrowed and sorted by their address, and carry a request along."""

import re

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from apps.changes import commands
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.inventory.models import Resource
from apps.people.models import RoleBinding, User
from apps.planning.plan import Observation
from apps.reviews.commands import approve
from apps.runs.commands import start
from apps.runs.models import Run
from tests.integration import flow
from tests.integration.estate import TOKYO, Account
from tests.integration.web.conftest import SignIn, database

People = dict[str, User]


@pytest.fixture
def three(people: People, prod: Environment, aws: Account) -> list[ChangeRequest]:
    """A draft about orders-prod and, by goro, one about payments-prod; a third one that is in review."""
    RoleBinding.objects.create(user=people["goro"], role="requester", environment="prod")
    RoleBinding.objects.create(user=people["ben"], role="reviewer", environment="prod")
    first = flow.draft(people["aiko"], prod)
    second = commands.propose(
        by=people["goro"], environment=prod, title="日本語の題名", reason="", changes=[flow.resize("payments-prod")]
    )
    aws.database("ledger-prod")
    third = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, flow.resize("ledger-prod")), aws)
    return [first, second, third]


def listed(sign_in: SignIn, **query: str) -> list[int]:
    return [row.pk for row in sign_in("aiko").get("/change-requests/", query).context["page"].rows]


def test_requests_are_found_by_number_title_and_resource(sign_in: SignIn, three: list[ChangeRequest]) -> None:
    first, second, third = (each.pk for each in three)
    assert listed(sign_in, q="resize") == [third, first]
    assert listed(sign_in, q="payments-PROD") == [second]
    assert listed(sign_in, q="題名") == [second]
    assert listed(sign_in, q=three[0].reference) == [first]
    assert listed(sign_in, q="dbinstance ledger") == [third]
    assert listed(sign_in, q="nowhere") == []


def test_an_edit_is_found_by_what_it_is_about_now(
    sign_in: SignIn, three: list[ChangeRequest], people: People, prod: Environment
) -> None:
    flow.edited(people["aiko"], three[0])
    commands.drop_change(by=people["aiko"], change_request=three[0], edition=three[0].edition, ordinal=1)
    assert listed(sign_in, q="otherwise") == [three[0].pk]
    assert listed(sign_in, q="orders-prod") == []


def test_requests_are_narrowed_by_author_environment_and_state(
    sign_in: SignIn, three: list[ChangeRequest], people: People
) -> None:
    first, second, third = (each.pk for each in three)
    assert listed(sign_in, author="goro") == [second]
    assert listed(sign_in, state="draft") == [second, first]
    assert listed(sign_in, state="in_review", author="aiko") == [third]
    assert listed(sign_in, environment="prod") == [third, second, first]
    assert listed(sign_in, environment="nowhere") == [third, second, first], "what can't be read is left out"
    flow.edited(people["goro"], three[0])
    assert listed(sign_in, author="goro") == [second, first], "who edited is an author"


def test_applied_is_a_state_of_its_own(sign_in: SignIn, three: list[ChangeRequest]) -> None:
    ChangeRequest.objects.filter(pk=three[2].pk).update(state="approved")
    assert listed(sign_in, state="approved") == [three[2].pk]
    ChangeRequest.objects.filter(pk=three[2].pk).update(applied_at=timezone.now())
    assert listed(sign_in, state="approved") == []
    assert listed(sign_in, state="applied") == [three[2].pk]


def test_a_column_sorts_and_turns_round(sign_in: SignIn, three: list[ChangeRequest], people: People) -> None:
    first, second, third = (each.pk for each in three)
    flow.edited(people["aiko"], three[0])
    page = sign_in("aiko").get("/change-requests/", {"state": "draft"})
    heads = page.context["page"].heads
    assert heads["number"].sorted == "descending"
    assert heads["changed"].url == "?state=draft&sort=-changed"
    assert 'aria-sort="descending"' in page.text
    assert listed(sign_in, sort="-changed")[0] == first
    assert listed(sign_in, sort="number") == [first, second, third]
    assert listed(sign_in, sort="'; drop") == [third, second, first]
    kept = sign_in("aiko").get("/change-requests/", {"sort": "changed"}).text
    assert '<input type="hidden" name="sort" value="changed"' in kept


def test_runs_are_searched_narrowed_and_sorted(
    sign_in: SignIn, people: People, prod: Environment, aws: Account
) -> None:
    RoleBinding.objects.create(user=people["ben"], role="reviewer", environment="prod")
    runs = []
    for name in ("orders-prod", "ledger-prod"):
        aws.database(name)
        asked = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, flow.resize(name)), aws)
        approve(by=people["ben"], change_request=asked, digest=flow.digest(asked))
        runs.append(start(by=people["aiko"], change_request=asked, digest=flow.digest(asked)))

    def found(**query: str) -> list[Run]:
        return list(sign_in("aiko").get("/runs/", query).context["page"].rows)

    assert found(q="ledger") == [runs[1]]
    assert found(q=runs[0].change_request.reference) == [runs[0]]
    assert found(sort="queued") == runs
    assert found(state="queued", person="aiko") == runs[::-1]
    assert found(person="goro") == found(state="failed") == []


def test_a_request_is_carried_along_to_the_next_resource(
    sign_in: SignIn, three: list[ChangeRequest], prod: Environment
) -> None:
    third, thing = three[2], database(prod)
    page = sign_in("aiko").get(reverse("web:change_request", args=[third.pk])).text
    assert f'href="/resources/?draft={third.pk}#search"' in page
    chosen = sign_in("aiko").get("/resources/", {"draft": third.pk})
    assert {row.environment_id for row in chosen.context["page"].rows} == {third.environment_id}
    assert f"/propose/?resource={thing.pk}&amp;draft={third.pk}" in chosen.text
    assert f'<input type="hidden" name="draft" value="{third.pk}"' in chosen.text
    form = sign_in("aiko").get(reverse("web:propose"), {"resource": thing.pk, "draft": third.pk}).text
    assert "becomes a draft again" in form
    assert 'name="title"' not in form
    assert re.search(rf'href="\?resource={thing.pk}&amp;action=update">A request of its own', form)


def test_what_is_saved_is_said_with_the_next_step(
    sign_in: SignIn, three: list[ChangeRequest], prod: Environment
) -> None:
    first = three[0]
    document = {"LogGroupName": "shop", "RetentionInDays": 30}
    seen = Observation("AWS::Logs::LogGroup", TOKYO, "shop", "shop", "", "", document)
    record_observation(environment=prod, observation=seen, cause="refresh")
    thing = Resource.objects.get(identifier="shop")
    address = f"{reverse('web:propose')}?resource={thing.pk}&draft={first.pk}"
    answer = sign_in("aiko").post(
        address, {"draft": first.pk, "LogGroupName": "shop", "RetentionInDays": "60"}, follow=True
    )
    assert answer.status_code == 200, (answer.context["form"].errors, answer.context["wording"].errors)
    assert f"Saved in {first.reference}." in answer.text
    assert answer.redirect_chain == [(f"/change-requests/{first.pk}/", 302)]
    assert first.draft_changes.count() == 2


@pytest.mark.django_db(transaction=True)
def test_requests_of_before_are_found_as_well(three: list[ChangeRequest]) -> None:
    written = [each.search for each in ChangeRequest.objects.order_by("pk")]
    ChangeRequest.objects.update(search="")
    fill = MigrationExecutor(connection).loader.get_migration("changes", "0012_search").operations[1].sql
    with connection.cursor() as cursor:
        cursor.execute(fill)
    refilled = ChangeRequest.objects.order_by("pk").values_list("search", flat=True)
    assert [sorted(set(text.split())) for text in refilled] == [sorted(set(text.split())) for text in written]
