"""The further reads of many resources: how many calls they cost, and what happens when one of them is not there."""

from collections.abc import Mapping
from typing import Any

import pytest

from apps.aws import parts
from apps.aws.gateway import AwsError, ErrorKind
from apps.catalog.types import Batch, Part

ONE_BY_ONE = Part("get_tags", {"Arn": "Arn"}, {"Tags": "Tags"}, absent=("NoSuchTagSet",))
TOGETHER = Part("get_tags", {"Arns": "Arn"}, {"Tags": "Tags"}, batch=Batch(20, "Arns", "All", "Arn"))


class Aws:
    """Answers tags of every resource but those that are gone, and keeps what it was asked."""

    def __init__(self, *gone: str, fails: AwsError | None = None) -> None:
        self.gone = set(gone)
        self.fails = fails
        self.asked: list[Mapping[str, Any]] = []

    def __call__(self, operation: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append(given)
        arns = given["Arns"] if "Arns" in given else [given["Arn"]]
        if self.fails:
            raise self.fails
        if self.gone & set(arns):
            raise AwsError(ErrorKind.MISSING, "It does not exist.", code="NotFound")
        rows = [{"Arn": arn, "Tags": [{"Key": "name", "Value": arn}]} for arn in reversed(arns)]
        return {"All": rows} if "Arns" in given else rows[0]


def documents(count: int) -> list[dict[str, str]]:
    return [{"Arn": f"arn-{n}"} for n in range(count)]


def names(found: list[list[parts.PartAnswer] | None]) -> list[str | None]:
    return [answers[0].answer["Tags"][0]["Value"] if answers and answers[0].answer else None for answers in found]


def test_a_batch_serves_many_resources_and_each_gets_its_own_answer() -> None:
    aws = Aws()
    found = parts.read(aws, [TOGETHER], documents(45))
    assert names(found) == [f"arn-{n}" for n in range(45)]
    assert [len(given["Arns"]) for given in aws.asked] == [20, 20, 5]


def test_without_a_batch_each_resource_costs_a_call() -> None:
    aws = Aws()
    assert names(parts.read(aws, [ONE_BY_ONE], documents(3))) == ["arn-0", "arn-1", "arn-2"]
    assert len(aws.asked) == 3


@pytest.mark.parametrize("part", [ONE_BY_ONE, TOGETHER])
def test_a_resource_that_vanishes_takes_no_other_with_it(part: Part) -> None:
    found = parts.read(Aws("arn-1"), [part], documents(3))
    assert found[1] is None
    assert names(found) == ["arn-0", None, "arn-2"]


def test_a_vanished_resource_is_not_asked_for_its_other_parts() -> None:
    aws = Aws("arn-1")
    assert parts.read(aws, [ONE_BY_ONE, ONE_BY_ONE], documents(2))[1] is None
    assert [given["Arn"] for given in aws.asked] == ["arn-0", "arn-1", "arn-0"]


@pytest.mark.parametrize("part", [ONE_BY_ONE, TOGETHER])
def test_what_may_not_be_read_is_noted_for_every_resource(part: Part) -> None:
    denied = AwsError(ErrorKind.DENIED, "AWS denied it.")
    found = parts.read(Aws(fails=denied), [part], documents(2))
    assert [answers[0].unread for answers in found if answers] == ["AWS denied it.", "AWS denied it."]


def test_what_is_not_configured_is_no_answer() -> None:
    absent = AwsError(ErrorKind.REFUSED, "There are no tags.", code="NoSuchTagSet")
    [found] = parts.read(Aws(fails=absent), [ONE_BY_ONE], documents(1))
    assert found is not None
    assert (found[0].answer, found[0].unread) == (None, "")


def test_any_other_failure_is_raised() -> None:
    with pytest.raises(AwsError, match="later"):
        parts.read(Aws(fails=AwsError(ErrorKind.THROTTLED, "Try later.")), [TOGETHER], documents(2))
