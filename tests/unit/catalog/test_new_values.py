"""Values of new resources that AWS refuses and no schema says: each is refused at its property, before any review."""

from typing import Any

import pytest

from apps.planning.build import build
from apps.planning.plan import Action, Plan, PlanRefused, Proposal, Target
from tests.conformance.documents import DOCUMENTS

VOLUME, INSTANCE, KEY_PAIR = "AWS::EC2::Volume", "AWS::EC2::Instance", "AWS::EC2::KeyPair"
REDSHIFT, CLUSTER, TARGETS = "AWS::Redshift::Cluster", "AWS::RDS::DBCluster", "AWS::ElasticLoadBalancingV2::TargetGroup"
DOMAIN, CONFIG = "AWS::OpenSearchService::Domain", "AWS::SageMaker::EndpointConfig"
TEMPLATE, BUCKET = "AWS::EC2::LaunchTemplate", "AWS::S3::Bucket"
REPOSITORY, RULE, QUEUE, TOPIC = "AWS::ECR::Repository", "AWS::Events::Rule", "AWS::SQS::Queue", "AWS::SNS::Topic"
LIFECYCLE, TWICE = "LifecycleConfiguration", {"ExpirationInDays": 7, "ExpiredObjectDeleteMarker": True}
SCALING = "ServerlessV2ScalingConfiguration"
WRONG: list[tuple[str, dict[str, Any]]] = [
    (VOLUME, {"Size": 0}),
    (VOLUME, {"Size": 65_537}),
    (VOLUME, {"Iops": 2999}),
    (VOLUME, {"Throughput": 2001}),
    (VOLUME, {"MultiAttachEnabled": True}),
    (VOLUME, {"Iops": None, "VolumeType": "io2"}),
    (VOLUME, {"KmsKeyId": "arn:aws:kms:ap-northeast-1:111111111111:key/1", "Encrypted": False}),
    (INSTANCE, {"PrivateIpAddress": "10.20"}),
    (INSTANCE, {"PrivateIpAddress": "10.20.1.9", "SubnetId": None}),
    (KEY_PAIR, {"PublicKeyMaterial": "-----BEGIN PRIVATE KEY-----"}),
    (REDSHIFT, {"DBName": "Orders"}),
    (REDSHIFT, {"MasterUsername": "1st"}),
    (REDSHIFT, {"MasterUsername": "public"}),
    (REDSHIFT, {"NumberOfNodes": 101}),
    (REDSHIFT, {"Encrypted": False}),
    (REDSHIFT, {"AutomatedSnapshotRetentionPeriod": 0, "NodeType": "ra3.large"}),
    (REDSHIFT, {"PreferredMaintenanceWindow": "mon:04:00-mon:04:20"}),
    (CLUSTER, {"PreferredMaintenanceWindow": "mon:04:00-tue:04:00"}),
    (CLUSTER, {SCALING: {"MinCapacity": 0.4, "MaxCapacity": 2}}),
    (CLUSTER, {SCALING: {"MinCapacity": 4, "MaxCapacity": 2}}),
    (CLUSTER, {SCALING: {"MinCapacity": 1, "MaxCapacity": 2, "SecondsUntilAutoPause": 600}}),
    (CLUSTER, {SCALING: {"MinCapacity": 0, "MaxCapacity": 2, "SecondsUntilAutoPause": 299}}),
    (TARGETS, {"HealthCheckTimeoutSeconds": 30, "HealthCheckIntervalSeconds": None}),
    (TARGETS, {"TargetGroupAttributes": [{"Value": "true"}]}),
    (TARGETS, {"Protocol": "HTTP", "TargetType": "alb"}),
    (DOMAIN, {"ClusterConfig": {"InstanceType": "m7g.large"}}),
    (DOMAIN, {"ClusterConfig": {"DedicatedMasterType": "m7g.large.search"}}),
    (DOMAIN, {"ClusterConfig": {"WarmEnabled": True, "WarmCount": 2}}),
    (DOMAIN, {"ClusterConfig": {"ColdStorageOptions": {"Enabled": True}}}),
    (CONFIG, {"ProductionVariants": [{"VariantName": "a", "ModelName": "ranker"}]}),
    (TEMPLATE, {"LaunchTemplateData": {"BlockDeviceMappings": [{"Ebs": {"VolumeSize": 8}}]}}),
    (REPOSITORY, {"EncryptionConfiguration": {"EncryptionType": "KMS"}}),
    (REPOSITORY, {"EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": "alias/images"}}),
    (REPOSITORY, {"ImageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}),
    (RULE, {"ScheduleExpression": "rate(1 minutes)"}),
    (RULE, {"ScheduleExpression": "cron(0 10 * * ?)"}),
    (BUCKET, {LIFECYCLE: {"Rules": [{"Id": "a", "Status": "Enabled"}]}}),
    (BUCKET, {LIFECYCLE: {"Rules": [{"Id": "a", "Status": "Enabled", "ExpirationDate": "2027-01-31T09:00:00Z"}]}}),
    (BUCKET, {LIFECYCLE: {"Rules": [{"Id": "a", "Status": "Enabled", **TWICE}]}}),
    (BUCKET, {LIFECYCLE: {"Rules": [{"Id": "a", "Status": "Enabled", "Transitions": [{"StorageClass": "GLACIER"}]}]}}),
    (QUEUE, {"QueueName": "orders/new", "FifoQueue": None}),
    (TOPIC, {"TopicName": "orders new", "FifoTopic": None}),
]


def plan(type_name: str, desired: dict[str, Any]) -> Plan:
    document = {name: value for name, value in (DOCUMENTS[type_name] | desired).items() if value is not None}
    proposal = Proposal(1, Action.CREATE, type_name, "ap-northeast-1", "", "new", document)
    return build(Target("prod", "111111111111"), [proposal], {})


@pytest.mark.parametrize(("type_name", "desired"), WRONG, ids=[f"{name}: {desired}" for name, desired in WRONG])
def test_a_new_resource_that_aws_would_refuse_is_refused_at_its_property(
    type_name: str, desired: dict[str, Any]
) -> None:
    with pytest.raises(PlanRefused) as refused:
        plan(type_name, desired)
    assert next(iter(desired)) in {problem.property for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("type_name", "name", "written", "shown"),
    [
        (QUEUE, "FifoQueue", False, None),
        (TOPIC, "FifoTopic", False, None),
        (KEY_PAIR, "PublicKeyMaterial", "ssh-ed25519 AAAAC3Nz aiko@laptop", "ssh-ed25519 AAAAC3Nz"),
        ("AWS::AutoScaling::AutoScalingGroup", "MaxSize", "02", "2"),
    ],
)
def test_what_aws_shows_otherwise_is_planned_as_it_shows_it(
    type_name: str, name: str, written: Any, shown: Any
) -> None:
    names = {QUEUE: {"QueueName": "orders"}, TOPIC: {"TopicName": "orders"}}.get(type_name, {})
    others = {"ContentBasedDeduplication": None, "DeduplicationScope": None, "FifoThroughputLimit": None}
    made = plan(type_name, {**names, **others, "FifoThroughputScope": None, name: written})
    after = {each.property: each.after for each in made.changes[0].differences}
    assert after.get(name) == shown
