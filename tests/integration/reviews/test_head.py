"""The one button belongs to who may press it; everybody else reads whom the request waits for."""

from django.test import Client

from apps.environments.models import Environment
from apps.people.models import User
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]


def head(client: Client, person: User, number: int) -> str:
    client.force_login(person)
    page = client.get(f"/change-requests/{number}/", secure=True).content.decode()
    return page.split('class="request-why"')[0]


def test_who_may_not_approve_reads_who_may(people: People, prod: Environment, aws: Account, client: Client) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    for name, may in (("ben", True), ("aiko", False), ("emi", False)):
        shown = head(client, people[name], request.pk)
        assert ("Approve revision 1</button>" in shown) is may
        assert ('<button class="button quiet" type="button" popovertarget="blockers">' in shown) is not may
        assert "Waiting for Ben Sato or Chie Abe" in shown


def test_who_can_clear_what_is_in_the_way_keeps_the_button(
    people: People, prod: Environment, aws: Account, client: Client
) -> None:
    empty = flow.draft(people["aiko"], prod)
    empty.draft_changes.all().delete()
    shown = head(client, people["aiko"], empty.pk)
    assert '<button class="button primary" type="button" popovertarget="blockers">' in shown
