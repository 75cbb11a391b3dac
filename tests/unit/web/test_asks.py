"""What is asked once more before a plan is applied, and what isn't."""

from typing import Any

import pytest

from apps.web.presenters.effects import MOST_ASKED, asks
from tests.unit.evaluation.test_risk import INSIDE, database, delete, group
from tests.unit.evaluation.test_speed import INSTANCE, MACHINE, planned, seen, update

CASES: dict[str, tuple[Any, list[str]]] = {
    "tags": (lambda: [update(database(Tags=[]), Tags=[{"Key": "a", "Value": "b"}])], []),
    "class": (
        lambda: [update(database(), DBInstanceClass="db.r6g.xlarge")],
        ["orders is interrupted for about 10 min."],
    ),
    "storage": (
        lambda: [update(database(), AllocatedStorage="200")],
        ["AllocatedStorage of orders can't be taken back. Storage can grow but never shrink."],
    ),
    "deleted": (lambda: [delete(group(INSIDE))], ["sg-1 is deleted."]),
}


@pytest.mark.parametrize("name", CASES)
def test_harm_is_named(name: str) -> None:
    made, expected = CASES[name]
    found = asks(planned(*made()))
    assert len(found) == len(expected)
    assert all(one.startswith(other) for one, other in zip(found, expected, strict=True))


def test_much_of_it_is_counted() -> None:
    machines = [seen(INSTANCE, f"i-{n}", "running", **{**MACHINE, "InstanceId": f"i-{n}"}) for n in range(12)]
    found = asks(planned(*(update(each, InstanceType="m6i.xlarge") for each in machines)))
    assert (len(found), found[-1]) == (MOST_ASKED + 1, "4 more of that kind.")
