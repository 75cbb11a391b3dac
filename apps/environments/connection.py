"""Testing the ways into an environment: asked for by an administrator, done by the worker that goes that way.

The web process has no credentials of AWS. Planner and executor each try the roles they use, look at nothing but what is
needed to say what is missing, and write down what they found.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.aws.gateway import AwsError
from apps.aws.knock import Tested
from apps.bell import Bell, ring_again, ring_on_commit
from apps.environments.models import ConnectionTest, Environment, Process, TestState
from apps.people.models import User
from apps.people.policies import check_administers
from apps.people.queries import is_administrator
from apps.refusal import check

log = logging.getLogger(__name__)
Knock = Callable[[ConnectionTest], Tested]
BELLS = {Process.PLANNER: Bell.TEST_PLANNER, Process.EXECUTOR: Bell.TEST_EXECUTOR}
WAYS = ((Process.PLANNER, False), (Process.EXECUTOR, False), (Process.EXECUTOR, True))
LOST_AFTER = timedelta(minutes=2)
UNFORESEEN = "Ringi met an unexpected error ({name}). Look at the {process}'s log, and test again."


@transaction.atomic
def request_test(*, by: User, environment: Environment, now: datetime | None = None) -> None:
    """Have every way into the environment tried anew; one that is being tried goes on."""
    now = now or timezone.now()
    check(check_administers(is_administrator(by)))
    queue(environment, now)
    slug = environment.slug
    record(stream="config", verb="environment.test_requested", by=by, subject=slug, environment=slug, now=now)


def queue(environment: Environment, now: datetime) -> None:
    """Queue the tests, as when the ways have changed: that is told by the event of the change."""
    fresh = {"state": TestState.QUEUED, "requested_at": now, "started_at": None, "finished_at": None, "findings": []}
    for process, writes in WAYS:
        row, _ = ConnectionTest.objects.update_or_create(
            environment=environment, process=process, writes=writes, defaults=fresh
        )
        ring_on_commit(BELLS[process], row.pk)


def carry_out(*, test_id: int, knock: Knock) -> None:
    """Try one way. A second message for the same test finds it taken and does nothing."""
    queued = ConnectionTest.objects.filter(pk=test_id, state=TestState.QUEUED)
    if not queued.update(state=TestState.RUNNING, started_at=timezone.now()):
        return
    row = ConnectionTest.objects.select_related("environment__account").get(pk=test_id)
    try:
        tested = knock(row)
        findings = [{"hinders": each.hinders, "sentence": each.sentence} for each in tested.findings]
        _finish(row, tested.principal, findings)
    except AwsError as error:
        _finish(row, "", [{"hinders": True, "sentence": error.sentence}])
    except Exception as error:
        log.exception("test of a connection met an unexpected error", extra={"test": test_id})
        words = UNFORESEEN.format(name=type(error).__name__, process=row.process)
        _finish(row, "", [{"hinders": True, "sentence": words}])


@transaction.atomic
def _finish(row: ConnectionTest, principal: str, findings: list[dict[str, object]]) -> None:
    """Keep what was found, unless the test was asked for again meanwhile."""
    now = timezone.now()
    mine = ConnectionTest.objects.filter(pk=row.pk, state=TestState.RUNNING, started_at=row.started_at)
    known = {"principal": principal} if principal else {}
    if not mine.update(state=TestState.DONE, finished_at=now, findings=findings, **known):
        return
    slug, way = row.environment.slug, f"{row.process}, {'write' if row.writes else 'read'} role"
    data = {"way": way, "outcome": outcome(findings), "findings": findings}
    record(stream="config", verb="environment.tested", by=None, subject=slug, environment=slug, data=data, now=now)


def outcome(findings: list[dict[str, object]]) -> str:
    """What came of a test, in a few words."""
    if not findings:
        return "nothing is missing"
    return "it doesn't work yet" if any(each["hinders"] for each in findings) else "something is missing"


def sweep() -> None:
    """Ring again for tests that nobody has begun, and take back those whose worker is gone."""
    lost = timezone.now() - LOST_AFTER
    ConnectionTest.objects.filter(state=TestState.RUNNING, started_at__lt=lost).update(state=TestState.QUEUED)
    for row in ConnectionTest.objects.filter(state=TestState.QUEUED).order_by("requested_at")[:100]:
        ring_again(BELLS[Process(row.process)], row.pk)
