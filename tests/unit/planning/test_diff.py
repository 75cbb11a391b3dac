from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.types import Property
from apps.planning.build import build
from apps.planning.diff import differing, normal, same
from apps.planning.plan import Action, Plan, PlanRefused, Proposal, Target

SET = Property(unordered=True)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)
tags = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["1", "2"])).map(
    lambda d: [{"Key": k, "Value": v} for k, v in d.items()]
)
databases = st.fixed_dictionaries(
    {
        "DBInstanceClass": st.sampled_from(["db.m6g.large", "db.m6g.xlarge"]),
        "Iops": st.integers(1000, 1003),
        "VPCSecurityGroups": st.lists(st.sampled_from(["sg-1", "sg-2", "sg-3"]), unique=True, min_size=1),
        "Tags": tags,
    }
)


def applied(plan: Plan, document: dict[str, Any]) -> dict[str, Any]:
    """The document after every call did what it says, each finding what it expects."""
    document = dict(document)
    for call in plan.calls:
        assert {name: document.get(name) for name in call.expects} == dict(call.expects)
        document |= call.sets
    return document


@given(databases, databases)
def test_a_plan_applied_to_what_is_observed_gives_what_is_desired(
    types: Any, database: Any, before: dict[str, Any], after: dict[str, Any]
) -> None:
    seen = type(database)(database.type, "orders", "orders", {**database.document, **before}, "available")
    proposal = Proposal(1, Action.UPDATE, seen.type, "ap-northeast-1", "orders", "orders", after)
    native = types(seen.type)
    if not differing(native, before, after):
        with pytest.raises(PlanRefused, match="Nothing would change"):
            build(Target("prod", "1"), [proposal], {1: seen}, types)
        return
    plan = build(Target("prod", "1"), [proposal], {1: seen}, types)
    assert differing(native, applied(plan, dict(seen.document)), after) == ()


@given(json_values, json_values)
def test_every_value_is_the_same_as_itself_and_sameness_has_no_direction(one: Any, other: Any) -> None:
    assert same(one, one)
    assert same(one, other) == same(other, one) == (normal(one) == normal(other))


@pytest.mark.parametrize(
    ("before", "after", "declared"),
    [
        ("30", 30, None),
        (30.0, "30", None),
        (True, "true", None),
        (None, [], None),
        (None, {}, None),
        ({"a": 1, "b": None}, {"a": "1"}, None),
        (["a", "b"], ["b", "a"], SET),
        ([{"Key": "a", "Value": "1"}, {"Key": "b"}], [{"Key": "b"}, {"Value": 1, "Key": "a"}], SET),
    ],
)
def test_values_that_mean_the_same_are_the_same(before: Any, after: Any, declared: Property | None) -> None:
    assert same(before, after, declared)


@pytest.mark.parametrize(
    ("before", "after"),
    [("30", 31), (None, 0), (None, False), (None, ""), (["a", "b"], ["b", "a"]), ({"a": {}}, {"a": None}), ("a", "A")],
)
def test_values_that_mean_something_else_differ(before: Any, after: Any) -> None:
    assert not same(before, after)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"AwsvpcConfiguration": {"Subnets": ["a", "b"]}}, {"AwsvpcConfiguration": {"Subnets": ["b", "a"]}}),
        ({"Statement": [{"Action": "s3:Get"}]}, {"Statement": [{"Action": ["s3:Get"]}]}),
        ({"Action": ["b", "a"]}, {"Action": ["a", "b"]}),
        ({"Principal": {"AWS": "111122223333"}}, {"Principal": {"AWS": ["arn:aws:iam::111122223333:root"]}}),
        (
            {"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}},
            {"Condition": {"StringEquals": {"aws:SourceVpc": ["vpc-1"]}}},
        ),
    ],
)
def test_what_means_the_same_deep_inside_is_the_same(one: Any, other: Any) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Command": ["a", "b"]}, {"Command": ["b", "a"]}),
        ({"Statement": [{"Action": "a"}, {"Action": "b"}]}, {"Statement": [{"Action": "b"}, {"Action": "a"}]}),
        ({"Principal": {"AWS": "111122223333"}}, {"Principal": {"AWS": "arn:aws:iam::111122223333:role/root"}}),
        ({"Subnets": ["a"]}, {"Subnets": ["a", "a"]}),
    ],
)
def test_what_means_something_else_is_not(one: Any, other: Any) -> None:
    assert not same(one, other)
