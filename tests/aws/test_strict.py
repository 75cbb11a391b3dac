"""Random values over the strict endpoint: AWS then shows what was planned, and was asked for nothing else.

The resources are those of the demo's estate, and one of each type that it has none of. A value that names another
resource names one that is there.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.catalog import references
from apps.catalog.registry import TYPES
from apps.catalog.types import NativeType
from apps.planning import diff
from apps.planning.plan import Observation, Plan, PlanRefused
from tests.aws.lab import Lab, opened
from tests.aws.lacking import FOLLOWS, LACKING
from tests.conformance.offences import changeable
from tests.conformance.values import of_property

pytestmark = [pytest.mark.lab, pytest.mark.long]
EXAMPLES = int(os.environ.get("RINGI_EXAMPLES", "2"))
MANY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=(Phase.generate,),  # nothing is made smaller: the endpoint would have moved on
)
ENDED: Counter[str] = Counter()
CASES = [
    (d, name)
    for d in TYPES
    for name, how in d.properties.items()
    if changeable(how) and not LACKING.keys() & {d.name, f"{d.name}.{name}"}
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with opened() as made:
        yield made


def there(lab: Lab, declared: NativeType, name: str, value: Any) -> Any:
    """The value with names of resources that are there; None where the estate has none."""
    document = {name: value}
    for reference in references.references(declared.name):
        if reference.pointer[0] == name and any(True for _ in references.values(document, reference.pointer)):
            others = [other for seen in lab.all(reference.type) if (other := seen.document.get(reference.attribute))]
            if not others:
                return None
            document = put(document, reference.pointer, cycle(others))
    return document[name]


def planned(lab: Lab, seen: Observation, name: str, value: Any) -> Plan | None:
    """The plan; None for a value that is refused before any call."""
    try:
        return lab.exercise.plan(seen, **{name: value}) if value is not None else None
    except PlanRefused:
        return None


def put(value: Any, pointer: tuple[str, ...], others: Iterator[str]) -> Any:
    if not pointer:
        return next(others)
    if pointer[0] == references.ITEM:
        items = value if isinstance(value, list) else []
        return [*{repr(each): each for each in (put(item, pointer[1:], others) for item in items)}.values()]
    if isinstance(value, Mapping) and pointer[0] in value:
        return {**value, pointer[0]: put(value[pointer[0]], pointer[1:], others)}
    return value


@pytest.mark.parametrize(("declared", "name"), CASES, ids=[f"{d.name}.{name}" for d, name in CASES])
@MANY
@given(data=st.data())
def test_aws_shows_what_was_planned_and_was_asked_for_nothing_else(
    lab: Lab, declared: NativeType, name: str, data: Any
) -> None:
    if not lab.all(declared.name):
        pytest.skip(f"the estate has no {declared.title}")
    seen = lab.exercise.read(declared.name, lab.all(declared.name)[0].identifier)
    value = there(lab, declared, name, data.draw(of_property(declared.name, name, seen.document.get("Engine", ""))))
    plan = planned(lab, seen, name, value)
    ENDED["refused" if plan is None else "changed"] += 1
    if plan is None:
        return
    before = lab.calls()
    lab.exercise.run(plan)
    assert lab.changed_by(before) == [call.operation for call in plan.calls]
    after = lab.exercise.read(declared.name, seen.identifier)
    wanted = {each.property: each.after for change in plan.changes for each in change.differences}
    assert diff.differing(declared, after.document, wanted) == (), (wanted, after.document)
    also = FOLLOWS.get(f"{declared.name}.{name}", ())
    others = {each: value for each, value in seen.document.items() if each not in {*wanted, *also}}
    assert diff.differing(declared, after.document, others) == (), (others, after.document)


def test_most_values_were_carried_out() -> None:
    if ENDED.total() < len(CASES):
        pytest.skip("the others were not run")
    assert ENDED["changed"] > ENDED["refused"], ENDED
