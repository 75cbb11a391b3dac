"""Mail to those whose run needs a person. It is sent at least once; a planner that dies while sending sends again."""

import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from apps.people.access import holders
from apps.people.models import Role, User
from apps.runs.models import Notice, Run
from apps.runs.states import RunState, StepState

NEEDS = {RunState.ATTENTION: "needs a person", RunState.FAILED: "failed"}
LEASE = timedelta(minutes=2)
TRIES_MOST, AT_ONCE = 8, 20
NO_MAIL, NOBODY = "Mail is not set up.", "Nobody has an address."


def note(run: Run, now: datetime) -> None:
    """Have people told, if the state of the run is one that needs them."""
    if run.state in NEEDS:
        Notice.objects.create(run=run, state=run.state, at=now, due=now)


def send_due(limit: int = AT_ONCE) -> None:
    for _ in range(limit):
        notice = _claimed(timezone.now())
        if notice is None:
            return
        _send(notice)


@transaction.atomic
def _claimed(now: datetime) -> Notice | None:
    """The notice that has been due the longest, which nobody else sends until its lease is over."""
    rows = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(due__lte=now).order_by("due")
    notice = rows.select_related("run__change_request__environment", "run__started_by").first()
    if notice is not None:
        notice.due, notice.tries = now + LEASE, notice.tries + 1
        notice.save(update_fields=["due", "tries"])
    return notice


def _send(notice: Notice) -> None:
    to = recipients(notice.run)
    notice.due, notice.error = None, "" if to else NOBODY
    if not settings.RINGI_MAIL:
        notice.error = NO_MAIL
    elif to:
        try:
            message(notice, to).send()
            notice.sent_at = timezone.now()
        except (OSError, smtplib.SMTPException) as error:
            notice.error = f"{type(error).__name__}: {error}"[:300]
            again = timezone.now() + timedelta(minutes=2**notice.tries)
            notice.due = again if notice.tries < TRIES_MOST else None
    notice.save(update_fields=["due", "error", "sent_at"])


def recipients(run: Run) -> list[User]:
    """Who started it and who wrote the request; where none of them can be reached, who requests in the environment."""
    authors = User.objects.filter(pk__in=run.change_request.authors.values("user")).order_by("pk")
    concerned = dict.fromkeys([run.started_by, *authors])
    reached = [each for each in concerned if each.is_active and each.email]
    others = holders(Role.REQUESTER, run.change_request.environment.slug)
    return reached or [each for each in others if each.email]


def message(notice: Notice, to: list[User]) -> EmailMessage:
    run, request = notice.run, notice.run.change_request
    needs = NEEDS[RunState(notice.state)]
    subject = " ".join(f"[Ringi] {run.reference} {needs}: {request.title}".split())
    unclear = run.steps.filter(state=StepState.ATTENTION).order_by("ordinal")
    sentences = [run.failure, *(f"Step {step.key}, {step.purpose}: {step.outcome}" for step in unclear)]
    lines = [
        f"{run.reference} in {request.environment.name} {needs}.",
        request.title,
        "",
        *filter(None, sentences),
        "",
        f"{settings.RINGI_ADDRESS}/runs/{run.pk}/",
    ]
    return EmailMessage(subject, "\n".join(lines), settings.DEFAULT_FROM_EMAIL, [each.email for each in to])
