"""What AWS lets go one way only: whatever the value is, the other way is refused at its property."""

from typing import Any

import pytest

from apps.catalog.registry import native
from apps.planning.build import build
from apps.planning.plan import Action, Observation, Plan, PlanRefused, Proposal, Target

TOKYO = "ap-northeast-1"
RDS, CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"
VOLUME, GROUP, DOMAIN = "AWS::EC2::Volume", "AWS::ElastiCache::ReplicationGroup", "AWS::OpenSearchService::Domain"
NODES, REDSHIFT, TABLE = "AWS::EKS::Nodegroup", "AWS::Redshift::Cluster", "AWS::DynamoDB::Table"
BALANCER, BUCKET, PARAMETER = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::S3::Bucket", "AWS::SSM::Parameter"
STREAM = "AWS::Kinesis::Stream"
STATUS = {VOLUME: "in-use", DOMAIN: "active", NODES: "ACTIVE", BALANCER: "active", TABLE: "ACTIVE", STREAM: "ACTIVE"}
STATUS |= {BUCKET: "", PARAMETER: ""}
POSTGRES, AURORA = {"Engine": "postgres"}, {"Engine": "aurora-mysql"}
RA3 = {"NodeType": "ra3.large", "NumberOfNodes": 2}
EARLIER = "8.0.mysql_aurora.3.04.1"


def rows(number: str) -> list[dict[str, str]]:
    return [{"Key": "secondary_ips.auto_assigned.per_subnet", "Value": number}]


def window(enabled: bool) -> dict[str, bool]:
    return {"Enabled": enabled}


ONE_WAY = [
    (RDS, POSTGRES, "AllocatedStorage", "200", "100", "400"),
    (RDS, POSTGRES, "AllocatedStorage", "200", "219", "220"),
    (RDS, POSTGRES, "EngineVersion", "16.10", "16.9", "16.11"),
    (RDS, POSTGRES, "EngineVersion", "16.4", "15.9", "17.1"),
    (CLUSTER, AURORA, "EngineVersion", "8.0.mysql_aurora.3.08.0", EARLIER, "8.0.mysql_aurora.3.10.0"),
    (VOLUME, {"VolumeType": "gp3"}, "Size", 100, 99, 101),
    (GROUP, {}, "EngineVersion", "7.1.0", "7.0", "7.2"),
    (DOMAIN, {}, "EngineVersion", "OpenSearch_2.19", "OpenSearch_2.9", "OpenSearch_3.1"),
    (DOMAIN, {}, "EngineVersion", "OpenSearch_1.3", "Elasticsearch_7.10", "OpenSearch_2.19"),
    (DOMAIN, {}, "OffPeakWindowOptions", window(True), window(False), None),
    (NODES, {}, "Version", "1.30", "1.9", "1.31"),
    (NODES, {}, "ReleaseVersion", "1.30.0-20240703", "1.30.0-20240625", "1.30.0-20250101"),
    (REDSHIFT, RA3, "AutomatedSnapshotRetentionPeriod", 7, 0, 1),
    (BALANCER, {}, "LoadBalancerAttributes", rows("3"), rows("2"), rows("4")),
    (BUCKET, {}, "VersioningConfiguration", {"Status": "Enabled"}, None, {"Status": "Suspended"}),
    (PARAMETER, {"Value": "1", "Type": "String"}, "Tier", "Advanced", "Standard", None),
    (STREAM, {}, "ShardCount", 8, 3, 4),
]
BOTH_WAYS = [
    (RDS, {"Engine": "sqlserver-se"}, "AllocatedStorage", "200", "201"),
    (RDS, POSTGRES, "BackupRetentionPeriod", 7, 3),
    (VOLUME, {"VolumeType": "gp3"}, "Iops", 6000, 3000),
    (REDSHIFT, {"NodeType": "ra3.large"}, "NumberOfNodes", 4, 2),
    (GROUP, {}, "EngineVersion", "7.1.0", "7.1"),
    (DOMAIN, {}, "EngineVersion", "Elasticsearch_7.10", "OpenSearch_1.3"),
]
NAMED = {
    NODES: {"ClusterName": "shop", "NodegroupName": "workers"},
    BALANCER: {"LoadBalancerArn": "x"},
    PARAMETER: {"Name": "x"},
    BUCKET: {"BucketName": "x"},
    CLUSTER: {"DBClusterIdentifier": "x"},
    RDS: {"DBInstanceIdentifier": "x"},
    VOLUME: {"VolumeId": "x"},
    GROUP: {"ReplicationGroupId": "x"},
    DOMAIN: {"DomainName": "search"},
    REDSHIFT: {"ClusterIdentifier": "x"},
    STREAM: {"Name": "x", "Arn": "x"},
}


def changed(type_name: str, more: dict[str, Any], name: str, before: Any, after: Any) -> Plan:
    live = NAMED[type_name] | more | {name: before}
    seen = Observation(type_name, TOKYO, "x", "x", "arn:x", STATUS.get(type_name, "available"), live)
    proposal = Proposal(1, Action.UPDATE, type_name, TOKYO, "x", "x", {name: after})
    return build(Target("prod", "111111111111"), [proposal], {1: seen})


@pytest.mark.parametrize(("type_name", "more", "name", "before", "back", "on"), ONE_WAY)
def test_the_way_back_is_refused_at_its_property(
    type_name: str, more: dict[str, Any], name: str, before: Any, back: Any, on: Any
) -> None:
    with pytest.raises(PlanRefused) as refused:
        changed(type_name, more, name, before, back)
    assert {problem.property for problem in refused.value.problems} == {name}
    assert all(problem.sentence.endswith(".") for problem in refused.value.problems)
    if on is not None:
        assert changed(type_name, more, name, before, on).calls


@pytest.mark.parametrize(("type_name", "more", "name", "before", "after"), BOTH_WAYS)
def test_what_goes_both_ways_is_planned(
    type_name: str, more: dict[str, Any], name: str, before: Any, after: Any
) -> None:
    assert changed(type_name, more, name, before, after).calls


LOGS = "AWS::Logs::LogGroup"


@pytest.mark.parametrize(
    ("type_name", "name", "before", "after", "lost"),
    [
        (RDS, "BackupRetentionPeriod", 7, 14, ""),
        (RDS, "BackupRetentionPeriod", 7, 3, "Automated backups"),
        (REDSHIFT, "AutomatedSnapshotRetentionPeriod", 7, 1, "Automated snapshots"),
        (LOGS, "RetentionInDays", None, 30, "Events"),
        (LOGS, "RetentionInDays", 30, None, ""),
        (LOGS, "RetentionInDays", 30, 60, ""),
    ],
)
def test_what_a_shorter_time_deletes_is_said_only_where_it_is_shorter(
    type_name: str, name: str, before: Any, after: Any, lost: str
) -> None:
    declared = native(type_name)
    assert declared is not None
    assert declared.properties[name].lasting(before, after).startswith(lost)
    assert bool(declared.properties[name].lasting(before, after)) is bool(lost)
