"""Approvals expire; a run that began in time goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.changes.models import Revision
from apps.environments.models import Environment
from apps.people.models import User
from apps.refusal import Refused
from apps.reviews import standing as module
from apps.reviews.commands import approve
from apps.reviews.standing import is_complete, standing
from apps.runs import gate
from apps.runs.commands import start
from apps.web.loading.next_step import next_step
from tests.integration import flow
from tests.integration.estate import Account

People = dict[str, User]


def days_pass(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """For whoever asks whether an approval counts."""
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(module.timezone, "now", lambda: later)


def test_an_approval_of_last_week_starts_nothing(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = flow.approved(people, prod, aws)
    days_pass(monkeypatch, 6.9)
    assert is_complete(request.revision)
    days_pass(monkeypatch, 0.2)
    found = standing(request.revision)
    assert not found.complete
    assert [[review.person.username for review in step.expired] for step in found.steps] == [["ben"]]
    with pytest.raises(Refused, match="no longer counts"):
        start(by=people["aiko"], change_request=request, digest=flow.digest(request))
    assert next_step(request, people["aiko"], found).verb == "replan"
    flow.replanned(people["aiko"], request, aws)
    assert request.state == "in_review"
    monkeypatch.undo()
    approve(by=people["ben"], change_request=request, digest=flow.digest(request))
    assert is_complete(request.revision)


@pytest.mark.parametrize(("days", "passed"), [(1, 2), (90, 8)])
def test_a_longer_time_that_is_set_afterwards_revives_nothing_and_a_shorter_one_counts(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch, days: int, passed: int
) -> None:
    request = flow.approved(people, prod, aws)
    Environment.objects.filter(pk=prod.pk).update(approval_days=days)
    days_pass(monkeypatch, passed)
    assert not is_complete(Revision.objects.get(pk=request.revision_id))


def test_a_run_that_began_in_time_goes_on(
    people: People, prod: Environment, aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = flow.started(people, prod, aws)
    usual = module.is_complete
    later = timezone.now() + timedelta(days=30)
    monkeypatch.setattr(gate, "is_complete", lambda revision, at: usual(revision, at) and not usual(revision, later))
    assert flow.pump(run, aws).state == "succeeded"
