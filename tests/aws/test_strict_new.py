"""New resources with random values over the strict endpoint: AWS then shows what was asked for, and nothing was lost.

Each is made as `tests.conformance.documents` has it, among the estate of the lab, with some values of its own; and is
deleted again.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import jmespath
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.catalog import hidden
from apps.catalog.registry import TYPES
from apps.catalog.shape import naming
from apps.catalog.types import NativeType
from apps.planning import diff
from apps.planning.plan import PlanRefused
from tests.aws.lab import Lab, opened
from tests.aws.lacking import FOLLOWS, LACKING, UNMADE
from tests.aws.test_strict import there
from tests.conformance.documents import DOCUMENTS
from tests.conformance.offences import changeable
from tests.conformance.values import of_property

pytestmark = [pytest.mark.lab, pytest.mark.long]
EXAMPLES = int(os.environ.get("RINGI_EXAMPLES", "2"))
MANY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=(Phase.generate,),
)
NUMBERS = count(1)
ENDED: Counter[str] = Counter()


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with opened() as made:
        yield made


def settable(declared: NativeType) -> list[str]:
    """What may be drawn beside the document: all that a person could set and moto has."""
    assert declared.create is not None
    names = {name for name, how in declared.properties.items() if changeable(how)} | set(declared.create.properties)
    lacking = {*naming(declared), *(name for name in names if f"{declared.name}.{name}" in LACKING)}
    return sorted(names - lacking)


def network(lab: Lab) -> dict[str, Any]:
    ec2, number = lab.client("ec2"), next(NUMBERS) % 250
    vpc = ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
    return {"VpcId": vpc, "CidrBlock": f"10.{number}.9.0/24"}


def gateway(lab: Lab) -> dict[str, Any]:
    made = lab.client("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    return {"InternetGatewayId": made, "VpcId": network(lab)["VpcId"]}


def address(lab: Lab) -> dict[str, Any]:
    return {"AllocationId": lab.client("ec2").allocate_address(Domain="vpc")["AllocationId"]}


def zone(lab: Lab) -> dict[str, Any]:
    made = lab.client("route53").list_hosted_zones()["HostedZones"][0]["Id"].rpartition("/")[2]
    return {"HostedZoneId": made, "Name": f"x{next(NUMBERS)}.one.example"}


def nothing(lab: Lab) -> dict[str, Any]:
    return {}


# What has to be there, and in no other's use.
NEEDS: dict[str, Callable[[Lab], dict[str, Any]]] = {
    "AWS::EC2::Subnet": network,
    "AWS::EC2::VPCGatewayAttachment": gateway,
    "AWS::EC2::NatGateway": address,
    "AWS::Route53::RecordSet": zone,
}


UNGUARDED: dict[str, Any] = {"LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": "false"}]}


def called(declared: NativeType, document: dict[str, Any]) -> dict[str, Any]:
    """Under a name that nothing has yet."""
    names = [name for name in naming(declared) if name in document]
    return document | {name: f"x{next(NUMBERS)}-{document[name]}" for name in names}


@pytest.mark.parametrize(
    "declared", [d for d in TYPES if d.name not in {*LACKING, *UNMADE}], ids=lambda declared: declared.name
)
@MANY
@given(data=st.data())
def test_aws_shows_what_was_asked_for(lab: Lab, declared: NativeType, data: Any) -> None:
    whole = called(declared, DOCUMENTS[declared.name])
    drawn = data.draw(st.lists(st.sampled_from(settable(declared)), max_size=3, unique=True))
    engine = whole.get("Engine", "")
    whole |= {name: data.draw(of_property(declared.name, name, engine)) for name in drawn}
    needed = NEEDS.get(declared.name, nothing)(lab)
    desired = {name: there(lab, declared, name, value) for name, value in whole.items()} | needed
    desired = {name: value for name, value in desired.items() if value is not None}
    try:
        plan = lab.exercise.creation(declared.name, desired)
    except PlanRefused:
        assert drawn, "the document itself is refused"
        ENDED["refused"] += 1
        return
    ENDED["made"] += 1
    before = lab.calls()
    made = lab.exercise.made(plan, desired)
    assert lab.changed_by(before) == [call.operation for call in plan.calls]
    also = {each for name in desired for each in FOLLOWS.get(f"{declared.name}.{name}", ())}
    shown = {name for name in desired if name not in also and f"{declared.name}.{name}" not in LACKING}
    wanted = {each.property: each.after for each in plan.changes[0].differences if each.property in shown}
    lost = diff.differing(declared, made.document, hidden.visible(wanted, made.document))
    assert not lost, {name: (wanted[name], made.document.get(name)) for name in lost}
    guard = declared.delete.guard if declared.delete else None
    if guard and jmespath.search(guard.holds, dict(made.document)):
        made = lab.exercise.unguarded(made, UNGUARDED.get(guard.property, False))
    lab.exercise.delete(made)


def test_most_of_it_was_made() -> None:
    if ENDED.total() < len(TYPES):
        pytest.skip("the others were not run")
    assert ENDED["made"] > ENDED["refused"], ENDED
