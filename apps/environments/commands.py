"""The verbs of administrators: accounts, environments, people and their roles. Each writes its event."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.environments.models import Account, Environment
from apps.environments.policies import check_administers, check_keeps_administrator
from apps.people.models import Role, RoleBinding, User
from apps.people.queries import is_administrator
from apps.refusal import check


@transaction.atomic
def add_account(*, by: User, number: str, name: str) -> Account:
    check(check_administers(is_administrator(by)))
    account = Account.objects.create(number=number, name=name)
    log("account.connected", by, number, name=name)
    return account


@transaction.atomic
def save_environment(*, by: User, environment: Environment | None, values: dict[str, Any]) -> Environment:
    """Add an environment (None), or set the values of one; its slug stays. `values` are the fields by name."""
    check(check_administers(is_administrator(by)))
    verb = "environment.changed" if environment else "environment.added"
    changed = environment or Environment(slug=values["slug"])
    before = facts(changed) if environment else {}
    for name, value in values.items():
        if name != "slug":
            setattr(changed, name, value)
    changed.save()
    after = facts(changed)
    moved = {name: value for name, value in before.items() if after[name] != value}
    log(verb, by, changed.slug, changed.slug, before=moved, after=after)
    return changed


def facts(environment: Environment) -> dict[str, Any]:
    """What the log says of an environment. The external id is a shared secret of both sides and is left out."""
    names = ("name", "regions", "resource_tag", "read_role_arn", "write_role_arn", "enabled", "position")
    return {name: getattr(environment, name) for name in names} | {"account": environment.account.number}


@transaction.atomic
def add_person(*, by: User, username: str, full_name: str, email: str) -> User:
    """A person without password and without roles."""
    check(check_administers(is_administrator(by)))
    person = User.objects.create_user(username, email, None, full_name=full_name)
    log("person.added", by, username, full_name=full_name, email=email)
    return person


@transaction.atomic
def give_role(*, by: User, person: User, role: str, environment: str) -> RoleBinding:
    """Give a role in one environment (its slug) or in all of them (""); giving it twice changes nothing."""
    check(check_administers(is_administrator(by)))
    binding, new = RoleBinding.objects.get_or_create(user=person, role=role, environment=environment)
    if new:
        log("role.given", by, person.username, environment, role=role)
    return binding


@transaction.atomic
def take_role(*, by: User, binding: RoleBinding) -> None:
    """Take a role away; the last administrator of the installation keeps it."""
    check(check_administers(is_administrator(by)))
    everywhere = RoleBinding.objects.select_for_update().filter(
        role=Role.ADMINISTRATOR, environment="", user__is_active=True
    )
    others = len(everywhere.exclude(pk=binding.pk))
    takes = binding.role == Role.ADMINISTRATOR and binding.environment == ""
    check(check_keeps_administrator(takes_administrator=takes, others=others))
    binding.delete()
    log("role.taken", by, binding.user.username, binding.environment, role=binding.role)


def log(verb: str, by: User, subject: str, environment: str = "", **data: Any) -> None:
    """The event of a verb, in the stream of administration."""
    record(
        stream="administration",
        verb=verb,
        by=by,
        subject=subject,
        environment=environment,
        data=data,
        now=timezone.now(),
    )
