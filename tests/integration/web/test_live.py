"""What a request shows as live is read again when its page is opened, and says how old it is."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.aws.gateway import AwsError, ErrorKind
from apps.bell import Bell
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.inventory.models import Resource, ResourceVersion
from apps.people.models import User
from apps.planner.look import look
from apps.web.views import change_requests
from tests.integration import flow
from tests.integration.estate import CLASS_AFTER, RDS, TOKYO, Account
from tests.integration.web.conftest import SignIn

People = dict[str, User]
OLD = timedelta(minutes=5)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Bell, int]]:
    found: list[tuple[Bell, int]] = []
    monkeypatch.setattr(change_requests, "ring", lambda bell, pk: found.append((bell, pk)))
    return found


@pytest.fixture
def request_(people: People, prod: Environment, aws: Account) -> ChangeRequest:
    """In review, planned some minutes ago; inventory was read before that."""
    people["ben"].bindings.create(role="reviewer", environment="prod")
    with time_machine.travel(timezone.now() - OLD, tick=False):
        made = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    seen = aws.read(RDS, TOKYO, "orders-prod")
    assert seen is not None
    record_observation(environment=prod, observation=seen, cause="refresh", now=timezone.now() - 2 * OLD)
    return made


def said(sign_in: SignIn, request: ChangeRequest, **query: Any) -> str:
    return sign_in("ben").get(reverse("web:change_request_live", args=[request.pk]), query).text


def test_an_old_page_has_it_read_again_and_tells_what_moved(
    sign_in: SignIn, aws: Account, request_: ChangeRequest, rung: list[tuple[Bell, int]]
) -> None:
    page = sign_in("ben").get(reverse("web:change_request", args=[request_.pk]))
    assert rung == [(Bell.LOOK, request_.pk)]
    shown = page.context["live"].digest
    assert "read again" in page.text
    assert "read again" in said(sign_in, request_, shown=shown, tries="0")
    assert "could not be read again" in said(sign_in, request_, shown=shown, tries="14")
    look(request_.pk, open_reader=aws.reader)
    assert "hx-get" not in said(sign_in, request_, shown=shown, tries="1")
    aws.documents["orders-prod"]["DBInstanceClass"] = "db.r6g.4xlarge"
    Resource.objects.update(observed_at=timezone.now() - OLD)
    look(request_.pk, open_reader=aws.reader)
    assert "have changed since this page was opened" in said(sign_in, request_, shown=shown, tries="1")
    page = sign_in("ben").get(reverse("web:change_request", args=[request_.pk]))
    assert "Changed outside since the proposal" in page.text
    assert "Plan again" not in page.text
    assert "Live now" in page.text
    assert len(rung) == 1


def test_what_is_live_has_a_column_of_its_own_only_where_it_is_another(
    sign_in: SignIn, aws: Account, request_: ChangeRequest, rung: list[tuple[Bell, int]]
) -> None:
    page = sign_in("ben").get(reverse("web:change_request", args=[request_.pk])).text
    assert "Proposed from, and live now" in page
    assert '<th scope="col">Live now</th>' not in page
    aws.documents["orders-prod"]["DBInstanceClass"] = CLASS_AFTER
    look(request_.pk, open_reader=aws.reader)
    page = sign_in("ben").get(reverse("web:change_request", args=[request_.pk])).text
    assert '<th scope="col">Live now</th>' in page


def test_what_was_just_read_is_not_read_again(aws: Account, request_: ChangeRequest) -> None:
    look(request_.pk, open_reader=aws.reader)
    asked = len(aws.together)
    look(request_.pk, open_reader=aws.reader)
    assert len(aws.together) == asked


def test_what_is_gone_and_what_aws_does_not_say(aws: Account, request_: ChangeRequest) -> None:
    aws.reading = AwsError(ErrorKind.DENIED, "no", code="AccessDenied")
    look(request_.pk, open_reader=aws.reader)
    assert Resource.objects.get(identifier="orders-prod").gone_at is None
    aws.reading = None
    del aws.documents["orders-prod"]
    look(request_.pk, open_reader=aws.reader)
    assert Resource.objects.get(identifier="orders-prod").gone_at is not None
    assert ResourceVersion.objects.count() == 1


def test_closed_requests_are_left_alone(
    people: People, sign_in: SignIn, aws: Account, request_: ChangeRequest, rung: list[tuple[Bell, int]]
) -> None:
    ChangeRequest.objects.update(state="withdrawn")
    asked = len(aws.together)
    look(request_.pk, open_reader=aws.reader)
    assert sign_in("ben").get(reverse("web:change_request", args=[request_.pk])).context["live"] is None
    assert (rung, len(aws.together)) == ([], asked)
