"""The digest of a part of a plan."""

from dataclasses import replace

from apps.planning import codec
from apps.planning.plan import Action, Call, Change, Plan, Repeat, Target
from apps.reviews import scope


def call(key: str, *after: str, days: int = 1) -> Call:
    return Call(
        key, "rds", "modify_db_instance", "ap-northeast-1", {"BackupRetentionPeriod": days}, Repeat.ABSOLUTE, "Set it",
        after=after,
    )  # fmt: skip


def change(ordinal: int, *after: str, days: int = 1) -> Change:
    calls = (call(f"{ordinal}.1", *after, days=days),)
    return Change(ordinal, Action.UPDATE, "AWS::RDS::DBInstance", "ap-northeast-1", "a", "a", (), calls)


PLAN = Plan(Target("prod", "2" * 12), (change(1), change(2, "1.1"), change(3)))


def test_the_whole_is_the_digest_of_the_plan() -> None:
    assert scope.digest(PLAN, {1, 2, 3}) == codec.digest(codec.canonical(PLAN))
    assert scope.digest(replace(PLAN, changes=PLAN.changes[:2]), {2}) == scope.digest(PLAN, {1, 2})


def test_a_part_stays_the_same_while_nothing_in_it_or_below_it_changes() -> None:
    other = replace(PLAN, changes=(*PLAN.changes[:2], change(3, days=9)))
    below = replace(PLAN, changes=(change(1, days=9), *PLAN.changes[1:]))
    assert scope.digest(other, {2}) == scope.digest(PLAN, {2})
    assert scope.digest(other, {3}) != scope.digest(PLAN, {3})
    assert scope.digest(below, {2}) != scope.digest(PLAN, {2})
    assert scope.digest(replace(PLAN, target=Target("dev", "2" * 12)), {2}) != scope.digest(PLAN, {2})
