from typing import Any

import pytest

from apps.catalog.texts import text
from tests.aws.exercise import TOKYO, Exercise

ROLE, POLICY, PROFILE = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::InstanceProfile"
PROD, STG = [{"Key": "env", "Value": "prod"}], [{"Key": "env", "Value": "stg"}]


def trusting(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def allowing(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


@pytest.fixture
def policies(client: Any) -> list[str]:
    iam = client("iam")
    made = iam.list_policies(Scope="Local", PathPrefix="/attached/")["Policies"] or [
        iam.create_policy(PolicyName=name, Path="/attached/", PolicyDocument=text(allowing("s3:GetObject")))["Policy"]
        for name in ("reads", "writes")
    ]
    return [policy["Arn"] for policy in made]


def test_a_role_lives_and_loses_its_policies_before_it_is_deleted(exercise: Exercise, policies: list[str]) -> None:
    reads, writes = policies
    exercise.live(
        ROLE,
        "worker",
        {
            "RoleName": "worker",
            "Path": "/service/",
            "AssumeRolePolicyDocument": trusting("ec2"),
            "ManagedPolicyArns": [reads],
            "MaxSessionDuration": 3600,
            "Tags": PROD,
        },
        {
            "AssumeRolePolicyDocument": trusting("lambda"),
            "ManagedPolicyArns": [writes],
            "Description": "Works.",
            "MaxSessionDuration": 7200,
            "PermissionsBoundary": reads,
            "Tags": STG,
        },
        {"MaxSessionDuration": 60, "AssumeRolePolicyDocument": allowing("s3:GetObject"), "RoleName": "other"},
    )


def test_roles_of_aws_itself_are_left_out(exercise: Exercise, client: Any) -> None:
    client("iam").create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    assert "AWSServiceRoleForAutoScaling" not in {seen.name for seen in exercise.gateway.list(ROLE, TOKYO)}


def test_a_policy_lives_and_a_change_makes_its_next_version(exercise: Exercise, client: Any) -> None:
    iam = client("iam")
    desired = {"ManagedPolicyName": "buckets", "Description": "Reads.", "PolicyDocument": allowing("s3:GetObject")}
    made = exercise.create(POLICY, "buckets", **desired)
    assert {name: made.document[name] for name in desired} == desired
    exercise.run(exercise.plan(made, PolicyDocument=allowing("s3:ListBucket")))
    changed = exercise.read(POLICY, made.identifier)
    assert (changed.document["DefaultVersionId"], changed.document["PolicyDocument"]) == (
        "v2",
        allowing("s3:ListBucket"),
    )
    iam.delete_policy_version(PolicyArn=made.identifier, VersionId="v1")
    exercise.delete(changed)


def test_an_instance_profile_lives_with_its_role(exercise: Exercise, client: Any) -> None:
    for name in ("web", "batch"):
        client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    exercise.live(
        PROFILE,
        "web",
        {"InstanceProfileName": "web", "Roles": ["web"]},
        {"Roles": ["batch"]},
        {"Roles": "web", "InstanceProfileName": 3},
    )
