"""What Prometheus reads: counted in the database at every scrape, so that any web process gives the same answer.

Counters are of all time, from rows that are never removed; "recent" is the last hour.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from django.db import connection, transaction
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from apps.audit import queries as audit
from apps.changes import queries as changes
from apps.inventory import queries as inventory
from apps.runs import figures, watch
from apps.web.presenters.operations import CHIPS, KINDS, chip

Family = TypeVar("Family", GaugeMetricFamily, CounterMetricFamily)
AT_MOST = "5s"
QUEUE_HELP = "What wants a worker now: run (steps), plan (change requests), inventory (readings)."


class Figures(Collector):
    """Everything, at one moment."""

    def collect(self) -> Iterator[Metric]:
        yield from queues(timezone.now())
        yield counted("ringi_runs", "Runs by state.", "state", figures.runs_by_state())
        yield counted("ringi_steps", "Steps that are under way, by state.", "state", figures.steps_under_way())
        yield from durations()
        yield counted("ringi_readings_failed", "Types that couldn't be read.", "code", inventory.failures_by_code())
        errors = CounterMetricFamily("ringi_aws_errors", "Errors of AWS at calls of runs, by code.", labels=["code"])
        yield filled(errors, figures.errors_by_code())
        words = "Claims of steps that ran out and were taken over."
        yield CounterMetricFamily("ringi_lease_expiries", words, value=figures.lease_expiries())
        yield from held()
        yield from log()


def exposition() -> bytes:
    """All families in Prometheus' text format. A query that takes too long ends with an error, not with a pile."""
    registry = CollectorRegistry(auto_describe=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [AT_MOST])
        registry.register(Figures())
        return generate_latest(registry)


def queues(now: datetime) -> Iterator[Metric]:
    due = GaugeMetricFamily("ringi_queue_due", QUEUE_HELP, labels=["queue"])
    age = GaugeMetricFamily("ringi_queue_age_seconds", "How long the first of them has waited.", labels=["queue"])
    waiting = {"run": figures.steps_due(), "plan": changes.planning_due(), "inventory": inventory.waiting()}
    for name, (count, first) in waiting.items():
        due.add_metric([name], count)
        age.add_metric([name], max(0.0, (now - first).total_seconds()) if first else 0.0)
    yield due
    yield age


def counted(name: str, words: str, label: str, rows: figures.Counted) -> GaugeMetricFamily:
    return filled(GaugeMetricFamily(name, words, labels=[label]), rows)


def filled(family: Family, rows: figures.Counted) -> Family:
    for value, count in rows:
        family.add_metric([value], count)
    return family


def durations() -> Iterator[Metric]:
    words = "Steps that were done within the last hour, and how long they took from call to settled."
    count = GaugeMetricFamily("ringi_recent_steps", words, labels=["service", "operation"])
    labels = ["service", "operation", "quantile"]
    seconds = GaugeMetricFamily("ringi_recent_step_seconds", words, labels=labels)
    for each in figures.durations():
        count.add_metric([each.service, each.operation], each.count)
        seconds.add_metric([each.service, each.operation, "0.5"], each.median)
        seconds.add_metric([each.service, each.operation, "0.95"], each.slowest)
    yield count
    yield seconds


def held() -> Iterator[Metric]:
    yield GaugeMetricFamily("ringi_leases", "Steps that a worker has claimed.", value=watch.claimed().count())
    yield GaugeMetricFamily("ringi_locks", "Resources that a run holds.", value=watch.locks().count())
    workers = GaugeMetricFamily("ringi_workers", "Workers by kind and state.", labels=["kind", "state"])
    having = watch.held_by_worker()
    found = [(each.kind, chip(each, having.get(each.name, 0)).label) for each in watch.workers()]
    for kind in KINDS:
        for each in CHIPS:
            workers.add_metric([kind, each.label.lower().replace(" ", "_")], found.count((kind, each.label)))
    yield workers


def log() -> Iterator[Metric]:
    heads = GaugeMetricFamily("ringi_audit_head", "The newest place of a lasting stream of the log.", labels=["stream"])
    yield filled(heads, audit.heads())
    words = "The places of the heads of all streams, added up. It never falls."
    yield CounterMetricFamily("ringi_audit_events", words, value=audit.places())
    newest = audit.newest()
    if newest is not None:
        words = "When the newest event of the log was written."
        yield GaugeMetricFamily("ringi_audit_newest_timestamp_seconds", words, value=newest.timestamp())
