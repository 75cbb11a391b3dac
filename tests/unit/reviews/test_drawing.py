"""Rules that hold add up to a flow, and none makes another weaker."""

from hypothesis import given
from hypothesis import strategies as st

from apps.planning.plan import Action
from apps.reviews.conditions import Condition, Facts
from apps.reviews.drawing import DEFAULT, REVIEWERS, Ask, Drawn, Ruling, Why, draw, tightened
from tests.unit.reviews.test_conditions import QUEUE, RDS, change, evaluation

TWO = Facts("prod", True, "2" * 12, (change(1, tags={}), change(2, Action.DELETE, QUEUE, tags={})), evaluation("0"))
ONE = Facts("prod", True, "2" * 12, (change(1, tags={}),), evaluation("0"))


def ruling(version: int, condition: Condition, *asks: Ask) -> Ruling:
    return Ruling(version, f"Rule {version}", condition, asks)


def test_without_a_rule_one_reviewer_decides() -> None:
    assert draw([], TWO) == (Drawn(1, REVIEWERS, frozenset({1, 2}), (Why(0, "", DEFAULT),)),)


def test_what_rules_ask_for_adds_up_and_the_strictest_number_counts() -> None:
    found = draw(
        [
            ruling(1, Condition(production=True), Ask(2)),
            ruling(2, Condition(), Ask(3), Ask(1, "team:7")),
            ruling(3, Condition(types=(QUEUE,)), Ask(2, "team:7"), Ask(1, "person:9")),
            ruling(4, Condition(environments=("dev",)), Ask(9)),
        ],
        TWO,
    )
    assert [(step.needed, step.who, sorted(step.ordinals)) for step in found] == [
        (3, REVIEWERS, [1, 2]), (2, "team:7", [1, 2]), (1, "person:9", [2]),
    ]  # fmt: skip
    assert [[why.version for why in step.why] for step in found] == [[2], [3], [3]]


def test_reviewers_answer_for_the_whole_plan_whatever_else_is_asked() -> None:
    found = draw([ruling(1, Condition(types=(QUEUE,)), Ask(1, "team:7"))], TWO)
    assert [(step.needed, step.who, sorted(step.ordinals)) for step in found] == [
        (1, REVIEWERS, [1, 2]), (1, "team:7", [2]),
    ]  # fmt: skip


def test_no_approval_is_required_only_where_every_change_is_spared_and_nothing_is_asked() -> None:
    spared = ruling(1, Condition(types=(RDS,)))
    [step] = draw([spared], ONE)
    assert (step.needed, step.why) == (0, (Why(1, "Rule 1", "It changes orders-1."),))
    assert draw([spared], TWO)[0].needed == 1
    assert draw([spared, ruling(2, Condition(production=True), Ask(2))], ONE)[0].needed == 2


def test_a_flow_of_two_moments_is_the_stricter_of_both() -> None:
    spared, plain = draw([ruling(1, Condition(types=(RDS,)))], ONE), draw([], ONE)
    strict = draw([ruling(2, Condition(), Ask(2), Ask(1, "team:7"))], ONE)
    assert tightened(spared, plain)[0].needed == 1
    assert tightened(spared, spared)[0].needed == 0
    assert [(s.needed, s.who) for s in tightened(strict, plain)] == [(2, REVIEWERS), (1, "team:7")]
    assert [(s.needed, s.who) for s in tightened(plain, strict)] == [(2, REVIEWERS), (1, "team:7")]


ASKS = st.builds(Ask, st.integers(1, 4), st.sampled_from((REVIEWERS, "team:1", "team:2", "person:3")))
CONDITIONS = st.builds(
    Condition,
    environments=st.sampled_from(((), ("prod",), ("dev",))),
    types=st.sampled_from(((), (RDS,), (QUEUE,))),
    actions=st.sampled_from(((), ("delete",))),
)
RULINGS = st.lists(
    st.builds(Ruling, st.integers(1, 99), st.just("R"), CONDITIONS, st.lists(ASKS, max_size=2).map(tuple)), max_size=5
)


@given(RULINGS, RULINGS)
def test_a_rule_more_never_asks_for_less(some: list[Ruling], more: list[Ruling]) -> None:
    asking = [each for each in more if each.asks]
    before = {step.who: step.needed for step in draw(some, TWO)}
    after = {step.who: step.needed for step in draw([*some, *asking], TWO)}
    assert all(after.get(who, 0) >= needed for who, needed in before.items())


@given(RULINGS)
def test_every_change_is_answered_for(found: list[Ruling]) -> None:
    steps = draw(found, TWO)
    assert frozenset().union(*(step.ordinals for step in steps)) == {1, 2}
    assert steps[0].who == REVIEWERS
