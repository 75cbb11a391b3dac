"""The verbs about accounts and environments. Administrators only; each writes its event and raises `Refused`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.aws.regions import regions as regions_of_aws
from apps.environments import calendar, connection, policies
from apps.environments.models import Account, CalendarWindow, Environment
from apps.people.models import User
from apps.people.policies import check_administers
from apps.people.queries import administrators, is_administrator
from apps.refusal import Refusal, check

STREAM = "config"
LIMITS = ("runs_most", "calls_most", "failures_most", "approval_days")
ROLES = ("read_role_arn", "write_role_arn")
SWITCHES = ("enabled", "production", "emergencies", "two_administrators")
SHOWN = ("name", "regions", "resource_tag", *ROLES, *SWITCHES, "position", *LIMITS)
CHANGEABLE = (*SHOWN, "external_id")
NO_LIMITS: Mapping[str, int] = {}


@transaction.atomic
def connect_account(*, by: User, number: str, name: str, now: datetime | None = None) -> Account:
    check(check_administers(is_administrator(by)))
    check(policies.check_account(number=number, name=name))
    check(policies.check_unconnected(Account.objects.filter(number=number).exists()))
    account = Account.objects.create(number=number, name=name.strip())
    _log("account.connected", by, number, "", now, name=account.name)
    return account


@transaction.atomic
def change_account(*, by: User, account: Account, name: str, calls_most: int, now: datetime | None = None) -> Account:
    """Set what an account is called, and how many calls of its runs may be on their way at once; its number stays."""
    check(check_administers(is_administrator(by)))
    check(policies.check_account(number=account.number, name=name), policies.check_limit("calls_most", calls_most))
    changed = Account.objects.select_for_update().get(pk=account.pk)
    before = {"name": changed.name, "calls_most": changed.calls_most}
    changed.name, changed.calls_most = name.strip(), calls_most
    changed.save(update_fields=list(before))
    _log("account.changed", by, changed.number, "", now, before=before, name=changed.name, calls_most=calls_most)
    return changed


@transaction.atomic
def define_environment(
    *,
    by: User,
    slug: str,
    name: str,
    account: Account,
    regions: Sequence[str],
    read_role_arn: str,
    write_role_arn: str,
    external_id: str,
    resource_tag: str = "",
    position: int = 0,
    enabled: bool = True,
    production: bool = False,
    emergencies: bool = False,
    two_administrators: bool = False,
    limits: Mapping[str, int] = NO_LIMITS,
    now: datetime | None = None,
) -> Environment:
    """Add an environment. Its slug and its account stay for good. `limits` are those of `LIMITS` that are given."""
    check(check_administers(is_administrator(by)))
    check(policies.check_slug(slug))
    check(policies.check_free(Environment.objects.filter(slug=slug).exists()))
    environment = Environment(
        slug=slug,
        name=name,
        account=account,
        regions=list(regions),
        read_role_arn=read_role_arn,
        write_role_arn=write_role_arn,
        external_id=external_id,
        resource_tag=resource_tag,
        position=position,
        enabled=enabled,
        production=production,
        emergencies=emergencies,
        two_administrators=two_administrators,
        **limits,
    )
    _check(environment)
    check(_check_two(environment, before=False))
    environment.save()
    connection.queue(environment, now or timezone.now())
    _log("environment.added", by, slug, slug, now, after=facts(environment))
    return environment


@transaction.atomic
def change_environment(
    *, by: User, environment: Environment, account: Account | None = None, now: datetime | None = None, **values: Any
) -> Environment:
    """Set some of `CHANGEABLE` by name. `account` may be given and must be the same."""
    check(check_administers(is_administrator(by)))
    changed = Environment.objects.select_for_update(of=("self",)).select_related("account").get(pk=environment.pk)
    check(policies.check_same_account(changed.account.number, (account or changed.account).number))
    before, ways = facts(changed), _ways(changed)
    for name, value in values.items():
        if name not in CHANGEABLE:
            raise TypeError(f"{name} of an environment can't be changed")
        setattr(changed, name, value)
    _check(changed)
    check(_check_two(changed, before=before["two_administrators"]))
    changed.save()
    after = facts(changed)
    moved = [name for name in after if after[name] != before[name]]
    data = {when: {name: said[name] for name in moved} for when, said in (("before", before), ("after", after))}
    if ways != _ways(changed):
        connection.queue(changed, now or timezone.now())
    _log("environment.changed", by, changed.slug, changed.slug, now, **data)
    return changed


@transaction.atomic
def save_window(*, by: User, window: CalendarWindow, now: datetime | None = None) -> CalendarWindow:
    """Add a window of the calendar, or write one anew. It counts from now on, also for runs that go on."""
    check(check_administers(is_administrator(by)))
    taken = CalendarWindow.objects.filter(name=window.name).exclude(pk=window.pk).exists()
    check(
        policies.check_window_name(window.name, taken=taken),
        calendar.check_window(window.window),
    )
    before = CalendarWindow.objects.select_for_update().filter(pk=window.pk).first()
    window.save()
    verb = "calendar.changed" if before else "calendar.added"
    data = {"before": _window(before) if before else {}, "after": _window(window)}
    _log(verb, by, window.name, "", now, **data)
    return window


def _window(window: CalendarWindow) -> dict[str, Any]:
    more = {name: getattr(window, name) for name in ("reason", "lets_through", "enabled")}
    return {**calendar.stored(window.window), **more}


def facts(environment: Environment) -> dict[str, Any]:
    """What the log says of an environment. The external id is a secret of both sides and is left out."""
    return {name: getattr(environment, name) for name in SHOWN} | {"account": environment.account.number}


def _ways(environment: Environment) -> tuple[str, ...]:
    """What decides who gets in."""
    return environment.read_role_arn, environment.write_role_arn, environment.external_id


def _check(environment: Environment) -> None:
    wanted = policies.Definition(
        slug=environment.slug,
        account=environment.account.number,
        regions=environment.regions,
        read_role_arn=environment.read_role_arn,
        write_role_arn=environment.write_role_arn,
        external_id=environment.external_id,
        resource_tag=environment.resource_tag,
    )
    check(*policies.refusals(wanted, regions_of_aws()))
    check(*(policies.check_limit(name, getattr(environment, name)) for name in LIMITS))


def _check_two(environment: Environment, *, before: bool) -> Refusal | None:
    wanted = environment.two_administrators and not before
    return policies.check_two_administrators(administrators()) if wanted else None


def _log(verb: str, by: User, subject: str, environment: str, now: datetime | None, **data: Any) -> None:
    at = now or timezone.now()
    record(stream=STREAM, verb=verb, by=by, subject=subject, environment=environment, data=data, now=at)
