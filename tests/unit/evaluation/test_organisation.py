"""What resources have to be like, and what a change causes."""

from typing import Any

import pytest

from apps.catalog.registry import BY_NAME
from apps.evaluation.organisation import ENCRYPTED, Kind, Resource, Wanted, broken, caused
from apps.planning.plan import Output

TOKYO = "ap-northeast-1"
RDS, GROUP, ROLE, INSTANCE, DOMAIN = (
    "AWS::RDS::DBInstance",
    "AWS::EC2::SecurityGroup",
    "AWS::IAM::Role",
    "AWS::EC2::Instance",
    "AWS::OpenSearchService::Domain",
)
OPEN = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}]
OWNED = [{"Key": "owner", "Value": "platform"}]


def found(kind: Kind, type_name: str, document: dict[str, Any], *values: str, region: str = TOKYO) -> list[str]:
    return [sentence for _, sentence in broken(Wanted(kind, values), Resource(type_name, region, document))]


@pytest.mark.parametrize(
    ("kind", "values", "type_name", "document", "said"),
    [
        (Kind.TAGS, ("owner",), RDS, {"Tags": OWNED}, []),
        (Kind.TAGS, ("owner", "env"), RDS, {"Tags": OWNED}, ["It lacks the tag env."]),
        (Kind.TAGS, ("owner", "env"), RDS, {}, ["It lacks the tags owner, env."]),
        (Kind.TAGS, ("owner",), RDS, {"Tags": [{"Key": "owner", "Value": ""}]}, ["It lacks the tag owner."]),
        (Kind.TAGS, ("owner",), "AWS::EC2::Route", {}, []),
        (Kind.TAGS, ("owner",), RDS, {"Tags": Output(1, "Tags")}, []),
        (Kind.REGIONS, (TOKYO,), RDS, {}, []),
        (Kind.REGIONS, ("us-west-2",), RDS, {}, [f"{TOKYO} is not one of us-west-2."]),
        (Kind.REGIONS, ("us-west-2",), ROLE, {}, []),
        (Kind.SIZES, ("db.t3.*", "db.t4g.*"), RDS, {"DBInstanceClass": "db.t4g.large"}, []),
        (Kind.SIZES, ("db.t3.*",), RDS, {"DBInstanceClass": "db.r6g.large"}, ["db.r6g.large is none of db.t3.*."]),
        (Kind.SIZES, ("t3.*",), INSTANCE, {"InstanceType": Output(1, "x")}, []),
        (Kind.INGRESS, (), GROUP, {"SecurityGroupIngress": OPEN}, ["Lets everybody in: tcp 22 of 0.0.0.0/0."]),
        (Kind.INGRESS, (), GROUP, {"SecurityGroupIngress": []}, []),
        (Kind.INGRESS, (), RDS, {"PubliclyAccessible": True}, ["It gets a public address."]),
        (Kind.ENCRYPTION, (), RDS, {"StorageEncrypted": True}, []),
        (Kind.ENCRYPTION, (), RDS, {"StorageEncrypted": False}, ["What it stores is not encrypted."]),
        (Kind.ENCRYPTION, (), RDS, {}, ["What it stores is not encrypted."]),
        (Kind.ENCRYPTION, (), DOMAIN, {"EncryptionAtRestOptions": {"Enabled": True}}, []),
        (Kind.ENCRYPTION, (), DOMAIN, {"EncryptionAtRestOptions": {}}, ["What it stores is not encrypted."]),
        (Kind.ENCRYPTION, (), GROUP, {}, []),
    ],
)
def test_resources_are_held_against_it(
    kind: Kind, values: tuple[str, ...], type_name: str, document: dict[str, Any], said: list[str]
) -> None:
    assert found(kind, type_name, document, *values) == said


def test_what_was_not_so_before_stops_nobody() -> None:
    wanted = Wanted(Kind.TAGS, ("owner",))
    before, after = (Resource(RDS, TOKYO, {"BackupRetentionPeriod": n}) for n in (1, 2))
    assert caused(wanted, before, after) == []
    assert caused(wanted, None, after) == [("Tags", "It lacks the tag owner.")]
    assert caused(wanted, Resource(RDS, TOKYO, {"Tags": OWNED}), after) == [("Tags", "It lacks the tag owner.")]


def test_one_more_open_rule_is_caused_although_another_stood() -> None:
    wanted, more = Wanted(Kind.INGRESS), [*OPEN, {**OPEN[0], "FromPort": 443, "ToPort": 443}]
    before, after = (Resource(GROUP, TOKYO, {"SecurityGroupIngress": rules}) for rules in (OPEN, more))
    assert len(caused(wanted, before, after)) == 1


def test_the_places_of_encryption_are_properties_of_their_types() -> None:
    assert {name for name, where in ENCRYPTED.items() if where.split(".")[0] not in BY_NAME[name].properties} == set()
