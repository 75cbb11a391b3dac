"""What a run that succeeded really took, and what was really set costs: kept with the run, beside its estimate."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.aws import resolve
from apps.aws.gateway import AwsError
from apps.catalog.prices import Component, components
from apps.evaluation import book, cost
from apps.inventory.models import Resource
from apps.planning.documents import after
from apps.planning.plan import Action, Change, Plan
from apps.runs import made
from apps.runs.models import Run

log = logging.getLogger(__name__)
Json = Any
Document = Mapping[str, Json]


def measured(run: Run, plan: Plan, now: datetime) -> dict[str, Json]:
    """As `Run.actual` keeps it: the minutes, and the lines of the cost by the documents as they are now.

    A run has succeeded whether or not it can be measured: what can't be is left out.
    """
    answer: dict[str, Json] = {"minutes": (now - run.started_at).total_seconds() / 60 if run.started_at else 0.0}
    try:
        with transaction.atomic():
            answer["cost"] = {"lines": cost.written(_lines(run, plan, now))}
    except Exception:
        log.exception("what a run costs could not be told", extra={"run": run.pk})
    return answer


def _lines(run: Run, plan: Plan, now: datetime) -> list[cost.Line]:
    """The estimate where what was set is priced as what was planned, else what the same prices make of it."""
    estimate = cost.read((run.revision.evaluation.get("cost") or {}).get("lines", ()))
    known, bases = made.known(plan, run.steps.all()), made.before(plan, run.revision)
    found: list[cost.Line] = []
    for change in plan.changes:
        base = bases.get(change.ordinal, {})
        planned = _parts(run, change, _planned(change, base, known))
        really = _parts(run, change, _really(run, change, known))
        if planned == really:
            found += [line for line in estimate if line.ordinal == change.ordinal]
        else:
            before = () if change.action is Action.CREATE else _parts(run, change, base)
            found += _priced(change, before, really, now)
    return found


def _planned(change: Change, base: Document, known: resolve.Known) -> Document | None:
    if change.action is Action.DELETE:
        return None
    document = after(change, base)
    try:
        filled: Document = resolve.value(dict(document), known)
    except AwsError:
        return document
    return filled


def _really(run: Run, change: Change, known: resolve.Known) -> Document | None:
    row = _row(run, change.type, change.region, made.identifier(change, known))
    return row.document if row else None


def _row(run: Run, type_name: str, region: str, identifier: str) -> Resource | None:
    rows = Resource.objects.filter(environment=run.change_request.environment_id, gone_at=None)
    return rows.filter(type=type_name, region=region, identifier=identifier).first()


def _parts(run: Run, change: Change, document: Document | None) -> Sequence[cost.Part]:
    def look(type_name: str, value: Json) -> Document | None:
        row = _row(run, type_name, change.region, value) if isinstance(value, str) else None
        return row.document if row else None

    return () if document is None else list(components(change.type, document, look))


def _priced(change: Change, before: Sequence[cost.Part], really: Sequence[cost.Part], now: datetime) -> list[cost.Line]:
    wanted = {(part.product, change.region) for part in (*before, *really) if isinstance(part, Component)}
    quotes = book.known(wanted, book.source(), now)
    return list(cost.lines(change.ordinal, change.region, before, really, quotes))
