"""Sign-ins, sign-outs and new passwords go into the audit log, one stream a day."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from apps.audit.log import record
from apps.people.models import User


@transaction.atomic
def log(verb: str, by: User | None, subject: str, request: HttpRequest | None) -> None:
    now = timezone.now()
    address = request.META.get("REMOTE_ADDR", "") if request else ""
    record(stream=f"auth/{now:%Y-%m-%d}", verb=verb, by=by, subject=subject, data={"address": address}, now=now)


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    log("auth.signed_in", user, user.username, request)


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None:
        log("auth.signed_out", user, user.username, request)


@receiver((password_set, password_changed, password_reset))
def has_new_password(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    log("auth.password_set", user, user.username, request)


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Someone was not let in. Of the name that was tried the first letters are kept: it may be a mistyped password."""
    log("auth.refused", None, abbreviated(str(credentials.get("username", ""))), request)


def abbreviated(name: str) -> str:
    """The first three characters, those that can't be printed (NUL, controls, surrogates) replaced."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name[:3]) + "…"
