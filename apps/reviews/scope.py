"""What of a plan a step of its flow answers for, as a digest: an approval counts as long as that is the same. Pure."""

from collections.abc import Collection
from dataclasses import replace

from apps.planning import codec
from apps.planning.plan import Plan


def digest(plan: Plan, ordinals: Collection[int]) -> str:
    """The digest of these changes and of all that they build on; of all changes it is the plan's own."""
    wanted = _with_what_they_build_on(plan, set(ordinals))
    part = replace(plan, changes=tuple(change for change in plan.changes if change.ordinal in wanted))
    return codec.digest(codec.canonical(part))


def _with_what_they_build_on(plan: Plan, ordinals: set[int]) -> set[int]:
    """A change builds on those whose calls must be done before one of its own."""
    before = {
        change.ordinal: {int(key.partition(".")[0]) for call in change.calls for key in call.after}
        for change in plan.changes
    }
    found: set[int] = set()
    ahead = list(ordinals)
    while ahead:
        ordinal = ahead.pop()
        if ordinal not in found:
            found.add(ordinal)
            ahead += before.get(ordinal, ())
    return found
