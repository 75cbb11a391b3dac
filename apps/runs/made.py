"""What a run's creations are called in AWS, and what it started from."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from apps.aws import resolve
from apps.aws.gateway import AwsError
from apps.catalog.registry import native
from apps.changes.models import Revision
from apps.planning.parameters import identify
from apps.planning.plan import Change, Output, Plan
from apps.runs.models import Step

Json = Any


def known(plan: Plan, steps: QuerySet[Step]) -> resolve.Known:
    """The outputs that steps gave."""
    outputs: dict[Output, Json] = {}
    for key, given in steps.exclude(outputs={}).values_list("key", "outputs"):
        outputs |= {Output(plan.change_of(key).ordinal, name): value for name, value in given.items()}
    return resolve.Known(outputs)


def identifier(change: Change, known: resolve.Known) -> str:
    """What identifies the resource of a change; a new one's follows from what its creation set and gave, or is ""."""
    declared = native(change.type)
    if declared is None or change.identifier:
        return change.identifier
    given = {output.attribute: value for output, value in known.outputs.items() if output.change == change.ordinal}
    try:
        sets = resolve.value(dict(change.calls[0].sets), known)
    except AwsError:
        return identify(declared, given)
    return identify(declared, {**sets, **given})


def before(plan: Plan, revision: Revision) -> dict[int, Mapping[str, Json]]:
    """The documents before, by ordinal; what a replacement deletes is known by what it was replaced for."""
    bases = {int(ordinal): document for ordinal, document in revision.bases.items()}
    return bases | {c.ordinal: bases.get(c.replaced_by, {}) for c in plan.changes if c.replaced_by}
