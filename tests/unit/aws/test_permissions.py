"""The documented IAM policies: they allow every call of every type, nothing that IAM doesn't know, and nothing more."""

import json
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from apps.aws import permissions
from apps.catalog.registry import TYPES

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "iam"
AWS = "aws() { for word in \"$@\"; do printf '%s\\0' \"$word\"; done; printf '\\0'; }\n"


def actions(name: str, effect: str = "Allow") -> list[str]:
    statements: list[dict[str, Any]] = json.loads((FOLDER / name).read_text())["Statement"]
    listed = [row["Action"] for row in statements if row["Effect"] == effect and "Action" in row]
    return [one for each in listed for one in ([each] if isinstance(each, str) else each)]


def known() -> dict[str, Any]:
    """IAM's services and actions, as cfn-lint lists them."""
    spec = find_spec("cfnlint")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "data" / "AdditionalSpecs"
    found: dict[str, Any] = json.loads((folder / "Policies.json").read_text())
    return found


@pytest.mark.parametrize("name", ["read-role.json", "write-role.json", "boundary.json"])
def test_every_action_of_a_policy_is_one_that_iam_knows(name: str) -> None:
    services = known()
    named = [one.split(":") for one in (*actions(name), *actions(name, "Deny")) if not one.endswith("*")]
    assert [":".join(one) for one in named if one[1].lower() not in services[one[0]]["Actions"]] == []


def test_the_read_role_may_only_look() -> None:
    assert [
        one for one in actions("read-role.json") if not one.split(":")[1].startswith(("Describe", "Get", "List"))
    ] == []


def test_the_two_roles_have_nothing_in_common() -> None:
    assert set(actions("read-role.json")) & set(actions("write-role.json")) == set()


@pytest.mark.parametrize("declared", TYPES, ids=lambda declared: declared.name)
def test_every_operation_that_a_type_declares_is_in_its_policies(declared: Any) -> None:
    assert permissions.reads(declared) <= set(actions("read-role.json"))
    assert permissions.writes(declared) <= set(actions("write-role.json"))
    operations = {part.operation for part in declared.parts} | {declared.list.operation, declared.read.operation}
    assert len(permissions.reads(declared)) >= len(operations) - 1  # two operations may share an action


def test_the_names_that_s3_uses_are_translated() -> None:
    assert permissions.action("s3", "PutPublicAccessBlock") == "s3:PutBucketPublicAccessBlock"
    assert permissions.action("elbv2", "DescribeTags") == "elasticloadbalancing:DescribeTags"
    assert permissions.action("rds", "ModifyDBInstance") == "rds:ModifyDBInstance"


def documented(directory: Path) -> list[dict[str, str]]:
    """What the commands of docs/connecting-an-account.md ask the command line of AWS to do: its options by name."""
    page = (ROOT / "docs/connecting-an-account.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (directory / "docs").symlink_to(ROOT / "docs")
    code = f"{AWS}EXTERNAL_ID=of-prod\n{''.join(blocks)}"
    done = subprocess.run(["bash", "-euc", code], cwd=directory, capture_output=True, text=True, check=True)
    calls = [call.split("\0") for call in done.stdout.split("\0\0") if call]
    return [{"": words[1], **dict(zip(words[2::2], words[3::2], strict=True))} for words in calls]


def test_the_documented_commands_make_what_they_say(tmp_path: Path) -> None:
    calls = documented(tmp_path)
    roles = {call["--role-name"]: call for call in calls if call[""] == "create-role"}
    policies = {name: json.loads(call["--assume-role-policy-document"])["Statement"] for name, call in roles.items()}
    trusted = {name: statements[0] for name, statements in policies.items()}
    named = {name: statements[1] for name, statements in policies.items()}
    assert {each["Principal"]["AWS"][-1] for each in named.values()} == {
        "arn:aws:iam::444444444444:user/ringi-executor"
    }
    assert all(each["Action"] == ["sts:SetSourceIdentity", "sts:TagSession"] for each in named.values())
    users = {name: {arn.split("/")[1] for arn in trust["Principal"]["AWS"]} for name, trust in trusted.items()}
    assert users == {"prod-read": {"ringi-planner", "ringi-executor"}, "prod-write": {"ringi-executor"}}
    for trust in trusted.values():
        assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": "of-prod"}}
    given = {call["--role-name"]: call["--policy-document"] for call in calls if call[""] == "put-role-policy"}
    assert given == {"prod-read": "file://docs/iam/read-role.json", "prod-write": "file://docs/iam/write-role.json"}


def test_the_documented_boundary_has_no_placeholder_left(tmp_path: Path) -> None:
    assert {call[""] for call in documented(tmp_path)} >= {"create-policy", "put-role-permissions-boundary"}
    boundary = (tmp_path / "boundary.json").read_text()
    assert json.loads(boundary)
    assert not re.search("ACCOUNT|NAME-OF", boundary)
