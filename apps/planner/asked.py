"""What AWS says about the values of a plan when it is asked, before anybody reviews them."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from apps.aws.gateway import AwsError, ErrorKind, Gateway
from apps.catalog.registry import native
from apps.catalog.types import Beside
from apps.planner.facts import Check, Seen
from apps.planning.plan import Action, Change, Output, Plan, PlanRefused, Problem

Json = Any
NAME = "AWS"
UNASKED = {ErrorKind.DENIED, ErrorKind.NOT_IMPLEMENTED}


def checks(aws: Gateway, plan: Plan, seen: Seen) -> list[Check]:
    """A check for every question that could not be put. Raises `PlanRefused` for what AWS would not take."""
    problems: list[Problem] = []
    told: list[Check] = []
    for change in plan.changes:
        if change.action is not Action.DELETE:
            try:
                problems += [Problem(change.ordinal, *found) for found in _found(aws, plan, change, seen)]
            except AwsError as error:
                if error.kind not in UNASKED:
                    raise
                told.append(_unasked(change, error))
    if problems:
        raise PlanRefused(tuple(problems))
    return told


def _found(aws: Gateway, plan: Plan, change: Change, seen: Seen) -> Iterator[tuple[str, str, str]]:
    declared, live = native(change.type), seen.get(change.ordinal)
    if declared is None or declared.asks is None:
        return
    before: Mapping[str, Json] = live.document if live and change.action is Action.UPDATE else {}
    ask = partial(_ask, aws, declared.service, change.region)
    for name, sentence in declared.asks.judge(ask, before, _after(change, before), _beside(plan, change)):
        yield name, "not_offered", sentence


def _after(change: Change, before: Mapping[str, Json]) -> Mapping[str, Json]:
    return {**before, **{difference.property: difference.after for difference in change.differences}}


def _beside(plan: Plan, change: Change) -> Beside:
    """What the rest of the plan makes; of what it changes, only the values that it sets are known here."""
    kept = [each for each in plan.changes if each.action is not Action.DELETE]
    made = {each.ordinal: _after(each, {}) for each in kept}
    sisters = [each.ordinal for each in kept if (each.type, each.region) == (change.type, change.region)]
    gone = frozenset(each.identifier for each in plan.changes if each.action is Action.DELETE)

    def named(value: Json) -> Mapping[str, Json] | None:
        return made.get(value.change) if isinstance(value, Output) else None

    return Beside([made[ordinal] for ordinal in sisters if ordinal != change.ordinal], gone, named)


def _ask(aws: Gateway, service: str, region: str, operation: str, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
    return aws.ask(service, operation, region, parameters)


def _unasked(change: Change, error: AwsError) -> Check:
    return {
        "name": NAME,
        "outcome": "warn",
        "sentence": f"Whether AWS offers what {change.name} becomes could not be asked: {error.sentence}",
        "ordinal": change.ordinal,
        "property": "",
    }
