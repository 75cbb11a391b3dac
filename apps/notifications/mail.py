"""Mail of notifications: at least once, in its own time, tried again when the server is away."""

import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from apps.notifications.models import Notification

LEASE, TRIES_MOST, AT_ONCE = timedelta(minutes=2), 8, 5
NO_MAIL, NO_ADDRESS = "Mail is not set up.", "The person has no address."


def send_due(limit: int = AT_ONCE) -> None:
    for _ in range(limit):
        found = _claimed()
        if found is None:
            return
        _send(found)


@transaction.atomic
def _claimed() -> Notification | None:
    """The one that has been due the longest, which nobody else sends until its lease is over."""
    rows = Notification.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    found = rows.filter(mail_due__lte=timezone.now()).order_by("mail_due").first()
    if found is not None:
        found.mail_due, found.mail_tries = timezone.now() + LEASE, found.mail_tries + 1
        found.save(update_fields=["mail_due", "mail_tries"])
    return found


def _send(found: Notification) -> None:
    found.mail_due = None
    if not settings.RINGI_MAIL or not found.person.email:
        found.mail_error = NO_ADDRESS if settings.RINGI_MAIL else NO_MAIL
    else:
        try:
            message(found).send()
            found.mailed_at, found.mail_error = timezone.now(), ""
        except (OSError, smtplib.SMTPException) as error:
            found.mail_error = f"{type(error).__name__}: {error}"[:300]
            again = timezone.now() + timedelta(minutes=2**found.mail_tries)
            found.mail_due = again if found.mail_tries < TRIES_MOST else None
    found.save(update_fields=["mail_due", "mailed_at", "mail_error"])


def message(found: Notification) -> EmailMessage:
    subject = " ".join(f"[Ringi] {found.headline}".split())[:200]
    where = f"{settings.RINGI_ADDRESS}{found.address}"
    why = f"You get this because: {found.get_kind_display()}. Change it at {settings.RINGI_ADDRESS}/notifications/."
    return EmailMessage(
        subject, f"{found.text}\n\n{where}\n\n{why}", settings.DEFAULT_FROM_EMAIL, [found.person.email],
        headers={"Message-ID": f"<ringi-{found.event}-{found.person_id}@{_host()}>"},
    )  # fmt: skip


def _host() -> str:
    return str(settings.RINGI_ADDRESS).partition("://")[2].partition("/")[0].partition(":")[0] or "ringi"
