"""The cost of a revision with everything that is said beside it."""

from collections.abc import Mapping

from apps.changes import usage
from apps.changes.models import Revision, Usage
from apps.planning import codec
from apps.refusal import Refusal
from apps.web.presenters import cost
from apps.web.presenters.cost import CostView, Entered


def shown(revision: Revision, typed: Mapping[str, str], refusal: Refusal | None) -> CostView | None:
    """`typed` is a usage that was refused, with why."""
    entries = {key: _entered(row) for key, row in usage.entries(revision).items()}
    if typed and refusal:
        key = typed.get("key", ""), typed.get("part", "")
        known = entries.get(key, Entered(None))
        entries[key] = Entered(known.quantity, known.said, typed.get("quantity", ""), refusal.sentence)
    names = {change.ordinal: change.name for change in codec.parse(revision.canonical).changes}
    return cost.view(revision.evaluation, cost.Asked(names, usage.keys(revision), entries))


def _entered(row: Usage) -> Entered:
    return Entered(row.quantity, f"entered by {row.by}")
