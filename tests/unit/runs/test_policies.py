from dataclasses import fields, replace
from itertools import product

import pytest

from apps.runs.policies import Start, check_attention, check_live, check_may_act, check_reason, check_start, run_state
from apps.runs.states import RUN_LIVE, RUN_TERMINAL, STEP_PASSED, STEP_TERMINAL, RunState, StepState

FINE = Start(
    may=True,
    environment="prod",
    enabled=True,
    approved=True,
    digest_is_current=True,
    complete=True,
    live=False,
    applied=False,
)
FACTS = [f.name for f in fields(Start) if f.name != "environment"]


@pytest.mark.parametrize("fact", FACTS)
def test_a_start_needs_every_fact(fact: str):
    assert check_start(FINE) is None
    assert check_start(replace(FINE, **{fact: not getattr(FINE, fact)})) is not None


@pytest.mark.parametrize(("failed", "cancelled"), [(False, False), (True, False), (False, True)])
def test_a_run_is_what_its_steps_say(failed: bool, cancelled: bool):
    for steps in product(StepState, repeat=2):
        check_run_of(steps, failed, cancelled)


def check_run_of(steps: tuple[StepState, ...], failed: bool, cancelled: bool) -> None:
    state = run_state(steps, failed=failed, cancelled=cancelled, started=True)
    if StepState.ATTENTION in steps:
        assert state is RunState.ATTENTION
    elif not set(steps) <= STEP_TERMINAL:
        assert state is RunState.RUNNING
    elif set(steps) <= STEP_PASSED:
        assert state is RunState.SUCCEEDED
    else:
        assert state in RUN_TERMINAL - {RunState.SUCCEEDED}
        assert (state is RunState.CANCELLED) == (cancelled and not failed)


def test_a_run_that_only_waits_for_its_resources_is_still_queued():
    assert run_state([StepState.READY], failed=False, cancelled=False, started=False) is RunState.QUEUED


@pytest.mark.parametrize("state", RunState)
def test_only_live_runs_are_cancelled_and_only_stuck_ones_given_up(state: RunState):
    assert (check_live(state) is None) == (state in RUN_LIVE)
    assert (check_attention(state) is None) == (state is RunState.ATTENTION)


def test_giving_up_needs_a_reason_and_a_role():
    assert check_reason("Done by hand") is None
    assert check_reason(" ") is not None
    assert check_may_act(True, "prod") is None
    assert check_may_act(False, "prod") is not None
