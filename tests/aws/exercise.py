"""Drives a type over the endpoint the way a run does: plan from what is read, execute each call, look again."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from apps.aws import resolve
from apps.aws.boto_gateway import BotoGateway
from apps.aws.resolve import Known
from apps.aws.validate import validate_plan
from apps.catalog.registry import native
from apps.planner import asked, surroundings
from apps.planning import codec, diff
from apps.planning.build import Types, build
from apps.planning.parameters import identify
from apps.planning.plan import Action, Call, Change, Observation, Output, Plan, PlanRefused, Proposal, Settle, Target

TOKYO = "ap-northeast-1"
TARGET = Target("prod", "111111111111")


class Exercise:
    """One gateway, and the types that it and the planner know; `asks`: AWS is asked about the values, too."""

    def __init__(self, gateway: BotoGateway, types: Types = native, *, asks: bool = False) -> None:
        self.asks = asks
        self.gateway = gateway
        self.types = types

    def read(self, type_name: str, identifier: str) -> Observation:
        seen = self.gateway.read(type_name, TOKYO, identifier)
        assert seen is not None, f"{identifier} can't be read"
        return seen

    def plan(self, seen: Observation, action: Action = Action.UPDATE, **desired: Any) -> Plan:
        proposal = Proposal(1, action, seen.type, TOKYO, seen.identifier, seen.name, desired)
        return checked(build(TARGET, [proposal], {1: seen}, self.types))

    def change(self, seen: Observation, **desired: Any) -> Observation:
        """Set the properties, see that they are as desired, set them back, see that they are as before."""
        declared = self.types(seen.type)
        assert declared is not None
        self.run(self.plan(seen, **desired))
        changed = self.read(seen.type, seen.identifier)
        assert diff.differing(declared, changed.document, desired) == (), changed.document
        before = {name: seen.document.get(name) for name in desired}
        self.run(self.plan(changed, **before))
        again = self.read(seen.type, seen.identifier)
        assert diff.differing(declared, again.document, before) == ()
        return changed

    def create(self, type_name: str, name: str, **desired: Any) -> Observation:
        return self.made(self.creation(type_name, desired, name), desired)

    def creation(self, type_name: str, desired: Mapping[str, Any], name: str = "new") -> Plan:
        proposal = Proposal(1, Action.CREATE, type_name, TOKYO, "", name, desired)
        parents = surroundings.parents([proposal], {}, self.gateway.read)
        plan = checked(build(TARGET, [proposal], {}, self.types, parents=parents))
        if self.asks:
            asked.checks(self.gateway, plan, {})
        return plan

    def made(self, plan: Plan, desired: Mapping[str, Any]) -> Observation:
        """What the plan of one creation makes."""
        type_name = plan.changes[0].type
        produced = {output.attribute: value for output, value in self.run(plan).items()}
        declared = self.types(type_name)
        assert declared is not None
        return self.read(type_name, plan.changes[0].identifier or identify(declared, {**desired, **produced}))

    def live(
        self,
        type_name: str,
        name: str,
        new: Mapping[str, Any],
        changed: Mapping[str, Any],
        wrong: Mapping[str, Any],
    ) -> None:
        """A whole life: created, read back equal, changed in place and back, refused on every wrong value, deleted."""
        declared = self.types(type_name)
        assert declared is not None
        made = self.create(type_name, name, **new)
        assert diff.differing(declared, made.document, new) == (), made.document
        if changed:
            made = self.change(made, **changed)
        for prop, value in wrong.items():
            with pytest.raises(PlanRefused) as refused:
                self.plan(self.read(type_name, made.identifier), **{prop: value})
            assert prop in {problem.property for problem in refused.value.problems}
        self.delete(self.read(type_name, made.identifier))

    def unguarded(self, seen: Observation, value: Any) -> Observation:
        """Refused while it is protected; and as it is without its protection."""
        declared = self.types(seen.type)
        assert declared
        assert declared.delete
        assert declared.delete.guard
        with pytest.raises(PlanRefused, match="It is protected"):
            self.plan(seen, Action.DELETE)
        self.run(self.plan(seen, **{declared.delete.guard.property: value}))
        return self.read(seen.type, seen.identifier)

    def delete(self, seen: Observation) -> None:
        self.run(self.plan(seen, Action.DELETE))
        assert self.gateway.read(seen.type, TOKYO, seen.identifier) is None

    def run(self, plan: Plan) -> Mapping[Output, Any]:
        """Every call in order, each finding what it expects; the outputs of all of them."""
        known = Known()
        for call in plan.calls:
            change = plan.change_of(call.key)
            known = replace(known, token=resolve.token("exercise", call.key), mark=f"CR-7/{change.ordinal}/0")
            self._finds(call, change.type, change.identifier, change.action is Action.CREATE)
            answer = self.gateway.execute(
                call.service, call.operation, call.region, resolve.parameters(call, known), call.outputs
            )
            assert answer.http_status in {200, 201, 204}
            made = {Output(change.ordinal, name): value for name, value in answer.outputs.items()}
            known = replace(known, outputs={**known.outputs, **made})
            identifier = change.identifier or self._identified(plan, change, known)
            if call.wait and identifier:
                self._settled(call.wait, change.type, identifier)
        return known.outputs

    def _identified(self, plan: Plan, change: Change, known: Known) -> str:
        """What identifies a resource that this plan created, from what the calls so far set and gave."""
        declared = self.types(change.type)
        assert declared is not None
        produced = {
            output.attribute: value for output, value in known.outputs.items() if output.change == change.ordinal
        }
        chosen = resolve.value(dict(change.calls[0].sets), known)
        return identify(declared, {**chosen, **produced})

    def _finds(self, call: Call, type_name: str, identifier: str, created: bool) -> None:
        declared = self.types(type_name)
        assert declared is not None
        seen = self.gateway.read(type_name, TOKYO, identifier) if identifier else None
        if seen is not None and not any(True for _ in call.outputs):
            new = declared.create.defaults if created and declared.create else call.expects
            expected = {
                n: v for n, v in call.expects.items() if n in declared.properties and (v is not None or n in new)
            }
            assert diff.differing(declared, seen.document, expected) == (), (call.key, expected, seen.document)
            assert call.expects_status in {"", seen.status}, call.key

    def _settled(self, wait: Settle, type_name: str, identifier: str) -> None:
        for _ in range(200):
            seen = self.gateway.read(type_name, TOKYO, identifier)
            if (seen.status if seen else "gone") in wait.until:
                return
            time.sleep(0.05)
        raise AssertionError(f"{identifier} did not settle")


def checked(plan: Plan) -> Plan:
    """The plan as an executor gets it: valid offline, written and parsed."""
    if problems := validate_plan(plan):
        raise PlanRefused(tuple(problems))
    return codec.parse(codec.canonical(plan))
