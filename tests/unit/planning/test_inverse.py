"""The way back of a plan, over declarations of the real catalogue."""

from typing import Any

from apps.planning.build import build
from apps.planning.inverse import Done, Inverse, inverse
from apps.planning.plan import Action, Observation, Proposal, Target

TOKYO = "ap-northeast-1"
PROD = Target("prod", "111111111111")
VPC, SUBNET, GROUP, MODEL = "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::SecurityGroup", "AWS::SageMaker::Model"
NETWORK = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "EnableDnsSupport": True}
INNER = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", "AvailabilityZone": f"{TOKYO}a"}
OUTER = {"GroupId": "sg-1", "GroupName": "api", "GroupDescription": "API", "VpcId": "vpc-1"}


def seen(kind: str, identifier: str, document: dict[str, Any], status: str = "available") -> Observation:
    return Observation(kind, TOKYO, identifier, identifier, "", status, document)


def whole(*resources: tuple[Action, Observation, dict[str, Any]], made: Any = None, **more: Any) -> Inverse:
    """The inverse of a plan that was carried out as a whole."""
    proposals = [
        Proposal(n, action, each.type, TOKYO, each.identifier, each.name, desired)
        for n, (action, each, desired) in enumerate(resources, 1)
    ]
    observations = {
        n: each if action is not Action.CREATE else None for n, (action, each, _) in enumerate(resources, 1)
    }
    plan = build(PROD, proposals, observations, **more)
    before = {n: each.document for n, each in observations.items() if each}
    return inverse(plan, Done({call.key for call in plan.calls}, before, made or {}))


def test_a_deleted_network_is_made_again_with_what_was_in_it() -> None:
    back = whole(
        (Action.DELETE, seen(VPC, "vpc-1", NETWORK), {}),
        (Action.DELETE, seen(SUBNET, "subnet-1", INNER), {}),
    )
    vpc, subnet = back.proposals
    assert (vpc.type, subnet.type) == (VPC, SUBNET)
    assert subnet.desired["VpcId"] == {"$output": {"change": 1, "attribute": "VpcId"}}
    assert "SubnetId" not in subnet.desired
    assert build(PROD, back.proposals, {}).calls[0].operation == "create_vpc"


def test_a_replacement_is_replaced_once_more() -> None:
    group = seen(GROUP, "sg-1", OUTER, "")
    back = whole((Action.UPDATE, group, {"GroupDescription": "New"}), made={1: "sg-2"}, users={1: []})
    (one,) = back.proposals
    assert (one.action, one.identifier, one.desired) == (Action.UPDATE, "sg-2", {"GroupDescription": "API"})


def test_what_held_data_is_not_made_again() -> None:
    table = seen("AWS::DynamoDB::Table", "events", {"TableName": "events"}, "ACTIVE")
    back = whole((Action.DELETE, table, {}))
    assert back.proposals == ()
    assert [problem.sentence for problem in back.lost] == ["events: it is gone with what it held."]


def test_values_that_were_never_read_are_not_made_up() -> None:
    container = {"Image": "models:7", "Environment": {"KEY": "(not read)"}}
    model = seen(MODEL, "score", {"ModelName": "score", "PrimaryContainer": container}, "")
    back = whole((Action.DELETE, model, {}))
    assert [proposal.desired for proposal in back.proposals] == [{"ModelName": "score"}]
    assert "PrimaryContainer held values that were never read" in back.lost[0].sentence


def test_what_was_made_without_a_known_identifier_is_left_to_people() -> None:
    desired = {"GroupName": "api", "GroupDescription": "API", "VpcId": "vpc-1"}
    back = whole((Action.CREATE, seen(GROUP, "", {}, ""), desired))
    assert back.proposals == ()
    assert "deleted by hand" in back.lost[0].sentence
