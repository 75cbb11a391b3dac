"""The operations page: for administrators; workers, leases and locks, and what can be done about them."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from apps.audit.models import Event
from apps.environments.models import Environment
from apps.inventory.models import TypeScan
from apps.people.models import RoleBinding, User
from apps.runs.models import ResourceLock, Run, Step, Worker
from tests.integration import flow
from tests.integration.estate import Account, unclear
from tests.integration.web.conftest import SignIn

PAGE = "/settings/operations/"


@pytest.fixture
def goro(db: None) -> User:
    person = User.objects.create_user("goro", full_name="Goro Hayashi")
    RoleBinding.objects.create(user=person, role="administrator")
    return person


@pytest.fixture
def run(goro: User) -> Run:
    """A run that needs a person and keeps its lock."""
    aws = Account()
    aws.database("orders-prod")
    started = flow.started(flow.make_people(), flow.make_environment(), aws)
    aws.faults = [("before", unclear())] * 3
    return flow.pump(started, aws)


def worker(name: str = "executor@here:7", seconds: int = 0, **values: object) -> None:
    seen = timezone.now() - timedelta(seconds=seconds)
    Worker.objects.create(name=name, kind=name.split("@")[0], started_at=seen, seen_at=seen, **values)


@pytest.mark.parametrize("address", ["", "now/", "release/?key=x"])
def test_only_administrators_see_it(sign_in: SignIn, environments: dict[str, Environment], address: str) -> None:
    assert sign_in("emi").get(PAGE + address).status_code == 403
    assert sign_in("emi").post(f"{PAGE}drain/", {"worker": "x", "draining": "yes"}).status_code == 403


def test_it_says_which_work_nobody_takes(client, goro: User) -> None:  # type: ignore[no-untyped-def]
    client.force_login(goro)
    page = client.get(PAGE).text
    assert "No worker has signed" in page
    assert "No executor takes work now, so steps of runs wait." in page
    worker()
    worker("planner@here:8", seconds=120)
    page = client.get(PAGE).text
    assert "No executor takes work" not in page
    assert "No planner takes work now, so plans wait." in page
    assert "No reader takes work now, so readings wait." in page
    assert ("At work" in page, "Silent" in page) == (True, True)


def test_a_worker_is_drained_and_takes_work_again(client, goro: User) -> None:  # type: ignore[no-untyped-def]
    client.force_login(goro)
    worker()
    page = client.post(f"{PAGE}drain/", {"worker": "executor@here:7", "draining": "yes"}, follow=True).text
    assert "finishes what it has and takes nothing new" in page
    assert "Drained" in page
    assert Worker.objects.get().draining
    page = client.post(f"{PAGE}drain/", {"worker": "executor@here:7", "draining": "no"}, follow=True).text
    assert "executor@here:7 takes work again." in page
    again = client.post(f"{PAGE}drain/", {"worker": "executor@here:7", "draining": "no"}, follow=True).text
    assert "takes work already, or is gone" in again


def test_a_drained_worker_that_has_something_is_draining(client, run: Run, goro: User) -> None:  # type: ignore[no-untyped-def]
    client.force_login(goro)
    worker(draining=True)
    due = timezone.now() + timedelta(seconds=60)
    Step.objects.filter(run=run).update(state="running", owner="executor@here:7/9", due=due, claimed_at=timezone.now())
    part = client.get(f"{PAGE}now/").text
    assert "Draining" in part
    assert f"{run.reference}, step 1.1" in part
    assert "Ran out" not in part
    Step.objects.filter(run=run).update(due=timezone.now() - timedelta(seconds=5))
    assert "Ran out" in client.get(f"{PAGE}now/").text


def test_a_lock_is_released_with_a_reason_that_is_not_lost(client, run: Run, goro: User) -> None:  # type: ignore[no-untyped-def]
    client.force_login(goro)
    key = ResourceLock.objects.get().key
    address = f"{PAGE}release/"
    assert quote(key, safe="") in client.get(PAGE).text
    page = client.get(address, {"key": key}).text
    assert "Safer first:" in page
    assert "Not now." not in page
    refused = client.post(address, {"key": key, "reason": " "})
    assert (refused.status_code, "Write why" in refused.text) == (409, True)
    done = client.post(address, {"key": key, "reason": "The incident needs it."}, follow=True).text
    assert f"orders-prod is free. {run.reference} no longer holds it." in done
    assert not ResourceLock.objects.exists()
    assert Event.objects.filter(verb="lock.released", actor="goro").count() == 1
    assert client.get(address, {"key": key}).status_code == 404


def test_what_stands_in_the_way_is_said_beforehand_and_keeps_the_words(client, run: Run, goro: User) -> None:  # type: ignore[no-untyped-def]
    client.force_login(goro)
    key = ResourceLock.objects.get().key
    Step.objects.filter(run=run).update(state="waiting", owner="", due=timezone.now() + timedelta(seconds=60))
    words = "AWS may still be carrying out a call of"
    assert words in client.get(f"{PAGE}release/", {"key": key}).text
    refused = client.post(f"{PAGE}release/", {"key": key, "reason": "I typed <this>"})
    assert (refused.status_code, words in refused.text) == (409, True)
    assert "I typed &lt;this&gt;</textarea>" in refused.text
    assert ResourceLock.objects.exists()


def test_it_says_what_is_due_what_is_unread_and_what_needs_a_person(client, goro: User, run: Run) -> None:  # type: ignore[no-untyped-def]
    environment = run.change_request.environment
    long_ago = timezone.now() - timedelta(minutes=7)
    for number, (state, code) in enumerate((("queued", ""), ("queued", ""), ("failed", "AccessDenied"))):
        TypeScan.objects.create(
            environment=environment, region=f"r-{number}", type="AWS::EC2::VPC", state=state, requested_at=long_ago,
            error_code=code,
        )  # fmt: skip
    client.force_login(goro)
    page = client.get(PAGE)
    assert {queue.name: queue.count for queue in page.context["queues"]} == {
        "Steps of runs": 0,
        "Plans": 0,
        "Readings": 2,
    }
    assert "7 min ago" in page.text
    assert "1 with <code>AccessDenied</code>" in page.text
    assert run.reference in page.text.partition('id="trouble"')[2].partition("</section>")[0]
