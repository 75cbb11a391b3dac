"""Signs of life, draining, leases that run out, and locks that an administrator releases."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.models import Event
from apps.audit.verbs import sentence
from apps.environments.models import Environment
from apps.people.models import RoleBinding, User
from apps.refusal import Refused
from apps.runs import claim, commands, watch, workers
from apps.runs.models import ResourceLock, Run, Step, Worker
from apps.runs.release import release
from apps.runs.states import RunState, StepState
from tests.integration import flow
from tests.integration.estate import Account, unclear

People = dict[str, User]
REASON = "Its resource is needed for the incident."


@pytest.fixture
def goro(people: People) -> User:
    person = User.objects.create_user("goro", full_name="Goro Hayashi")
    RoleBinding.objects.create(user=person, role="administrator")
    return person


@pytest.fixture
def worker(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """This process is a worker that has signed."""
    monkeypatch.setattr(workers.Here, "name", "")
    workers.begin("executor@here")
    workers.sign()
    return workers.Here.name


def test_a_worker_signs_again_and_again_and_leaves(worker: str) -> None:
    first = Worker.objects.get(name=worker)
    workers.sign()
    again = Worker.objects.get(name=worker)
    assert (again.kind, again.started_at) == ("executor", first.started_at)
    assert again.seen_at > first.seen_at
    Worker.objects.create(name="old", kind="planner", started_at=timezone.now(), seen_at=timezone.now() - timedelta(2))
    workers.leave()
    assert not Worker.objects.exists()


def test_a_worker_that_stays_silent_is_not_alive(worker: str) -> None:
    assert watch.workers().get().alive  # type: ignore[attr-defined]
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=60))
    assert not watch.workers().get().alive  # type: ignore[attr-defined]


def test_what_a_worker_claims_is_its_own(people: People, prod: Environment, aws: Account, worker: str) -> None:
    run = flow.started(people, prod, aws)
    flow.make_due(run)
    taken = claim.take(run.steps.get().pk)
    assert taken is not None
    assert watch.held_by_worker() == {worker: 1}
    [row] = watch.leases().rows
    assert row.owner.startswith(f"{worker}/")
    assert row.claimed_at is not None
    assert not row.expired  # type: ignore[attr-defined]


def test_a_drained_worker_takes_nothing_until_it_may_again(
    people: People, prod: Environment, aws: Account, goro: User, worker: str
) -> None:
    run = flow.started(people, prod, aws)
    workers.drain(by=goro, name=worker)
    assert workers.sign()
    flow.pump(run, aws, rounds=3)
    assert (aws.calls, run.steps.get().state) == ([], StepState.READY)
    workers.undrain(by=goro, name=worker)
    assert flow.pump(run, aws).state == RunState.SUCCEEDED
    said = [sentence(event) for event in Event.objects.filter(stream="operations").order_by("seq")]
    assert said == [f"drained the worker {worker}", f"let the worker {worker} take work again"]


def test_what_a_worker_had_when_it_was_drained_is_finished_by_it(
    people: People, prod: Environment, aws: Account, goro: User, worker: str
) -> None:
    run = flow.started(people, prod, aws)
    flow.make_due(run)
    taken = claim.take(run.steps.get().pk)
    assert taken is not None
    workers.drain(by=goro, name=worker)
    taken.write(cause="still writing")
    assert run.steps.get().cause == "still writing"


def test_another_worker_goes_on_beside_a_drained_one(
    people: People, prod: Environment, aws: Account, goro: User, worker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.drain(by=goro, name=worker)
    workers.begin("executor@there")
    assert flow.pump(flow.started(people, prod, aws), aws).state == RunState.SUCCEEDED


def test_who_is_no_administrator_drains_nothing_and_releases_nothing(
    people: People, prod: Environment, aws: Account, worker: str
) -> None:
    stuck(people, prod, aws)
    key = ResourceLock.objects.get().key
    for name in ("aiko", "ben", "emi"):
        with pytest.raises(Refused, match="Only administrators"):
            workers.drain(by=people[name], name=worker)
        with pytest.raises(Refused, match="Only administrators"):
            release(by=people[name], key=key, reason=REASON)
    assert not Worker.objects.get().draining
    assert ResourceLock.objects.filter(key=key).exists()


def test_a_worker_that_is_gone_or_drained_already_is_not_drained_again(goro: User, worker: str) -> None:
    workers.drain(by=goro, name=worker)
    for name in (worker, "executor@nowhere:1"):
        with pytest.raises(Refused, match="is drained already, or is gone"):
            workers.drain(by=goro, name=name)


def test_a_lease_that_runs_out_is_counted_and_one_that_is_given_back_is_not(
    people: People, prod: Environment, aws: Account
) -> None:
    run = flow.started(people, prod, aws)
    aws.settling = 3
    flow.once(run, aws)
    flow.once(run, aws)
    assert run.steps.get().expiries == 0
    flow.make_due(run)
    claim.take(run.steps.get().pk)
    flow.pump(run, aws)
    assert run.state == RunState.SUCCEEDED
    assert run.steps.get().expiries == 1


def stuck(people: People, prod: Environment, aws: Account) -> Run:
    """A run that needs a person and keeps its lock."""
    run = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())] * 3
    flow.pump(run, aws)
    assert run.state == RunState.ATTENTION
    return run


def test_the_lock_of_a_run_that_needs_a_person_is_released_with_a_reason(
    people: People, prod: Environment, aws: Account, goro: User
) -> None:
    run = stuck(people, prod, aws)
    key = ResourceLock.objects.get().key
    with pytest.raises(Refused, match="Write why"):
        release(by=goro, key=key, reason="  ")
    release(by=goro, key=key, reason=REASON)
    event = Event.objects.filter(stream=f"cr/{run.change_request_id}").latest("id")
    assert (event.actor, event.data["reason"]) == ("goro", REASON)
    assert sentence(event) == f"released {key}, which {run.change_request.reference} held"
    with pytest.raises(Refused, match="Nobody holds this resource"):
        release(by=goro, key=key, reason=REASON)


def test_after_a_release_another_run_goes_and_the_first_one_waits_for_it(
    people: People, prod: Environment, aws: Account, goro: User
) -> None:
    run = stuck(people, prod, aws)
    release(by=goro, key=ResourceLock.objects.get().key, reason=REASON)
    other = flow.started(people, prod, aws)
    aws.settling = 5
    flow.once(other, aws)
    assert ResourceLock.objects.get().run == other
    commands.retry(by=people["aiko"], step=run.steps.get(), reason="Nothing happened.")
    step = flow.once(run, aws)
    assert step.state == StepState.READY
    assert f"Waits for {other.reference}" in step.cause


def refusal(goro: User) -> str:
    with pytest.raises(Refused) as refused:
        release(by=goro, key=ResourceLock.objects.get().key, reason=REASON)
    assert ResourceLock.objects.exists()
    return refused.value.refusal.sentence


def locked(people: People, prod: Environment, aws: Account, state: StepState, due: int, **values: object) -> Run:
    """A run that holds its resource, with its only step in a state."""
    run = flow.started(people, prod, aws)
    at = timezone.now()
    ResourceLock.objects.create(key=run.steps.get().resource_key, run=run, taken_at=at)
    Step.objects.filter(run=run).update(state=state, due=at + timedelta(seconds=due), **values)
    return run


def test_nothing_is_released_while_a_worker_works_on_the_run(
    people: People, prod: Environment, aws: Account, goro: User
) -> None:
    run = locked(people, prod, aws, StepState.RUNNING, 60, owner="executor@here:1/2")
    assert f"executor@here:1/2 is working on {run.reference} now" in refusal(goro)


def test_nothing_is_released_while_aws_works_on_it(people: People, prod: Environment, aws: Account, goro: User) -> None:
    run = locked(people, prod, aws, StepState.WAITING, 60, owner="")
    assert f"AWS may still be carrying out a call of {run.reference}" in refusal(goro)


def test_nothing_is_released_while_nobody_knows_whether_a_call_was_made(
    people: People, prod: Environment, aws: Account, goro: User
) -> None:
    run = flow.started(people, prod, aws)
    aws.faults = [("before", unclear())]
    flow.once(run, aws)
    Step.objects.filter(run=run).update(state=StepState.READY)
    assert f"AWS may still be carrying out a call of {run.reference}" in refusal(goro)


def test_nothing_is_released_that_the_run_would_take_again_at_once(
    people: People, prod: Environment, aws: Account, goro: User
) -> None:
    run = locked(people, prod, aws, StepState.READY, 60)
    assert f"{run.reference} goes on and would lock it again. Hold or cancel the run first." in refusal(goro)
    commands.hold(by=people["aiko"], run=run, reason="Wait")
    release(by=goro, key=ResourceLock.objects.get().key, reason=REASON)
    flow.pump(run, aws, rounds=2)
    assert not ResourceLock.objects.exists()
    assert aws.calls == []
