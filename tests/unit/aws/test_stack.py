"""The template that connects an account: what IAM takes, what CloudFormation takes, and nothing that docs/iam lacks."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.aws import stack
from apps.aws.permissions import calls, looks

ACCOUNT = "222222222222"
PLANNER, EXECUTOR = (f"arn:aws:iam::444444444444:user/ringi-{name}" for name in ("planner", "executor"))
PROD = stack.Wanted(
    slug="prod",
    account=ACCOUNT,
    regions=["ap-northeast-1", "us-west-2"],
    read_role_arn=f"arn:aws:iam::{ACCOUNT}:role/ringi/prod-read",
    write_role_arn=f"arn:aws:iam::{ACCOUNT}:role/RingiWrite-prod",
    external_id="an-external-id",
    principals={"planner": PLANNER, "executor": EXECUTOR},
    others={"env": ["stg", "dev"]},
)
NOBODY_KNOWN = replace(PROD, principals={}, others={})


def properties(wanted: stack.Wanted, name: str) -> dict[str, Any]:
    found: dict[str, Any] = stack.template(wanted)["Resources"][name]["Properties"]
    return found


def documents(wanted: stack.Wanted, start: str = "") -> list[dict[str, Any]]:
    resources = stack.template(wanted)["Resources"].items()
    given = [(name, each["Properties"]) for name, each in resources if name.startswith(start)]
    return [each["PolicyDocument"] for _, each in given if "PolicyDocument" in each]


def allowed(policies: list[dict[str, Any]]) -> list[str]:
    statements = [each for policy in policies for each in policy["Statement"] if each["Effect"] == "Allow"]
    return [action for each in statements for action in each["Action"]]


@pytest.mark.parametrize("wanted", [PROD, NOBODY_KNOWN], ids=["known", "unknown"])
def test_cfn_lint_has_nothing_against_the_template(tmp_path: Path, wanted: stack.Wanted) -> None:
    path = tmp_path / "template.json"
    path.write_text(stack.text(wanted))
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([linter, path, "--regions", "ap-northeast-1"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_template_is_json_and_yaml_alike() -> None:
    assert json.loads(stack.text(PROD)) == yaml.safe_load(stack.text(PROD)) == stack.template(PROD)


@pytest.mark.parametrize("regions", [1, 30])
def test_no_policy_is_longer_than_iam_takes_and_no_role_has_more_than_ten(regions: int) -> None:
    wanted = replace(PROD, regions=[f"ap-northeast-{number}" for number in range(regions)])
    assert [size for size in map(stack.size, documents(wanted)) if size > stack.POLICY_MOST] == []
    assert len(properties(wanted, "WriteRole")["ManagedPolicyArns"]) <= 10


def test_the_policies_of_a_role_grant_together_what_the_documented_ones_do_and_each_action_once() -> None:
    assert sorted(allowed(documents(PROD, "Read"))) == sorted(looks())
    assert sorted(allowed(documents(PROD, "Write"))) == sorted(calls())


def test_what_has_a_region_is_granted_in_those_of_the_environment_only() -> None:
    statements = [each for policy in documents(NOBODY_KNOWN) for each in policy["Statement"] if "Action" in each]
    asked = {action: each.get("Condition") for each in statements for action in each["Action"]}
    assert asked["rds:ModifyDBInstance"] == {"StringEquals": {"aws:RequestedRegion": list(PROD.regions)}}
    assert asked["iam:CreateRole"] is None
    assert asked["route53:ListHostedZones"] is None


def test_who_may_come_in_and_how() -> None:
    for name, trusted in (("ReadRole", ["Planner", "Executor"]), ("WriteRole", ["Executor"])):
        enters, named = properties(PROD, name)["AssumeRolePolicyDocument"]["Statement"]
        assert enters["Principal"] == named["Principal"] == {"AWS": [{"Ref": each} for each in trusted]}
        assert enters["Action"] == "sts:AssumeRole"
        assert enters["Condition"] == {"StringEquals": {"sts:ExternalId": "an-external-id"}}
        assert set(named["Action"]) == {"sts:SetSourceIdentity", "sts:TagSession"}


def test_known_principals_are_filled_in_and_others_asked_for() -> None:
    assert stack.template(PROD)["Parameters"]["Planner"]["Default"] == PLANNER
    assert "Default" not in stack.template(NOBODY_KNOWN)["Parameters"]["Planner"]


def test_the_roles_are_those_of_the_environment_and_both_have_the_boundary() -> None:
    read, write = properties(PROD, "ReadRole"), properties(PROD, "WriteRole")
    assert (read["Path"], read["RoleName"]) == ("/ringi/", "prod-read")
    assert (write["Path"], write["RoleName"]) == ("/", "RingiWrite-prod")
    assert read["PermissionsBoundary"] == write["PermissionsBoundary"] == {"Ref": "Boundary"}
    kept = properties(PROD, "Boundary")["PolicyDocument"]["Statement"][1]["Resource"]
    assert {PROD.read_role_arn, PROD.write_role_arn} <= set(kept)


def test_what_carries_the_tag_of_another_environment_is_kept_from_the_write_role() -> None:
    denied = [each for policy in documents(PROD, "Write") for each in policy["Statement"] if each["Effect"] == "Deny"]
    assert [each["Condition"] for each in denied] == [{"StringEquals": {"aws:ResourceTag/env": ["dev", "stg"]}}]
    assert not [e for policy in documents(PROD, "Read") for e in policy["Statement"] if e["Effect"] == "Deny"]
