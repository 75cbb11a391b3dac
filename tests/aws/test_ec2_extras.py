"""Volumes, key pairs and endpoints of a VPC."""

from base64 import b64encode
from typing import Any

import pytest

from apps.planning.plan import Observation, PlanRefused
from tests.aws.exercise import TOKYO, Exercise

VOLUME, KEY_PAIR, ENDPOINT = "AWS::EC2::Volume", "AWS::EC2::KeyPair", "AWS::EC2::VPCEndpoint"
NOT_EXERCISED = {ENDPOINT: {"PolicyDocument": "moto resets none", "IpAddressType": "moto ignores it"}}
PROD, STG = [{"Key": "Name", "Value": "prod"}], [{"Key": "Name", "Value": "stg"}]
PUBLIC = "ssh-ed25519 " + b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0 " + bytes(range(32))).decode()


def test_a_volume_lives_and_only_grows(exercise: Exercise) -> None:
    made = exercise.create(
        VOLUME, "data", AvailabilityZone=f"{TOKYO}a", Size=20, VolumeType="gp3", Encrypted=True, Tags=PROD
    )
    assert (made.name, made.status, made.document["Encrypted"]) == ("prod", "available", True)
    exercise.change(made, VolumeType="gp2", Tags=STG)
    exercise.run(exercise.plan(made, Size=40))
    grown = exercise.read(VOLUME, made.identifier)
    assert grown.document["Size"] == 40
    for wrong in ({"Size": 30}, {"Encrypted": False}, {"VolumeType": "fast"}, {"Throughput": 1, "VolumeType": "gp2"}):
        with pytest.raises(PlanRefused):
            exercise.plan(grown, **wrong)
    exercise.delete(grown)


def test_a_volume_has_a_size_or_a_snapshot(exercise: Exercise) -> None:
    with pytest.raises(PlanRefused, match="unless it is made from a snapshot"):
        exercise.create(VOLUME, "empty", AvailabilityZone=f"{TOKYO}a")


def test_a_key_pair_lives(exercise: Exercise) -> None:
    made = exercise.create(KEY_PAIR, "ops", KeyName="ops", PublicKeyMaterial=f"{PUBLIC} aiko@laptop")
    assert made.document["PublicKeyMaterial"] == PUBLIC
    exercise.delete(made)


def test_a_gateway_endpoint_lives(exercise: Exercise, client: Any, subnets: list[str]) -> None:
    ec2 = client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    tables = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)]
    exercise.live(
        ENDPOINT,
        "buckets",
        {
            "VpcId": vpc,
            "ServiceName": f"com.amazonaws.{TOKYO}.s3",
            "VpcEndpointType": "Gateway",
            "RouteTableIds": tables[:1],
            "Tags": PROD,
        },
        {"RouteTableIds": tables[1:], "Tags": STG},
        {"SubnetIds": subnets, "PolicyDocument": "text"},
    )


def test_the_policy_of_an_endpoint_is_reset_with_a_switch(exercise: Exercise) -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    seen = Observation(ENDPOINT, TOKYO, "vpce-1", "", "arn", "", {"Id": "vpce-1", "PolicyDocument": policy})
    [call] = exercise.plan(seen, PolicyDocument=None).calls
    assert call.parameters == {"VpcEndpointId": "vpce-1", "ResetPolicy": True}
