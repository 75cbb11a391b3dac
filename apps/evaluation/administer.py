"""Administering policies. Audited, and no request that is in review is touched."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.evaluation.models import Policy
from apps.evaluation.organisation import NEEDS_VALUES, Force, Kind
from apps.people.models import User
from apps.people.policies import check_administers
from apps.people.queries import is_administrator
from apps.refusal import Refusal, check
from apps.unseen import holds_unseen

STREAM = "config"
SHOWN = ("name", "kind", "values", "force", "environments", "enabled")


def check_policy(*, kind: str, values: Sequence[str], force: str) -> Refusal | None:
    if kind not in set(Kind):
        return Refusal("kind", "Choose what it is about.")
    if force not in set(Force):
        return Refusal("force", "Choose what it does to a plan that breaks it.")
    if kind in NEEDS_VALUES and not values:
        return Refusal("values", "Say which: one on each line.")
    return None


def check_readable(name: str, *values: str) -> Refusal | None:
    if not name.strip() or holds_unseen(name):
        return Refusal("name", "Give it a name that can be read as it is, without signs that nobody sees.")
    if any(holds_unseen(value) for value in values):
        return Refusal("values", "There are signs in it that nobody sees. Write it again.")
    return None


@transaction.atomic
def save_policy(
    *,
    by: User,
    name: str,
    kind: str,
    force: str,
    values: Sequence[str] = (),
    environments: Sequence[str] = (),
    enabled: bool = True,
    policy: Policy | None = None,
    now: datetime | None = None,
) -> Policy:
    """Add a policy, or change one. `environments` are slugs, none = all."""
    now = now or timezone.now()
    taken = Policy.objects.filter(name=name.strip()).exclude(pk=policy.pk if policy else 0).exists()
    check(
        check_administers(is_administrator(by)),
        Refusal("name", "Another policy has this name. Give it one of its own.") if taken else None,
        check_policy(kind=kind, values=values, force=force),
        check_readable(name, *values),
    )
    before = facts(Policy.objects.select_for_update().get(pk=policy.pk)) if policy else {}
    saved = policy or Policy()
    saved.name, saved.kind, saved.force, saved.enabled = name.strip(), kind, force, enabled
    saved.values, saved.environments = list(values), list(environments)
    saved.changed_by, saved.changed_at = by, now
    saved.save()
    verb, data = ("policy.changed" if policy else "policy.added"), {"before": before, "after": facts(saved)}
    record(stream=STREAM, verb=verb, by=by, subject=saved.name, environment="", data=data, now=now)
    return saved


def facts(policy: Policy) -> dict[str, object]:
    """What the log says of a policy."""
    return {name: getattr(policy, name) for name in SHOWN}
