"""What may be done with a run, and what its steps make of it, from frozen facts. Asks nobody."""

from collections.abc import Collection
from dataclasses import dataclass

from apps.refusal import Refusal
from apps.runs.states import RunState, StepState

UNSTARTED = frozenset({StepState.PENDING, StepState.READY})
IN_FLIGHT = frozenset({StepState.RUNNING, StepState.WAITING})


@dataclass(frozen=True)
class Start:
    """The facts about starting a run. `may`: the person is requester or reviewer in the environment."""

    may: bool
    environment: str
    enabled: bool
    approved: bool
    digest_is_current: bool
    complete: bool
    live: bool
    applied: bool


def check_start(facts: Start) -> Refusal | None:
    place = facts.environment
    checks = (
        (facts.may, "role", f"You are neither requester nor reviewer in {place}. Ask an administrator for a role."),
        (not facts.applied, "applied", "This request was applied already. Propose a new one for what comes next."),
        (facts.digest_is_current, "stale", "The plan changed since you opened this page. Load it again."),
        (facts.approved, "not_approved", "This request isn't approved. Ask a reviewer to decide first."),
        (facts.complete, "incomplete", "An approval no longer counts, so the flow isn't complete. Ask for a new one."),
        (facts.enabled, "disabled", f"{place} is switched off. Ask an administrator to switch it on."),
        (not facts.live, "live", "A run of this request is still going on. Wait for its end or cancel it."),
    )
    return next((Refusal(code, sentence) for holds, code, sentence in checks if not holds), None)


def check_role(may: bool, environment: str) -> Refusal | None:
    sentence = f"You are neither requester nor reviewer in {environment}. Ask an administrator for a role."
    return None if may else Refusal("role", sentence)


def check_live(state: RunState) -> Refusal | None:
    if state in (RunState.QUEUED, RunState.RUNNING, RunState.ATTENTION):
        return None
    return Refusal("ended", f"This run has {state.value}: there is nothing left to do with it.")


def check_attention(state: RunState | StepState) -> Refusal | None:
    if state.value == RunState.ATTENTION.value:
        return None
    return Refusal("attention", f"Nobody is asked here: it is {state.value}. Reload the page.")


def check_reason(reason: str) -> Refusal | None:
    return None if reason.strip() else Refusal("text", "Write why, so that others can follow it later.")


def run_state(steps: Collection[StepState], *, failed: bool, cancelled: bool, started: bool) -> RunState:
    """What a run is, from its steps. A run that fails or is cancelled ends only when nothing is under way any more."""
    if StepState.ATTENTION in steps:
        return RunState.ATTENTION
    if all(step is StepState.DONE for step in steps):
        return RunState.SUCCEEDED
    going_on = any(step in IN_FLIGHT for step in steps)
    if going_on or any(step in UNSTARTED for step in steps):
        return RunState.RUNNING if started or going_on else RunState.QUEUED
    return RunState.FAILED if failed or not cancelled else RunState.CANCELLED
