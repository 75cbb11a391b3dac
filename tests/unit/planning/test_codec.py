import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.types import Effect, EffectKind
from apps.planning.codec import canonical, decoded, digest, encoded, parse
from apps.planning.plan import (
    Action,
    Call,
    Change,
    Difference,
    Output,
    Plan,
    Repeat,
    SecretRef,
    Settle,
    Slot,
    Target,
)

LETTERS = st.characters(codec="utf-8", exclude_characters="\x00")  # which no database stores
names = st.text(LETTERS, max_size=8).filter(lambda name: not name.startswith("$"))
words = st.text(LETTERS, max_size=12)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**40), 2.0**40)
    | words
    | st.builds(Output, st.integers(1, 99), words)
    | st.builds(SecretRef, words)
    | st.builds(Slot, st.sampled_from(["token", "request"]))
)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3))
documents = st.dictionaries(names, values, max_size=3)
keys = st.builds("{}.{}".format, st.integers(1, 9), st.integers(1, 9))
settles = st.builds(Settle, st.tuples(words), st.just(()), st.floats(0, 90), st.integers(0, 90))
calls = st.builds(
    Call,
    key=keys,
    service=words,
    operation=words,
    region=words,
    parameters=documents,
    repeat=st.sampled_from(Repeat),
    purpose=words,
    expects=documents,
    sets=documents,
    expects_status=words,
    leaves_status=words,
    outputs=st.dictionaries(names, words, max_size=2),
    wait=st.none() | settles,
    after=st.lists(keys, max_size=2).map(tuple),
)
differences = st.builds(
    Difference, words, values, values, st.builds(Effect, st.sampled_from(EffectKind), st.integers(0, 60), words), words
)
changes = st.builds(
    Change,
    ordinal=st.integers(1, 99),
    action=st.sampled_from(Action),
    type=words,
    region=words,
    identifier=words,
    name=words,
    differences=st.lists(differences, max_size=2).map(tuple),
    calls=st.lists(calls, max_size=2).map(tuple),
    irreversible=words,
)
plans = st.builds(Plan, st.builds(Target, words, words), st.lists(changes, max_size=2).map(tuple))


def shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(name, shuffled(member, order)) for name, member in value.items()]
        order.shuffle(items)
        return dict(items)
    return [shuffled(item, order) for item in value] if isinstance(value, list) else value


@pytest.fixture
def text() -> str:
    call = Call("1.1", "rds", "modify_db_instance", "ap-northeast-1", {"A": 1}, Repeat.ABSOLUTE, "Set A")
    difference = Difference("A", 0, 1, Effect(EffectKind.ONLINE))
    change = Change(1, Action.UPDATE, "T", "ap-northeast-1", "orders", "orders", (difference,), (call,))
    return canonical(Plan(Target("prod", "111111111111"), (change,)))


@given(plans)
def test_a_plan_survives_writing_and_parsing(plan: Plan) -> None:
    assert parse(canonical(plan)) == plan
    assert canonical(parse(canonical(plan))) == canonical(plan)


@given(documents, st.randoms())
def test_the_digest_does_not_depend_on_the_order_of_names(document: dict[str, Any], order: random.Random) -> None:
    def of(parameters: dict[str, Any]) -> str:
        call = Call("1.1", "s", "o", "r", parameters, Repeat.ONCE, "p")
        return digest(
            canonical(Plan(Target("prod", "1"), (Change(1, Action.UPDATE, "t", "r", "i", "n", (), (call,)),)))
        )

    assert of(document) == of(shuffled(document, order))


@given(values)
def test_a_value_survives_encoding(value: Any) -> None:
    assert decoded(encoded(value)) == value


def test_the_digest_is_that_of_the_stored_text() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_any_other_plan_has_another_digest(text: str) -> None:
    plan = parse(text)
    other = Plan(Target("stg", plan.target.account), plan.changes)
    assert digest(canonical(other)) != digest(text)


@pytest.mark.parametrize("name", ["$output", "$", "$ref"])
def test_a_literal_name_that_looks_like_a_symbol_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="do not start"):
        encoded({"outer": [{name: 1}]})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, b"x", {1: 2}, {1, 2}, "\ud800"])
def test_a_value_that_json_cannot_carry_exactly_is_refused(value: Any) -> None:
    call = Call("1.1", "s", "o", "r", {"a": value}, Repeat.ONCE, "p")
    with pytest.raises(ValueError):  # noqa: PT011
        canonical(Plan(Target("prod", "1"), (Change(1, Action.UPDATE, "t", "r", "i", "n", (), (call,)),)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"schema_version":1', '"schema_version":2'),
        ('"schema_version":1', '"schema_version":true'),
        ('"schema_version":1', '"schema_version":1,"title":"x"'),
        ('"action":"update"', '"action":"explode"'),
        ('"repeat":"absolute"', '"repeat":"often"'),
        ('"ordinal":1', '"ordinal":"1"'),
        ('"ordinal":1', '"ordinal":true'),
        ('"ordinal":1', '"ordinal":1,"ordinal":1'),
        ('"ordinal":1,', ""),
        ('"after":[]', '"after":"1.1"'),
        ('"wait":null', '"wait":{}'),
        ('"wait":null', '"wait":1'),
        ('{"A":1}', '{"A":{"$output":{"change":1}}}'),
        ('{"A":1}', '{"A":{"$secret":"x"}}'),
        ('{"A":1}', '{"A":{"$slot":{"name":"password"}}}'),
        ('{"A":1}', '{"A":{"$what":{}}}'),
        ('{"A":1}', '{"A":NaN}'),
        ('{"A":1}', '{"A": 1}'),
        ('{"A":1}', "[" * 100_000),
        ('{"A":1}', "1"),
    ],
)
def test_text_that_is_not_a_plan_is_refused(text: str, old: str, new: str) -> None:
    assert old in text
    with pytest.raises(ValueError):  # noqa: PT011
        parse(text.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '"plan"'])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse(text)


def test_the_text_holds_no_more_than_the_plan(text: str) -> None:
    assert set(json.loads(text)) == {"schema_version", "target", "changes"}
