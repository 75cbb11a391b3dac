"""The checks of a revision: all of them in a list, and those that don't pass at what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.changes.models import Revision
from apps.web.presenters.values import seen

Json = Any
MARKED = "Live state"  # rows of a change mark by themselves what moved
BEST_LAST = ("fail", "warn", "pass")


@dataclass(frozen=True)
class CheckView:
    """`ordinal` and `property` say what it is about (0 and "" = all of it), `source` where the rule is explained.

    `about` is the name of the resource.
    """

    name: str
    outcome: str
    sentence: str
    ordinal: int
    property: str
    source: str = ""
    about: str = ""


def listed(revision: Revision | None, names: Mapping[int, str]) -> list[CheckView]:
    """The checks, those that pass last. `names` are those of the resources, by ordinal."""
    found = [_view(raw, names) for raw in (revision.checks if revision else ())]
    return sorted(found, key=lambda check: BEST_LAST.index(check.outcome))


def warnings(revision: Revision | None) -> list[CheckView]:
    """What stands at a change or one of its properties."""
    return [c for c in listed(revision, {}) if c.ordinal and c.outcome != "pass" and c.name != MARKED]


def _view(raw: Mapping[str, Json], names: Mapping[int, str]) -> CheckView:
    return CheckView(**{**raw, "sentence": seen(raw["sentence"]), "about": names.get(raw["ordinal"], "")})
