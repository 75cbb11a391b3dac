"""Environments side by side for their page: what differs, what of it is meant to be, and what can't be known."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from django.http import QueryDict

from apps.blueprints import sides
from apps.blueprints.compare import Compared, compared
from apps.blueprints.models import Expected
from apps.blueprints.parts import Left
from apps.blueprints.sides import Mark
from apps.refusal import Refusal
from apps.web.attempt import outcome
from apps.web.loading.blueprints import Place, places
from apps.web.loading.subject import Slugs
from apps.web.presenters.values import Shown, show

ASKED = ("one", "other", "third")
MISSING = "missing"


@dataclass(frozen=True)
class Row:
    """One difference: a property, or "" where the resource is missing on a side; the value of each side by its name."""

    key: str
    property: str
    values: Sequence[tuple[str, Shown]]
    expected: Expected | None


@dataclass(frozen=True)
class Differing:
    """A resource that differs, with what is shown of it."""

    logical: str
    type: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Count:
    """One type: how many are alike, how many differ, how many each side has not, by its name."""

    type: str
    alike: int
    differ: int
    missing: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Comparison:
    """`chosen` are the places that the address names; `ways` the pairs in which one can be made like the other."""

    choices: Sequence[Place]
    asked: Sequence[str]
    chosen: Sequence[Place] = ()
    differing: Sequence[Differing] = ()
    counts: Sequence[Count] = ()
    left: Sequence[tuple[Place, Sequence[Left]]] = ()
    unread: Sequence[tuple[Place, Sequence[str]]] = ()
    expected: int = 0
    all: bool = False
    query: str = ""
    types: Sequence[str] = ()
    type: str = ""
    refusal: Refusal | None = None

    @property
    def selects(self) -> list[tuple[str, str, str]]:
        """Each place that can be chosen, as (name, label, value)."""
        labels = ("Environment", "with", "and")
        return [(name, label, value) for name, label, value in zip(ASKED, labels, self.asked, strict=True)]

    @property
    def ways(self) -> list[tuple[str, str]]:
        """As (value, words)."""
        pairs = permutations(self.chosen, 2)
        return [(f"{a.key} {b.key}", f"{b.environment.name} like {a.environment.name}") for a, b in pairs]

    def way(self, text: str) -> tuple[Place, Place] | None:
        """The source and the target that a value of `ways` means."""
        pairs = permutations(self.chosen, 2)
        return next(((a, b) for a, b in pairs if text == f"{a.key} {b.key}"), None)


def comparison(asked: QueryDict, slugs: Slugs) -> Comparison:
    """What the address asks for; places that the person may not see are none."""
    choices = places(slugs)
    wanted = [asked.get(name, "") for name in ASKED]
    known = {place.key: place for place in choices}
    chosen = list({key: known[key] for key in wanted if key in known}.values())
    if len(chosen) < 2:
        return Comparison(choices, wanted)
    kinds = sorted(set().union(*(sides.types(each.environment, each.region) for each in chosen)))
    kind = asked.get("type", "") if asked.get("type", "") in kinds else ""
    own = outcome(lambda: [sides.side(each.environment, each.region, [kind] if kind else ()) for each in chosen])
    if isinstance(own, Refusal):
        return Comparison(choices, wanted, types=kinds, refusal=own)
    found = [each for each in compared(own) if kind in ("", each.type)]
    meant = sides.expected([each.environment for each in chosen])
    shown = asked.get("all") == "1"
    names = [place.environment.name for place in chosen]
    rows = [_differing(each, names, meant, shown) for each in found if not each.alike]
    return Comparison(
        choices,
        wanted,
        chosen,
        [each for each in rows if each.rows],
        _counts(found, names),
        [(place, side.left) for place, side in zip(chosen, own, strict=True) if side.left],
        [(each, missing) for each in chosen if (missing := sides.unread(each.environment, each.region))],
        sum(mark in meant for each in found for mark in sides.marks(each)),
        shown,
        asked.urlencode(),
        kinds,
        kind,
    )


def _differing(each: Compared, names: Sequence[str], meant: dict[Mark, Expected], everything: bool) -> Differing:
    rows = [_row(each, names, mark, meant.get(mark)) for mark in sides.marks(each) if everything or mark not in meant]
    return Differing(each.logical, each.type, rows)


def _row(each: Compared, names: Sequence[str], mark: Mark, expected: Expected | None) -> Row:
    name = mark[2]
    if name:
        values = next(found.values for found in each.differences if found.property == name)
        shown = [show(value) for value in values]
    else:
        shown = [Shown("word", part.identifier) if part else Shown("unset", MISSING) for part in each.parts]
    return Row(" ".join(mark).strip(), name, list(zip(names, shown, strict=True)), expected)


def _counts(found: Sequence[Compared], names: Sequence[str]) -> list[Count]:
    alike, differ, kinds = Counter[str](), Counter[str](), sorted({each.type for each in found})
    missing = [Counter[str]() for _ in names]
    for each in found:
        alike[each.type] += each.alike
        differ[each.type] += bool(each.differences)
        for own, part in zip(missing, each.parts, strict=True):
            own[each.type] += part is None
    by_side = list(zip(names, missing, strict=True))
    return [Count(kind, alike[kind], differ[kind], [(name, own[kind]) for name, own in by_side]) for kind in kinds]


def marks(keys: Sequence[str]) -> list[Mark]:
    """What the ticked rows of the page mean; a key that means nothing is left out."""
    split = (key.split(" ") for key in keys)
    return [(each[0], each[1], each[2] if len(each) > 2 else "") for each in split if len(each) in (2, 3)]
