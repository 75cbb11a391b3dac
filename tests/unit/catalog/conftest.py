"""Plans of the real declarations over documents made up here, without AWS."""

from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from apps.aws.validate import validate_plan
from apps.catalog.registry import native
from apps.planning.build import build
from apps.planning.plan import Action, Call, Observation, PlanRefused, Proposal, Target

TOKYO = "ap-northeast-1"


class Planned(Protocol):
    def __call__(self, type_name: str, document: Mapping[str, Any], **desired: Any) -> tuple[Call, ...]: ...


class Refused(Protocol):
    def __call__(self, type_name: str, document: Mapping[str, Any], **desired: Any) -> dict[str, str]: ...


def plan(type_name: str, document: Mapping[str, Any], desired: Mapping[str, Any]) -> Any:
    declared = native(type_name)
    status = next(iter(declared.settled), "") if declared else ""
    seen = Observation(type_name, TOKYO, "x", "x", f"arn:aws:test:{TOKYO}:111111111111:x", status, document)
    proposal = Proposal(1, Action.UPDATE, type_name, TOKYO, "x", "x", desired)
    return build(Target("prod", "111111111111"), [proposal], {1: seen})


@pytest.fixture
def planned() -> Planned:
    """The calls of a change of one resource, valid against botocore."""

    def calls(type_name: str, document: Mapping[str, Any], **desired: Any) -> tuple[Call, ...]:
        made = plan(type_name, document, desired)
        assert validate_plan(made) == []
        return tuple(made.calls)

    return calls


@pytest.fixture
def refused() -> Refused:
    """Property -> sentence of a change that can't be planned."""

    def problems(type_name: str, document: Mapping[str, Any], **desired: Any) -> dict[str, str]:
        with pytest.raises(PlanRefused) as refusal:
            plan(type_name, document, desired)
        return {problem.property: problem.sentence for problem in refusal.value.problems}

    return problems
