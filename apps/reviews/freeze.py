"""What stands in the calendar's way of a plan, and letting exactly that plan through a freeze."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.changes.models import ChangeRequest, Revision
from apps.changes.move import log
from apps.changes.policies import check_text
from apps.environments import calendar
from apps.environments.calendar import Closed
from apps.environments.models import CalendarWindow, Environment
from apps.people.models import User
from apps.planning import codec
from apps.refusal import Refusal, Refused, check
from apps.reviews.models import FreezeException, Membership
from apps.reviews.policies import check_digest

OPEN_NOW = Refusal("open", "Nothing is frozen for this request now. Load the page again.")
NOT_ASKED = Refusal("role", "Only those whom the freeze names let something through, and no author.")


def closed(revision: Revision, now: datetime | None = None) -> Closed | None:
    """Why nothing of this plan may start now; freezes through which it was let don't count, for an emergency none."""
    if revision.change_request.emergency:
        return None
    windows = CalendarWindow.objects.filter(enabled=True)
    if not windows:
        return None
    let = {each.window_id for each in exceptions(revision)}
    environment = revision.change_request.environment
    types = {change.type for change in codec.parse(revision.canonical).changes}
    left = [each.window for each in windows if each.pk not in let]
    return calendar.closed(left, environment.slug, environment.production, types, now or timezone.now())


def exceptions(revision: Revision) -> list[FreezeException]:
    """Those that count: of people who are switched on and no authors."""
    found = FreezeException.objects.filter(revision=revision, person__is_active=True).select_related("person", "window")
    authors = set(revision.change_request.authors.values_list("user_id", flat=True)) if found else set()
    return [each for each in found if each.person_id not in authors]


def may_let_through(person: User, window: CalendarWindow, request: ChangeRequest) -> bool:
    """Whether the freeze names the person, or a team that the person is in; never an author."""
    if not person.is_active or request.authors.filter(user=person).exists():
        return False
    teams = [int(who.partition(":")[2]) for who in window.lets_through if who.startswith("team:")]
    return (
        f"person:{person.pk}" in window.lets_through
        or Membership.objects.filter(team__in=teams, person=person).exists()
    )


@transaction.atomic
def let_through(
    *, by: User, change_request: ChangeRequest, digest: str, reason: str, now: datetime | None = None
) -> FreezeException:
    """Let the plan with this digest through the freeze that is on now. It still needs its approvals."""
    now = now or timezone.now()
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("environment", "revision")
    request = rows.get(pk=change_request.pk)
    revision = request.revision
    check(check_digest(digest, revision.digest if revision else ""), check_text(reason, "why it can't wait"))
    assert revision is not None  # noqa: S101 -- its digest is what was given
    revision.change_request = request
    found = closed(revision, now)
    window = CalendarWindow.objects.filter(pk=found.window.pk).first() if found and found.window else None
    if window is None:
        raise Refused(OPEN_NOW)
    check(None if may_let_through(by, window, request) else NOT_ASKED)
    made = FreezeException.objects.create(revision=revision, window=window, person=by, reason=reason.strip(), at=now)
    about = {"window": window.name, "reason": made.reason, "digest": digest, "revision": revision.number}
    log(request, "review.let_through", by, now, **about)
    return made


def upcoming(environment: Environment, now: datetime, days: int = 30) -> list[calendar.Span]:
    """The occurrences of its windows in the next days, the first first."""
    rows = CalendarWindow.objects.filter(enabled=True)
    windows = [w for row in rows if (w := row.window).about(environment.slug, environment.production, w.types)]
    end = now + timedelta(days=days)
    return sorted((span for w in windows for span in calendar.spans(w, now, end)), key=lambda span: span.starts)
