"""Administering rules. Both are audited, and neither touches a request that is in review already."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.environments.models import Environment
from apps.people.models import User
from apps.people.policies import check_administers
from apps.people.queries import is_administrator
from apps.refusal import Refusal, check
from apps.reviews.models import Rule
from apps.reviews.policies import check_rule
from apps.unseen import holds_unseen

STREAM = "config"
UNREADABLE = "Give it a name that can be read as it is, without signs that nobody sees."
SHOWN = ("name", "cost_over", "risk_at_least", "needed", "enabled")


@transaction.atomic
def save_rule(
    *,
    by: User,
    name: str,
    needed: int,
    environment: Environment | None = None,
    cost_over: Decimal | None = None,
    risk_at_least: str = "",
    enabled: bool = True,
    rule: Rule | None = None,
    now: datetime | None = None,
) -> Rule:
    """Add a rule, or change one."""
    now = now or timezone.now()
    taken = Rule.objects.filter(name=name.strip()).exclude(pk=rule.pk if rule else 0).exists()
    check(
        check_administers(is_administrator(by)),
        Refusal("name", "Another rule has this name. Give it one of its own.") if taken else None,
        None if name.strip() and not holds_unseen(name) else Refusal("name", UNREADABLE),
        check_rule(conditional=cost_over is not None or bool(risk_at_least), needed=needed, cost_over=cost_over),
    )
    before = facts(Rule.objects.select_for_update().get(pk=rule.pk)) if rule else {}
    saved = rule or Rule()
    saved.name, saved.environment, saved.cost_over = name.strip(), environment, cost_over
    saved.risk_at_least, saved.needed, saved.enabled = risk_at_least, needed, enabled
    saved.changed_by, saved.changed_at = by, now
    saved.save()
    verb, data = ("rule.changed" if rule else "rule.added"), {"before": before, "after": facts(saved)}
    where = environment.slug if environment else ""
    record(stream=STREAM, verb=verb, by=by, subject=saved.name, environment=where, data=data, now=now)
    return saved


def facts(rule: Rule) -> dict[str, object]:
    """What the log says of a rule."""
    shown = {name: getattr(rule, name) for name in SHOWN}
    money = None if rule.cost_over is None else str(rule.cost_over)
    return {**shown, "cost_over": money, "environment": rule.environment.slug if rule.environment else ""}
