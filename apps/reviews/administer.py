"""Administering rules and teams. All of it is audited, and none of it makes easier what is in review already."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.audit.log import record
from apps.people.models import User
from apps.people.policies import check_administers
from apps.people.queries import is_administrator
from apps.refusal import Refusal, check
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.models import Membership, Rule, RuleVersion, Team
from apps.reviews.policies import check_rule
from apps.unseen import holds_unseen

STREAM = "config"
UNREADABLE = "Give it a name that can be read as it is, without signs that nobody sees."
SHOWN = ("number", "condition", "asks", "enabled")


@transaction.atomic
def save_rule(
    *,
    by: User,
    name: str,
    condition: Condition,
    asks: Sequence[Ask],
    enabled: bool = True,
    rule: Rule | None = None,
    now: datetime | None = None,
) -> RuleVersion:
    """Add a rule, or a version to one. Without `asks` it says that no approval is required."""
    now = now or timezone.now()
    check(
        check_administers(is_administrator(by)),
        _check_name(name, taken=Rule.objects.filter(name=name.strip()).exclude(pk=rule.pk if rule else 0).exists()),
        check_rule(condition, asks),
    )
    saved = Rule.objects.select_for_update().get(pk=rule.pk) if rule else Rule()
    before = _facts(saved.versions.first()) if rule else {}
    saved.name = name.strip()
    saved.save()
    number = (saved.versions.aggregate(newest=Max("number"))["newest"] or 0) + 1
    version = RuleVersion.objects.create(
        rule=saved, number=number, condition=condition.stored, asks=[asdict(ask) for ask in asks], enabled=enabled,
        author=by, at=now,
    )  # fmt: skip
    verb, data = ("rule.changed" if rule else "rule.added"), {"before": before, "after": _facts(version)}
    record(stream=STREAM, verb=verb, by=by, subject=saved.name, data=data, now=now)
    return version


def _facts(version: RuleVersion | None) -> dict[str, object]:
    """What the log says of a rule."""
    return {"name": version.rule.name, **{name: getattr(version, name) for name in SHOWN}} if version else {}


@transaction.atomic
def save_team(
    *, by: User, name: str, members: Sequence[User], team: Team | None = None, now: datetime | None = None
) -> Team:
    """Add a team, or change who is in it. Whoever stays keeps the day on which they came."""
    now = now or timezone.now()
    check(
        check_administers(is_administrator(by)),
        _check_name(name, taken=Team.objects.filter(name=name.strip()).exclude(pk=team.pk if team else 0).exists()),
    )
    saved = Team.objects.select_for_update().get(pk=team.pk) if team else Team()
    before = _members(saved) if team else []
    saved.name = name.strip()
    saved.save()
    saved.memberships.exclude(person__in=members).delete()
    staying = set(saved.memberships.values_list("person", flat=True))
    Membership.objects.bulk_create(
        Membership(team=saved, person=person, since=now) for person in members if person.pk not in staying
    )
    data = {"before": before, "after": _members(saved)}
    record(stream=STREAM, verb="team.changed" if team else "team.added", by=by, subject=saved.name, data=data, now=now)
    return saved


def _members(team: Team) -> list[str]:
    return list(team.memberships.order_by("person__username").values_list("person__username", flat=True))


def _check_name(name: str, *, taken: bool) -> Refusal | None:
    if taken:
        return Refusal("name", "Another one has this name. Give it one of its own.")
    return None if name.strip() and not holds_unseen(name) else Refusal("name", UNREADABLE)
