"""What a plan costs, how long it takes and what it risks: worked out once, and kept with its revision."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from apps.aws.gateway import Gateway
from apps.environments.models import Environment
from apps.evaluation import book, outcomes
from apps.evaluation.risk import Known, facts, level
from apps.evaluation.speed import speed, topic
from apps.inventory.models import Resource
from apps.inventory.relations import users_of_each
from apps.planner import costs
from apps.planner.facts import Seen, Users
from apps.planning.plan import Plan

log = logging.getLogger(__name__)
Json = Any


def evaluated(
    aws: Gateway, environment: Environment, plan: Plan, seen: Seen, users: Users, now: datetime
) -> dict[str, Json]:
    """As `changes.models.Revision.evaluation` keeps it: cost, speed and risk.

    A plan stands without it: what can't be worked out is not there, and counts as unknown wherever somebody asks.
    """
    try:
        return _evaluated(aws, environment, plan, seen, users, now)
    except Exception:
        log.exception("a plan could not be evaluated", extra={"environment": environment.slug})
        return {}


def _evaluated(
    aws: Gateway, environment: Environment, plan: Plan, seen: Seen, users: Users, now: datetime
) -> dict[str, Json]:
    topics = [topic(change, call) for change in plan.changes for call in change.calls]
    known = Known(environment.production, _users(environment, plan), outcomes.failures(topics, now))
    found = facts(plan, known)
    return {
        "cost": costs.evaluated(aws, plan, seen, users, book.source(), now),
        "speed": asdict(speed(plan, outcomes.seconds(topics))),
        "risk": {
            "level": level(found),
            "production": environment.production,
            "facts": [asdict(each) for each in found],
        },
    }


def _users(environment: Environment, plan: Plan) -> Mapping[int, int]:
    """How many resources use each that the plan changes, as far as inventory knows, by ordinal."""
    changed = {(each.type, each.region, each.identifier): each.ordinal for each in plan.changes if each.identifier}
    rows = Resource.objects.select_related("environment").filter(environment=environment, gone_at=None)
    found = [
        row
        for row in rows.filter(identifier__in={identifier for _, _, identifier in changed})
        if (row.type, row.region, row.identifier) in changed
    ]
    users = users_of_each(found)
    return {changed[row.type, row.region, row.identifier]: len(users.get(row.pk, ())) for row in found}
