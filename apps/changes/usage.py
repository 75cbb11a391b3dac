"""What is used in a month of what a revision makes, as far as somebody has said it."""

from decimal import Decimal

from apps.changes.models import Revision, Usage
from apps.evaluation import cost
from apps.planning import codec


def keys(revision: Revision) -> dict[int, str]:
    """What each change's resource is called in `Usage`, by ordinal: a new one by its logical name."""
    logical = {raw["ordinal"]: raw.get("logical") for raw in revision.proposals}
    return {
        each.ordinal: f"{each.type}/{each.region}/{each.identifier or logical.get(each.ordinal) or each.name}"
        for each in codec.parse(revision.canonical).changes
    }


def entries(revision: Revision) -> dict[tuple[str, str], Usage]:
    """What was entered for the request, by key and part."""
    rows = Usage.objects.filter(change_request=revision.change_request_id).select_related("by")
    return {(row.key, row.part): row for row in rows}


def lines(revision: Revision) -> list[cost.Line]:
    """The revision's cost with what was entered; empty where it wasn't worked out."""
    found = cost.read((revision.evaluation.get("cost") or {}).get("lines", ()))
    named, entered = keys(revision), entries(revision)
    known: dict[tuple[int, str], Decimal] = {
        (line.ordinal, line.part): row.quantity
        for line in found
        if (row := entered.get((named.get(line.ordinal, ""), line.part)))
    }
    return cost.with_usage(found, known)
