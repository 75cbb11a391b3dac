"""What a plan costs a month, from the resources as they are and as they will be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.aws.gateway import AwsError, Gateway
from apps.catalog.prices import FREE, Component, components
from apps.evaluation import book, cost
from apps.planner import documents
from apps.planner.facts import Seen, Users
from apps.planning.documents import after
from apps.planning.plan import Action, Change, Output, Plan

Json = Any
Document = Mapping[str, Json]
IMAGE = "AWS::EC2::Image"


def evaluated(aws: Gateway, plan: Plan, seen: Seen, users: Users, source: str, now: datetime) -> dict[str, Json]:
    """The part `cost` of an evaluation (`changes.models.Revision.evaluation`)."""
    sides = [_Sides(plan, seen, users, aws, after) for after in (False, True)]
    parts = {each.ordinal: (sides[0].parts(each), sides[1].parts(each)) for each in plan.changes}
    wanted = {
        (part.product, change.region)
        for change in plan.changes
        for side in parts[change.ordinal]
        for part in side
        if isinstance(part, Component)
    }
    quotes = book.quotes(sorted(wanted, key=repr), aws, source, now)
    lines = [
        line
        for change in plan.changes
        for line in cost.lines(change.ordinal, change.region, *parts[change.ordinal], quotes)
    ]
    free = [change.ordinal for change in plan.changes if change.type in FREE]
    return {"lines": cost.written(lines), "source": source, "on": f"{now:%Y-%m-%d}", "free": free}


@dataclass
class _Sides:
    """The resources of a plan on one side of it, and what they name. What AWS doesn't say is None."""

    plan: Plan
    seen: Seen
    users: Users
    aws: Gateway
    after: bool
    known: dict[tuple[str, str, str], Document | None] = field(default_factory=dict)

    def parts(self, change: Change) -> Sequence[cost.Part]:
        document = self._document(change)
        if document is None:
            return ()
        return list(components(change.type, document, lambda type_name, value: self._named(change, type_name, value)))

    def _document(self, change: Change) -> Document | None:
        """The whole resource; None where there is none on this side."""
        before = documents.before(change, self.seen, self.users)
        if change.action is Action.CREATE:
            return after(change, before) if self.after else None
        if change.action is Action.DELETE:
            return None if self.after else before
        return after(change, before) if self.after else before

    def _named(self, change: Change, type_name: str, value: Json) -> Document | None:
        if isinstance(value, Output):
            return self._document(self.plan.change(value.change)) if self.after else None
        if not isinstance(value, str):
            return None
        own = [each for each in self.plan.changes if (each.type, each.identifier) == (type_name, value)]
        if own:
            return self._document(own[0])
        key = (type_name, change.region, value)
        if key not in self.known:
            self.known[key] = self._read(*key)
        return self.known[key]

    def _read(self, type_name: str, region: str, value: str) -> Document | None:
        try:
            if type_name == IMAGE:
                answer = self.aws.ask("ec2", "describe_images", region, {"ImageIds": [value]})
                return next(iter(answer.get("Images") or ()), None)
            found = self.aws.read(type_name, region, value)
        except AwsError:
            return None
        return found.document if found else None
