"""What AWS protects against deletion is not planned to be deleted, and the way to it is said."""

from typing import Any

import pytest

from apps.planning.build import build
from apps.planning.plan import Action, Observation, PlanRefused, Proposal, Target

TOKYO = "ap-northeast-1"
ARN = "arn:aws:x:ap-northeast-1:111111111111:x"
GUARDED: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("AWS::RDS::DBInstance", "available", {"DBInstanceIdentifier": "x"}, {"DeletionProtection": True}),
    ("AWS::RDS::DBCluster", "available", {"DBClusterIdentifier": "x"}, {"DeletionProtection": True}),
    ("AWS::EC2::Instance", "running", {"InstanceId": "x"}, {"DisableApiTermination": True}),
    ("AWS::DynamoDB::Table", "ACTIVE", {"TableName": "x"}, {"DeletionProtectionEnabled": True}),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "active",
        {"LoadBalancerArn": ARN},
        {"LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": "true"}]},
    ),
]


def deletion(type_name: str, status: str, document: dict[str, Any]) -> Any:
    seen = Observation(type_name, TOKYO, "x", "x", ARN, status, document)
    consents = {"no_snapshot": "it is a copy", "replace": ""}
    proposal = Proposal(1, Action.DELETE, type_name, TOKYO, "x", "x", {}, {}, consents)
    return build(Target("prod", "111111111111"), [proposal], {1: seen})


@pytest.mark.parametrize(("type_name", "status", "document", "guard"), GUARDED, ids=[each[0] for each in GUARDED])
def test_what_is_protected_is_not_deleted(
    type_name: str, status: str, document: dict[str, Any], guard: dict[str, Any]
) -> None:
    with pytest.raises(PlanRefused) as refused:
        deletion(type_name, status, document | guard)
    [problem] = refused.value.problems
    assert (problem.ordinal, problem.property, problem.code) == (1, "", "protected")
    assert f"while its {next(iter(guard))} says so" in problem.sentence
    assert deletion(type_name, status, document).calls
