from collections.abc import Mapping
from typing import Any

import pytest

from apps.catalog.services import offers
from apps.catalog.types import Beside

OFFERED = {"InstanceTypeOfferings": [{"Location": "ap-northeast-1a"}, {"Location": "ap-northeast-1c"}]}
ANSWERS: dict[str, dict[str, Any]] = {
    "describe_instance_type_offerings": OFFERED,
    "describe_subnets": {"Subnets": [{"AvailabilityZone": "ap-northeast-1d"}]},
    "describe_images": {"Images": [{"Architecture": "x86_64"}]},
    "describe_instance_types": {"InstanceTypes": [{"ProcessorInfo": {"SupportedArchitectures": ["arm64"]}}]},
    "describe_orderable_db_instance_options": {"OrderableDBInstanceOptions": []},
}
SMALL = {"InstanceType": "t3.small", "ImageId": "ami-1", "AvailabilityZone": "ap-northeast-1a"}
DATABASE = {"Engine": "postgres", "EngineVersion": "16.4", "DBInstanceClass": "db.r6g.large"}


def found(judge: Any, before: dict[str, Any], after: dict[str, Any], **answers: Any) -> list[tuple[str, str]]:
    """What the judge says; it may ask nothing that isn't answered here."""

    def ask(operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**ANSWERS, **answers}[operation]

    return list(judge(ask, before, after, Beside()))


@pytest.mark.parametrize(
    ("before", "after", "answers", "said"),
    [
        (SMALL, {"InstanceType": "t4g.small"}, {}, "processors of the kind arm64"),
        (
            SMALL,
            {"InstanceType": "t4g.small", "AvailabilityZone": "ap-northeast-1d"},
            {},
            "isn't offered in ap-northeast-1d",
        ),
        ({}, {**SMALL, "AvailabilityZone": None, "SubnetId": "subnet-1"}, {}, "isn't offered in ap-northeast-1d"),
        (
            SMALL,
            {"InstanceType": "p5.48xlarge"},
            {"describe_instance_type_offerings": {"InstanceTypeOfferings": []}},
            "isn't offered in this region",
        ),
    ],
)
def test_what_is_not_offered_or_does_not_fit_is_said(
    before: dict[str, Any], after: dict[str, Any], answers: dict[str, Any], said: str
) -> None:
    [(name, sentence)] = found(offers.instance, before, {**before, **after}, **answers)
    assert (name, said in sentence) == ("InstanceType", True), sentence


def test_an_image_that_is_no_longer_there_says_nothing() -> None:
    gone = {"describe_images": {"Images": []}}
    assert not found(offers.instance, SMALL, {**SMALL, "InstanceType": "t4g.small"}, **gone)


def test_nothing_is_asked_where_nothing_of_it_changes() -> None:
    def ask(operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise AssertionError(operation)

    assert not list(offers.instance(ask, SMALL, {**SMALL, "Tags": []}, Beside()))
    assert not list(offers.database(ask, DATABASE, {**DATABASE, "MultiAZ": True}, Beside()))


@pytest.mark.parametrize(
    ("desired", "named"),
    [({"EngineVersion": "16.5"}, "EngineVersion"), ({"DBInstanceClass": "db.x"}, "DBInstanceClass")],
)
def test_a_class_or_version_that_is_not_offered_is_said_at_its_place(desired: dict[str, str], named: str) -> None:
    [(name, _)] = found(offers.database, DATABASE, DATABASE | desired)
    assert name == named
