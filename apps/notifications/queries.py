"""Notifications as pages read them."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from apps.notifications.mail import NO_ADDRESS, NO_MAIL
from apps.notifications.models import Notification
from apps.people.models import User

UNREAD_MOST = 100


def of(person: User) -> QuerySet[Notification]:
    """What the person was told, the newest first."""
    return Notification.objects.filter(person=person)


def unread(person: User) -> int:
    """How many the person has not read, counted no further than `UNREAD_MOST`."""
    return Notification.objects.filter(person=person, read_at=None).order_by()[:UNREAD_MOST].count()


def read(person: User, *, request: int | None = None, pk: int | None = None, now: datetime | None = None) -> int:
    """Mark as read what is about a request, one of them, or all."""
    found = Notification.objects.filter(person=person, read_at=None)
    found = found.filter(request=request) if request is not None else found
    found = found.filter(pk=pk) if pk is not None else found
    return found.update(read_at=now or timezone.now())


def last_unsent() -> Notification | None:
    """The newest of which the mail could not be sent, for a reason that is not the person's."""
    tried = Notification.objects.filter(mail_tries__gt=0, mailed_at=None)
    return tried.exclude(mail_error__in=("", NO_MAIL, NO_ADDRESS)).select_related("person").first()


def unsent(person: User) -> str:
    """Why the newest mail to the person was not sent; "" where it was, or where none was to be."""
    newest = Notification.objects.filter(person=person, mail_tries__gt=0).first()
    return newest.mail_error if newest and newest.mailed_at is None else ""
