from typing import Any

import pytest

from apps.catalog.shape import Shape, faults, shapes

TOKYO = "ap-northeast-1"
RDS, S3, GROUP = "AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::EC2::SecurityGroup"
REDSHIFT, LISTENER = "AWS::Redshift::Cluster", "AWS::ElasticLoadBalancingV2::Listener"
POLICY = Shape("structure", schema={"type": ["object", "string"]})


def said(type_name: str, name: str, value: Any, **document: Any) -> list[str]:
    return faults(shapes(type_name, TOKYO, document)[name], value)


@pytest.mark.parametrize(
    ("type_name", "name", "value", "sentence"),
    [
        (RDS, "BackupRetentionPeriod", 36, "The largest value is 35."),
        (RDS, "BackupRetentionPeriod", -1, "The smallest value is 0."),
        (RDS, "BackupRetentionPeriod", "7", "This must be a whole number."),
        (RDS, "MultiAZ", "yes", "This must be true or false."),
        (RDS, "AllocatedStorage", 200, "This must be text."),
        (RDS, "StorageType", "gp9", "gp9 is not offered here. Choose one of gp2, gp3, io1, io2, standard."),
        (REDSHIFT, "NumberOfNodes", 0, "The smallest value is 1."),
        (LISTENER, "Port", 70000, "The largest value is 65535."),
        (S3, "VersioningConfiguration", {"Status": "Off"}, "Status: Choose one of Enabled, Suspended."),
        (S3, "VersioningConfiguration", {"State": "Enabled"}, "State is not known here. Remove it."),
        (S3, "VersioningConfiguration", {}, "Status must be given."),
        (S3, "BucketName", "Models!", "This must look like"),
        (S3, "Tags", [{"Key": "env"}], "[1]: Value must be given."),
        (S3, "Tags", "env=prod", "This must be a list."),
        (S3, "BucketEncryption", '{"Rules": [', "This is not JSON: Expecting value in line 1, column 12."),
        (S3, "BucketEncryption", '{"Rules": []}', "This must be a structure."),
        (GROUP, "SecurityGroupIngress", [{"IpProtocol": "tcp"}], "[1]: Give exactly one of CidrIp"),
    ],
)
def test_what_aws_would_not_take_is_said_at_its_place(type_name: str, name: str, value: Any, sentence: str) -> None:
    found = said(type_name, name, value)
    assert any(fault.startswith(sentence) for fault in found), found
    assert all(fault.endswith(".") for fault in found)


@pytest.mark.parametrize("network", ["10.0.0.0", "10.0.0.1/8", "10.0.0.0/33", "anywhere", "::/0"])
def test_an_address_that_is_no_network_is_refused(network: str) -> None:
    [fault] = said(GROUP, "SecurityGroupIngress", [{"IpProtocol": "tcp", "CidrIp": network}])
    assert fault.startswith("[1].CidrIp: This must be a network such as 10.0.0.0/16")


@pytest.mark.parametrize("rule", [{"CidrIp": "10.0.0.0/8"}, {"CidrIpv6": "::/0"}, {"SourceSecurityGroupId": "sg-1"}])
def test_a_rule_with_one_peer_is_taken(rule: dict[str, str]) -> None:
    assert said(GROUP, "SecurityGroupIngress", [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, **rule}]) == []


def test_a_class_that_the_region_does_not_offer_is_refused_with_what_is_near() -> None:
    [fault] = said(RDS, "DBInstanceClass", "db.r6g.larg", Engine="postgres")
    assert "such as db.r6g.large" in fault
    assert said(RDS, "DBInstanceClass", "db.r6g.large", Engine="postgres") == []


def test_nothing_is_judged_where_no_schema_is_known() -> None:
    assert shapes("AWS::Nothing::Here", TOKYO, {}) == {}
    assert shapes(RDS, "mars-north-1", {}) == {}


def test_a_value_that_is_not_set_has_no_fault() -> None:
    assert said(RDS, "MultiAZ", None) == []


def test_a_broken_policy_is_refused_with_its_line_and_column() -> None:
    assert faults(POLICY, '{\n  "Version": oops\n}') == ["This is not JSON: Expecting value in line 2, column 14."]
    assert faults(POLICY, '{"Version": "2012-10-17"}') == []


def test_no_sentence_quotes_a_value() -> None:
    shape = Shape("structure", schema={"type": "object", "properties": {"Secret": {"type": "string", "maxLength": 3}}})
    assert all("hunter2" not in fault for fault in faults(shape, {"Secret": "hunter2"}))
    assert faults(shape, {"Secret": "hunter2"}) == ["Secret: This is too long: at most 3 characters."]


def test_versions_of_the_engine_are_suggested_the_newest_first() -> None:
    def suggested(type_name: str, **document: str) -> tuple[str, ...]:
        return shapes(type_name, "ap-northeast-1", document)["EngineVersion"].suggested

    versions = suggested("AWS::RDS::DBInstance", Engine="postgres")
    assert versions.index("16.10") < versions.index("16.9") < versions.index("15.2")
    assert suggested("AWS::ElastiCache::ReplicationGroup", Engine="valkey")
    assert suggested("AWS::RDS::DBInstance") == ()
