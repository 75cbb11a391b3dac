"""`/metrics`: closed without its token, readable by Prometheus, and answered by indexes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from apps.environments.models import Environment
from apps.inventory.models import TypeScan
from apps.runs import claim
from apps.runs.models import Run, Step, Worker
from apps.web.loading.metrics import exposition
from tests.integration import flow
from tests.integration.estate import Account, throttled

TOKEN = "a-token-of-the-deployment"
Labels = tuple[tuple[str, str], ...]


def scraped(**headers: str) -> dict[str, dict[Labels, float]]:
    """Every sample by its name and labels, as Prometheus' own parser reads the answer."""
    with override_settings(METRICS_TOKEN=TOKEN):
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"} | headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


@pytest.fixture
def prod(db: None) -> Environment:
    return flow.make_environment()


@pytest.fixture
def aws() -> Account:
    account = Account()
    account.database("orders-prod")
    return account


def test_without_a_token_of_the_deployment_there_is_nothing() -> None:
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"bearer {TOKEN}", "Bearer é"])
def test_without_the_token_nothing_is_said(given: str) -> None:
    with override_settings(METRICS_TOKEN=TOKEN):
        answer = Client().get("/metrics", headers={"Authorization": given})
    assert (answer.status_code, answer.content, answer["WWW-Authenticate"]) == (401, b"", "Bearer")


def test_nobody_posts_to_it() -> None:
    with override_settings(METRICS_TOKEN=TOKEN):
        assert Client().post("/metrics").status_code == 405


def test_runs_errors_durations_and_the_log_are_counted(prod: Environment, aws: Account) -> None:
    people = flow.make_people()
    run = flow.started(people, prod, aws)
    aws.faults = [("before", throttled())]
    flow.pump(run, aws)
    Step.objects.filter(run=run).update(started_at=timezone.now() - timedelta(seconds=90), finished_at=timezone.now())
    found = scraped()
    assert found["ringi_runs"] == {(("state", "succeeded"),): 1}
    assert found["ringi_aws_errors_total"] == {(("code", "Throttling"),): 1}
    labels = (("operation", "modify_db_instance"), ("service", "rds"))
    assert found["ringi_recent_steps"] == {labels: 1}
    [median] = [v for key, v in found["ringi_recent_step_seconds"].items() if ("quantile", "0.5") in key]
    assert 89 < median < 95
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_event")
        assert found["ringi_audit_events_total"][()] == cursor.fetchone()[0]
    assert 0 <= timezone.now().timestamp() - found["ringi_audit_newest_timestamp_seconds"][()] < 60


def test_what_waits_and_what_is_held_is_counted(prod: Environment, aws: Account) -> None:
    run = flow.started(flow.make_people(), prod, aws)
    Step.objects.filter(run=run).update(due=timezone.now() - timedelta(seconds=300))
    asked = timezone.now() - timedelta(seconds=40)
    scan = {"environment": prod, "region": "ap-northeast-1", "requested_at": asked}
    TypeScan.objects.create(type="AWS::S3::Bucket", state="queued", **scan)
    TypeScan.objects.create(type="AWS::RDS::DBInstance", state="failed", error_code="AccessDenied", **scan)
    now = timezone.now()
    Worker.objects.create(name="executor@here:1", kind="executor", started_at=now, seen_at=now)
    Worker.objects.create(name="executor@gone:2", kind="executor", started_at=asked, seen_at=asked)
    found = scraped()
    run_queue, inventory = (("queue", "run"),), (("queue", "inventory"),)
    assert (found["ringi_queue_due"][run_queue], found["ringi_queue_due"][inventory]) == (1, 1)
    assert 299 < found["ringi_queue_age_seconds"][run_queue] < 330
    assert 39 < found["ringi_queue_age_seconds"][inventory] < 70
    assert found["ringi_readings_failed"] == {(("code", "AccessDenied"),): 1}
    workers = {labels: value for labels, value in found["ringi_workers"].items() if value}
    assert set(workers) == {(("kind", "executor"), ("state", "at_work")), (("kind", "executor"), ("state", "silent"))}

    claim.take(run.steps.get().pk)
    assert scraped()["ringi_leases"][()] == 1
    flow.make_due(run)
    claim.take(run.steps.get().pk)
    found = scraped()
    assert (found["ringi_lease_expiries_total"][()], found["ringi_queue_due"][run_queue]) == (1, 0)


def test_an_index_answers_however_many_steps_there_have_been(prod: Environment, aws: Account) -> None:
    run = flow.pump(flow.started(flow.make_people(), prod, aws), aws)
    with connection.cursor() as cursor:
        fill(cursor, run)
        with CaptureQueriesContext(connection) as captured:
            exposition()
        plans = [plan(cursor, each["sql"]) for each in captured if "runs_" in each["sql"]]
    assert len(plans) > 8
    assert [each for each in plans if "Seq Scan on runs_step" in each or "Seq Scan on runs_attempt" in each] == []


def fill(cursor: Any, run: Run, count: int = 30_000) -> None:
    """A long history: steps of many days, their attempts, a few errors and one lease that ran out."""
    columns = [field.column for field in Step._meta.fields if not field.primary_key]
    own = {"key": "'old.' || n", "ordinal": "1", "started_at": "now() - n * interval '1 min'"}
    own |= {"finished_at": "now() - n * interval '1 min' + interval '9 s'", "expiries": "(n = 7)::int"}
    values = ", ".join(own.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    old = f"SELECT {values} FROM runs_step, generate_series(1, {count}) n WHERE run_id = {run.pk}"
    cursor.execute(f"INSERT INTO runs_step ({names}) {old}")
    cursor.execute(
        "INSERT INTO runs_attempt (step_id, number, fence, client_token, session_name, mark, unclear, state, "
        "intended_at, request_id, error_code, error) SELECT id, 9, 1, '', '', '', false, 'acked', now(), '', "
        "CASE WHEN mod(id, 500) = 0 THEN 'Throttling' ELSE '' END, '' FROM runs_step"
    )
    cursor.execute("ANALYZE runs_step, runs_attempt")


def plan(cursor: Any, sql: str) -> str:
    cursor.execute(f"EXPLAIN {sql}")
    return "\n".join(row[0] for row in cursor.fetchall())
