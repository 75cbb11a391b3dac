"""What the policies of a role say, in words."""

from typing import Any

import pytest

from apps.aws.trust import closed_to, lacking, principal_of

PLANNER = "arn:aws:iam::444444444444:user/ringi-planner"
ROLE = "arn:aws:iam::444444444444:role/planner"


def trust(principal: Any = PLANNER, action: Any = "sts:AssumeRole", external_id: Any = "e1", **more: Any) -> Any:
    condition = {"Condition": {"StringEquals": {"sts:ExternalId": external_id}}} if external_id else {}
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, **condition, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    ("policy", "principal"),
    [
        (trust(), PLANNER),
        (trust(["arn:aws:iam::1:user/x", PLANNER], ["sts:TagSession", "sts:AssumeRole"], ["e0", "e1"]), PLANNER),
        (trust("444444444444"), PLANNER),
        (trust("arn:aws:iam::444444444444:root", "sts:*"), PLANNER),
        (trust("*", external_id=None), PLANNER),
        (trust("arn:aws:iam::444444444444:role/of/ringi/planner"), ROLE),
        ({"Statement": trust()["Statement"][0]}, PLANNER),
    ],
)
def test_who_is_named_and_gives_the_external_id_comes_in(policy: Any, principal: str) -> None:
    assert closed_to(policy, principal, "e1") == ""


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (trust("arn:aws:iam::444444444444:user/ringi-executor"), f"doesn't name {PLANNER}"),
        (trust("arn:aws:iam::555555555555:root"), f"doesn't name {PLANNER}"),
        (trust(Effect="Deny"), f"doesn't name {PLANNER}"),
        ({"Statement": []}, f"doesn't name {PLANNER}"),
        (trust(action="sts:TagSession"), f"doesn't allow sts:AssumeRole to {PLANNER}"),
        (trust(external_id="e2"), "requires another external id"),
    ],
)
def test_what_keeps_somebody_out_is_named(policy: Any, words: str) -> None:
    assert words in closed_to(policy, PLANNER, "e1")


def test_a_role_of_another_name_is_not_taken_for_one_under_a_path() -> None:
    assert "doesn't name" in closed_to(trust("arn:aws:iam::444444444444:role/of/a-planner"), ROLE, "e1")


def test_a_session_is_named_by_its_role() -> None:
    assert principal_of("arn:aws:sts::444444444444:assumed-role/planner/i-1") == ROLE
    assert principal_of(PLANNER) == PLANNER


def grants(*actions: str, effect: str = "Allow", **more: Any) -> Any:
    return {"Statement": [{"Effect": effect, "Action": list(actions), "Resource": "*", **more}]}


def test_what_no_policy_grants_or_one_denies_is_lacking() -> None:
    wanted = {"rds:DescribeDBInstances", "rds:DescribeDBClusters", "ec2:DescribeVpcs"}
    assert lacking([], wanted) == sorted(wanted)
    assert lacking([grants("rds:Describe*"), grants("EC2:describevpcs")], wanted) == []
    assert lacking([grants("*"), grants("rds:*", effect="Deny")], wanted) == [
        "rds:DescribeDBClusters",
        "rds:DescribeDBInstances",
    ]
    unsure = grants("rds:*", effect="Deny", Condition={"StringEquals": {"aws:ResourceTag/env": "dev"}})
    assert lacking([grants("*"), unsure], wanted) == []
