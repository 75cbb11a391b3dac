"""What people do with differences: say that they are meant to be, or carry them to the other environment."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.blueprints.choose import outside
from apps.blueprints.commands import check_name, saved
from apps.blueprints.compare import Compared, compared
from apps.blueprints.export import exported
from apps.blueprints.models import Expected, Version
from apps.blueprints.parts import word
from apps.blueprints.sides import Mark, large, pair, side
from apps.changes.models import ChangeRequest, DraftChange
from apps.changes.policies import check_role
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.access import can
from apps.people.models import Role, User
from apps.planning.logical import logical
from apps.planning.plan import Action
from apps.refusal import Refusal, Refused, check

Json = Any
LONGEST = 500
NOTHING = Refusal("none", "No difference is chosen. Tick some.")
GONE = Refusal("gone", "These differences are no longer there. Look at what differs now.")
REASON = Refusal("reason", f"Say why it is expected, in at most {LONGEST} characters.")


@transaction.atomic
def expect(
    *, by: User, environments: Sequence[Environment], marks: Collection[Mark], reason: str, now: datetime | None = None
) -> int:
    """Keep that differences between the first of these environments and each other one are meant to be."""
    now = now or timezone.now()
    check(_requester(by, environments))
    check(NOTHING if not marks else None)
    check(REASON if not reason.strip() or len(reason) > LONGEST else None)
    first, *others = environments
    for found in others:
        one, other = pair(first, found)
        for kind, called, name in marks:
            key: dict[str, Any] = {"one": one, "other": other, "type": kind, "logical": called, "property": name}
            row = {"reason": reason.strip(), "created_by": by, "created_at": now}
            Expected.objects.update_or_create(**key, defaults=row)
        _record(by, "difference.expected", one, other, marks, reason.strip(), now)
    return len(marks)


@transaction.atomic
def forget(
    *, by: User, environments: Sequence[Environment], marks: Collection[Mark], now: datetime | None = None
) -> int:
    """Show differences again that were meant to be."""
    now = now or timezone.now()
    check(_requester(by, environments))
    check(NOTHING if not marks else None)
    first, *others = environments
    for found in others:
        one, other = pair(first, found)
        for kind, called, name in marks:
            Expected.objects.filter(one=one, other=other, type=kind, logical=called, property=name).delete()
        _record(by, "difference.unexpected", one, other, marks, "", now)
    return len(marks)


def _requester(by: User, environments: Sequence[Environment]) -> Refusal | None:
    if any(can(by, Role.REQUESTER, each.slug) for each in environments):
        return None
    return check_role(False, " or ".join(each.name for each in environments))


def _record(
    by: User, verb: str, one: Environment, other: Environment, marks: Collection[Mark], reason: str, now: datetime
) -> None:
    said = [f"{logical} {name}".strip() for _, logical, name in sorted(marks)]
    record(
        stream=f"difference/{one.slug}/{other.slug}", verb=verb, by=by, subject=f"{one.slug} and {other.slug}",
        environment=one.slug, data={"differences": said, "reason": reason}, now=now,
    )  # fmt: skip


@transaction.atomic
def carry(
    *,
    by: User,
    source: tuple[Environment, str],
    target: tuple[Environment, str],
    marks: Collection[Mark] | None,
    name: str = "",
    now: datetime | None = None,
) -> Version:
    """A version that makes a target like a source where they differ; None = in everything that the target lacks.

    It is imported into the target only, and proposes nothing by itself. Places are an environment with a region.
    """
    (one, region), (other, there) = source, target
    check(check_role(can(by, Role.REQUESTER, other.slug), other.name))
    kinds = {kind for kind, _, _ in marks or ()} if large(*source) or large(*target) else set()
    sides = side(one, region, kinds), side(other, there, kinds)
    chosen = _chosen(compared(sides), marks)
    parts = [each.parts[0] for each, _ in chosen if each.parts[0]]
    only = {each.logical: names for each, names in chosen if each.parts[0] and each.parts[1]}
    rows = Resource.objects.filter(environment=one, gone_at=None, identifier__in=[each.identifier for each in parts])
    named = outside(list(rows.select_related("environment"))) if rows else {}
    made = exported(parts, one.slug, one.account.number, region, named, only)
    both = {each.logical: [each.type, each.parts[1].identifier] for each, _ in chosen if each.parts[1]}
    about: dict[str, Json] = {
        "environment": one.slug,
        "region": region,
        "identifiers": {each.logical: [each.type, each.parts[0].identifier] for each, _ in chosen if each.parts[0]},
        "target": other.slug,
        "known": {name: row for name, row in both.items() if name in only},
        "unset": _unset(chosen),
        "gone": {name: row for name, row in both.items() if name not in only},
    }
    if marks is None:
        about["rehearsal"] = True
    title = name or f"{other.name} like {one.name}"
    check(check_name(title))
    return saved(by, title, "", made.template, about, other.slug, now or timezone.now())


@transaction.atomic
def changed_by(
    *,
    by: User,
    request: ChangeRequest,
    source: tuple[Environment, str],
    target: tuple[Environment, str],
    now: datetime | None = None,
) -> Version:
    """A version that carries what a request changed in its environment to another one, where that has it otherwise."""
    kinds = set(request.draft_changes.values_list("type", flat=True)) if large(*source) or large(*target) else set()
    sides = side(*source, kinds), side(*target, kinds)
    found = {(each.type, each.logical): each for each in compared(sides)}
    names = {(part.type, part.identifier): key for key, part in sides[0].parts.items()}
    wanted: set[Mark] = set()
    for change in request.draft_changes.all():
        key = names.get((change.type, change.made or change.identifier)) or _called(change, source[0])
        each = found.get(key)
        if each and each.missing:
            wanted.add((*key, ""))
        elif each:
            named = set(change.desired) if change.action == Action.UPDATE else {d.property for d in each.differences}
            wanted |= {(*key, d.property) for d in each.differences if d.property in named}
    if not wanted:
        raise Refused(Refusal("alike", f"{target[0].name} has it all already. There is nothing to propose."))
    name = f"{request.reference} for {target[0].name}"
    return carry(by=by, source=source, target=target, marks=wanted, name=name, now=now)


def _called(change: DraftChange, environment: Environment) -> tuple[str, str]:
    """The type and logical name of what was deleted, or is another resource by now."""
    return change.type, logical(change.type, word(environment.slug).sub("", change.name))


def _chosen(found: Sequence[Compared], marks: Collection[Mark] | None) -> list[tuple[Compared, Collection[str]]]:
    """The resources that differ in what was chosen, with the names of the properties."""
    if marks is None:
        chosen: list[tuple[Compared, Collection[str]]] = [(each, ()) for each in found if each.parts[1] is None]
    else:
        names: dict[tuple[str, str], set[str]] = defaultdict(set)
        for kind, logical, name in marks:
            names[kind, logical].add(name)
        wanted = [(each, names[each.type, each.logical]) for each in found if (each.type, each.logical) in names]
        chosen = [(each, own) for each, own in wanted if each.missing or _still(each, own)]
    if not chosen:
        raise Refused(NOTHING if not marks else GONE)
    return chosen


def _still(each: Compared, names: Collection[str]) -> bool:
    return set(names) <= {found.property for found in each.differences}


def _unset(chosen: Sequence[tuple[Compared, Collection[str]]]) -> dict[str, list[str]]:
    """What the source has no value of, by logical name."""
    found = {
        each.logical: [name for name in sorted(names) if name not in each.parts[0].given]
        for each, names in chosen
        if each.parts[0] and each.parts[1]
    }
    return {logical: names for logical, names in found.items() if names}
