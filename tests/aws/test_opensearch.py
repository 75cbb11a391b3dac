from typing import Any

from apps.planning.plan import Action, Observation
from tests.aws.exercise import TOKYO, Exercise

DOMAIN = "AWS::OpenSearchService::Domain"
NOT_EXERCISED = {DOMAIN: {"EngineVersion": "moto lacks upgrade_domain"}}
NODES: dict[str, Any] = {
    "InstanceType": "r7g.large.search",
    "InstanceCount": 3,
    "DedicatedMasterEnabled": False,
    "ZoneAwarenessEnabled": False,
    "WarmEnabled": False,
    "ColdStorageOptions": {"Enabled": False},
}
DISK = {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 100}


def policy(action: str) -> dict[str, Any]:
    allowed = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": action}
    return {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": "*"}]}


def test_a_domain_lives(exercise: Exercise) -> None:
    exercise.live(
        DOMAIN,
        "search",
        {
            "DomainName": "search",
            "EngineVersion": "OpenSearch_2.19",
            "ClusterConfig": NODES,
            "EBSOptions": DISK,
            "EncryptionAtRestOptions": {"Enabled": True},
            "NodeToNodeEncryptionOptions": {"Enabled": True},
            "AccessPolicies": policy("es:ESHttpGet"),
            "Tags": [{"Key": "env", "Value": "prod"}],
        },
        {
            "ClusterConfig": NODES | {"InstanceCount": 6},
            "EBSOptions": DISK | {"VolumeSize": 200},
            "AccessPolicies": policy("es:ESHttp*"),
            "Tags": [{"Key": "env", "Value": "stg"}, {"Key": "team", "Value": "shop"}],
        },
        {
            "AccessPolicies": '{"Version": "2012-10-17"}',
            "EncryptionAtRestOptions": {"Enabled": False},
            "EBSOptions": {"Size": 3},
            "ClusterConfig": {"ColdStorageOptions": {}},
            "DomainEndpointOptions": {"CustomEndpointCertificateArn": "shop"},
            "EngineVersion": "2.19",
        },
    )


def test_domains_are_listed_as_they_are_read(exercise: Exercise, client: Any) -> None:
    for number in range(7):
        client("opensearch").create_domain(DomainName=f"many-{number}")
    listed = {seen.identifier: seen for seen in exercise.gateway.list(DOMAIN, TOKYO)}
    assert {f"many-{number}" for number in range(7)} <= set(listed)
    assert listed["many-6"] == exercise.read(DOMAIN, "many-6")
    assert listed["many-6"].status == "active"


def test_an_upgrade_is_a_call_of_its_own(exercise: Exercise) -> None:
    document = {"DomainName": "search", "EngineVersion": "OpenSearch_2.17"}
    seen = Observation(DOMAIN, TOKYO, "search", "search", "arn", "active", document)
    plan = exercise.plan(seen, Action.UPDATE, EngineVersion="OpenSearch_2.19")
    [call] = plan.calls
    assert (call.operation, call.parameters["TargetVersion"]) == ("upgrade_domain", "OpenSearch_2.19")
    assert plan.changes[0].differences[0].irreversible
