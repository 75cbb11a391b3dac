"""The verbs about people and their roles. `by` is None only where an installation gets its first administrator."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.audit.log import record
from apps.people.models import Role, RoleBinding, User
from apps.people.policies import (
    NOBODY,
    check_administers,
    check_binding,
    check_first,
    check_free,
    check_keeps_administrator,
    check_not_oneself,
    check_person,
)
from apps.people.queries import is_administrator
from apps.refusal import Refused, check


@transaction.atomic
def create_person(
    *,
    by: User,
    username: str,
    full_name: str,
    email: str = "",
    password: str | None = None,
    now: datetime | None = None,
) -> User:
    """Add a person without roles; without a password they set one with a link. Raises `Refused`."""
    check(check_administers(is_administrator(by)))
    return _create(by, username, full_name, email, password, now or timezone.now())


@transaction.atomic
def create_first_administrator(
    *, username: str, full_name: str, email: str, password: str, now: datetime | None = None
) -> User:
    """Give a new installation its first administrator; refused as soon as there is one."""
    now = now or timezone.now()
    check(check_first(_administrators().count()))
    person = _create(None, username, full_name, email, password, now)
    RoleBinding.objects.create(user=person, role=Role.ADMINISTRATOR)
    _log("role.given", None, username, "", now, role=Role.ADMINISTRATOR.value)
    return person


@transaction.atomic
def recover_administrator(*, username: str, password: str, now: datetime | None = None) -> User:
    """Let a person who exists administer the installation, with a new password: for whoever has the machine.

    For a day the person then decides nothing: it could be whoever has the machine. Raises `Refused`.
    """
    now = now or timezone.now()
    person = User.objects.select_for_update().filter(username=username).first()
    if person is None:
        raise Refused(NOBODY)
    person.set_password(password)
    person.is_active, person.linked_at = True, now
    person.save(update_fields=["password", "is_active", "linked_at"])
    RoleBinding.objects.get_or_create(user=person, role=Role.ADMINISTRATOR, environment="")
    _log("administrator.recovered", None, username, "", now)
    return person


@transaction.atomic
def bind_role(*, by: User, person: User, role: str, environment: str = "", now: datetime | None = None) -> RoleBinding:
    """Give a role in one environment (its slug) or in all of them (""); giving it twice changes nothing."""
    check(check_administers(is_administrator(by)), check_binding(role=role, roles=Role.values, environment=environment))
    binding, new = RoleBinding.objects.get_or_create(user=person, role=role, environment=environment)
    if new:
        _log("role.given", by, person.username, environment, now or timezone.now(), role=role)
    return binding


@transaction.atomic
def unbind_role(*, by: User, binding: RoleBinding, now: datetime | None = None) -> None:
    """Take a role away; the last administrator of the installation keeps it."""
    check(check_administers(is_administrator(by)))
    everywhere = list(_administrators().select_for_update().values_list("pk", flat=True))
    takes = binding.role == Role.ADMINISTRATOR and binding.environment == ""
    others = sum(pk != binding.pk for pk in everywhere)
    check(check_keeps_administrator(takes_administrator=takes, others=others))
    binding.delete()
    _log("role.taken", by, binding.user.username, binding.environment, now or timezone.now(), role=binding.role)


@transaction.atomic
def switch(*, by: User, person: User, active: bool, now: datetime | None = None) -> None:
    """Let a person in or keep them out, from their next request on; what they did and their roles stay."""
    check(check_administers(is_administrator(by)), check_not_oneself(by.pk == person.pk and not active))
    everywhere = list(_administrators().select_for_update().values_list("user_id", flat=True))
    takes = not active and person.pk in everywhere
    others = sum(pk != person.pk for pk in everywhere)
    check(check_keeps_administrator(takes_administrator=takes, others=others))
    if User.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        now = now or timezone.now()
        if active:
            _log("person.switched_on", by, person.username, "", now)
        else:
            _log("person.switched_off", by, person.username, "", now)


@transaction.atomic
def allow_new_password(*, by: User, person: User, now: datetime | None = None) -> None:
    """Record that an administrator makes a link with which the person, or whoever has it, sets a new password.

    For a day the person then decides nothing: it could be the administrator who has used the link.
    """
    check(check_administers(is_administrator(by)))
    now = now or timezone.now()
    User.objects.filter(pk=person.pk).update(linked_at=now)
    _log("person.link_made", by, person.username, "", now)


def _administrators() -> QuerySet[RoleBinding]:
    """The bindings that make an active person administrator everywhere."""
    return RoleBinding.objects.filter(role=Role.ADMINISTRATOR, environment="", user__is_active=True)


def _create(by: User | None, username: str, full_name: str, email: str, password: str | None, now: datetime) -> User:
    check(check_person(username=username, full_name=full_name))
    check(check_free(User.objects.filter(username__iexact=username).exists()))
    person = User.objects.create_user(username, email, password, full_name=full_name.strip())
    _log("person.added", by, username, "", now, full_name=person.full_name, email=email)
    return person


def _log(verb: str, by: User | None, subject: str, environment: str, now: datetime, **data: Any) -> None:
    record(stream="admin", verb=verb, by=by, subject=subject, environment=environment, data=data, now=now)
