"""Changes of rules, teams and roles that take a second administrator, where an environment says so.

Such a change is kept as it was asked for, and carried out by the command that carries it out elsewhere, in the name of
who asked for it, once somebody else who administers the installation agrees.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.environments.commands import change_environment
from apps.environments.models import Environment
from apps.people.commands import bind_role, unbind_role
from apps.people.models import RoleBinding, User
from apps.people.policies import check_administers
from apps.people.queries import is_administrator
from apps.refusal import Refusal, Refused, check
from apps.reviews.administer import save_rule, save_team
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.models import AdministrativeChange, Rule, Team

STREAM = "admin"
Values = Mapping[str, Any]
MOVED = Refusal("moved", "It was changed since this was asked for. Ask for it anew.")
DECIDED = Refusal("decided", "Somebody has decided on this already. Load the page again.")
ONESELF = Refusal("oneself", "You asked for this yourself, so another administrator has to agree.")


@transaction.atomic
def carry_out(
    *, by: User, kind: str, subject: str, said: str, values: Values, now: datetime | None = None
) -> AdministrativeChange | None:
    """Do it at once, and give None; or keep it for a second administrator where an environment asks for one.

    `kind` is one of `KINDS`, `values` what that takes, `said` what is to be done, in words. What would be refused is
    refused before it is kept.
    """
    now = now or timezone.now()
    check(check_administers(is_administrator(by)))
    if not _takes_two(kind, values):
        KINDS[kind](by, values, now)
        return None
    _rehearse(by, kind, values, now)
    about = {"kind": kind, "subject": subject, "said": said, "values": dict(values)}
    kept = AdministrativeChange.objects.create(**about, by=by, at=now)
    record(stream=STREAM, verb="administration.asked", by=by, subject=subject, data={"said": said}, now=now)
    return kept


@transaction.atomic
def decide(*, by: User, change: AdministrativeChange, agree: bool, now: datetime | None = None) -> None:
    """Carry it out in the name of who asked for it, or drop it; who asked for it may only drop it."""
    now = now or timezone.now()
    found = AdministrativeChange.objects.select_for_update(of=("self",)).select_related("by").get(pk=change.pk)
    check(
        check_administers(is_administrator(by)),
        DECIDED if found.agreed is not None else None,
        ONESELF if agree and found.by_id == by.pk else None,
    )
    if agree:
        KINDS[found.kind](found.by, found.values, now)
    found.agreed, found.decided_by, found.decided_at = agree, by, now
    found.save(update_fields=["agreed", "decided_by", "decided_at"])
    verb = "administration.agreed" if agree else "administration.dropped"
    data = {"said": found.said, "asked_by": found.by.username}
    record(stream=STREAM, verb=verb, by=by, subject=found.subject, data=data, now=now)


def waiting() -> list[AdministrativeChange]:
    """What waits for a second administrator, the oldest first."""
    return list(AdministrativeChange.objects.filter(agreed=None).select_related("by"))


def _takes_two(kind: str, values: Values) -> bool:
    places = Environment.objects.filter(two_administrators=True)
    about = _about(kind, values)
    return (places.filter(slug__in=about) if about else places).exists()


def _about(kind: str, values: Values) -> set[str]:
    """The environments that a change is about; none = all of them."""
    match kind:
        case "rule":
            before = Rule.objects.get(pk=values["rule"]).versions.first() if values["rule"] else None
            old = set(before.condition.get("environments", ())) if before else set()
            new = set(values["condition"].get("environments", ()))
            return old | new if new and (old or not before) else set()
        case "give_role":
            return {values["environment"]} - {""}
        case "take_role":
            return set(RoleBinding.objects.filter(pk=values["binding"]).values_list("environment", flat=True)) - {""}
        case "one_administrator" | "emergencies":
            return {values["environment"]}
        case _:
            return set()


def _rehearse(by: User, kind: str, values: Values, now: datetime) -> None:
    """Do it and take it back, so that nobody is asked to agree to what can't be done. Raises `Refused`."""
    with transaction.atomic():
        KINDS[kind](by, values, now)
        transaction.set_rollback(True)


def _rule(by: User, values: Values, now: datetime) -> None:
    rule = Rule.objects.select_for_update().get(pk=values["rule"]) if values["rule"] else None
    newest = rule.versions.first() if rule else None
    if (newest.number if newest else 0) != values["version"]:
        raise Refused(MOVED)
    asks = [Ask(each["needed"], each["who"]) for each in values["asks"]]
    about = {"name": values["name"], "enabled": values["enabled"], "condition": Condition.of(values["condition"])}
    save_rule(by=by, rule=rule, asks=asks, now=now, **about)


def _team(by: User, values: Values, now: datetime) -> None:
    team = Team.objects.select_for_update().get(pk=values["team"]) if values["team"] else None
    there = sorted(team.memberships.values_list("person", flat=True)) if team else []
    if there != values["before"]:
        raise Refused(MOVED)
    members = list(User.objects.filter(pk__in=values["members"]))
    save_team(by=by, team=team, name=values["name"], members=members, now=now)


def _give_role(by: User, values: Values, now: datetime) -> None:
    person = User.objects.get(pk=values["person"])
    bind_role(by=by, person=person, role=values["role"], environment=values["environment"], now=now)


def _take_role(by: User, values: Values, now: datetime) -> None:
    binding = RoleBinding.objects.select_related("user").filter(pk=values["binding"]).first()
    if binding is None:
        raise Refused(MOVED)
    unbind_role(by=by, binding=binding, now=now)


def _one_administrator(by: User, values: Values, now: datetime) -> None:
    environment = Environment.objects.get(slug=values["environment"])
    change_environment(by=by, environment=environment, two_administrators=False, now=now)


def _emergencies(by: User, values: Values, now: datetime) -> None:
    environment = Environment.objects.get(slug=values["environment"])
    change_environment(by=by, environment=environment, emergencies=True, now=now)


KINDS: Mapping[str, Callable[[User, Values, datetime], None]] = {
    "rule": _rule,
    "team": _team,
    "give_role": _give_role,
    "take_role": _take_role,
    "one_administrator": _one_administrator,
    "emergencies": _emergencies,
}
