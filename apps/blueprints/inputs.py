"""What a template asks for as the changes of a draft: what is missing is made, what differs is changed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from apps.blueprints.wanted import There, Wanted
from apps.catalog import hidden, registry
from apps.changes.ordinals import renumbered
from apps.changes.policies import DraftInput
from apps.planning import diff
from apps.planning.parameters import label
from apps.planning.plan import Action

Json = Any


def inputs(
    found: Sequence[Wanted],
    there: Mapping[str, There],
    region: str,
    everywhere: str,
    unset: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[DraftInput]:
    """The changes in their order, outputs under the ordinals that are left; `everywhere` is where IAM's are read.

    `unset` are properties that are taken away, by logical name.
    """
    whole = [_without(each, unset.get(each.logical, ())) for each in found]
    made = [(each.ordinal, change) for each in whole if (change := _change(each, there, region, everywhere))]
    numbers = {old: new for new, (old, _) in enumerate(made, 1)}
    return [replace(change, desired=renumbered(change.desired, numbers)) for _, change in made]


def _without(each: Wanted, names: Sequence[str]) -> Wanted:
    return replace(each, document={**each.document, **dict.fromkeys(names)}) if names else each


def deletions(gone: Sequence[There]) -> list[DraftInput]:
    """The deletion of each."""
    return [DraftInput(str(Action.DELETE), each.type, each.region, each.identifier, each.name, {}) for each in gone]


def _change(each: Wanted, there: Mapping[str, There], region: str, everywhere: str) -> DraftInput | None:
    known = there.get(each.logical)
    return _updated(each, known) if known else _created(each, region, everywhere)


def _created(each: Wanted, region: str, everywhere: str) -> DraftInput:
    native = registry.BY_NAME[each.type]
    place = everywhere if native.everywhere else region
    name = label(native, each.document) or each.logical
    return DraftInput(str(Action.CREATE), each.type, place, "", name, dict(each.document), logical=each.logical)


def _updated(each: Wanted, known: There) -> DraftInput | None:
    native = registry.BY_NAME[each.type]
    names = diff.differing(native, known.document, hidden.visible(each.document, known.document))
    if not names:
        return None
    desired = {name: each.document[name] for name in names}
    base = {name: known.document[name] for name in names if name in known.document}
    return DraftInput(str(Action.UPDATE), each.type, known.region, known.identifier, known.name, desired, base)
