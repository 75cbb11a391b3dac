"""Taking a set or a change through environments in their order, with one ordinary request in each.

A stage's request waits for the success of the one before it, however early it was made and approved.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.blueprints.carry import changed_by
from apps.blueprints.models import Promotion, Stage, Version
from apps.blueprints.stages import check_stage
from apps.changes.models import ChangeRequest
from apps.changes.policies import check_role
from apps.environments.models import Environment
from apps.people.access import can
from apps.people.models import Role, User
from apps.refusal import Refusal, Refused, check

Place = tuple[Environment, str]
FEW = Refusal("few", "Choose at least one environment to go through.")
NOT_APPLIED = Refusal("not_applied", "It is promoted once it was applied where it is.")


@transaction.atomic
def promote(
    *,
    by: User,
    places: Sequence[Place],
    version: Version | None = None,
    origin: ChangeRequest | None = None,
    now: datetime | None = None,
) -> Promotion:
    """Begin the way of a version, or of what a request changed, through places in the order that environments have.

    Nothing is proposed yet. `origin` is its own first stage.
    """
    now = now or timezone.now()
    there = (origin.environment, _region(origin)) if origin else None
    way = sorted((each for each in places if each != there), key=lambda each: (each[0].position, each[0].slug))
    check(
        FEW if not way else None,
        NOT_APPLIED if origin and origin.applied_at is None else None,
        *(check_role(can(by, Role.REQUESTER, each.slug), each.name) for each, _ in way[:1]),
    )
    promotion = Promotion.objects.create(version=version, origin=origin, created_by=by, created_at=now)
    for number, (environment, region) in enumerate([*([there] if there else []), *way], 1):
        promotion.stages.create(number=number, environment=environment, region=region)
    if origin:
        Stage.objects.filter(promotion=promotion, number=1).update(change_request=origin)
    record(
        stream=f"promotion/{promotion.pk}", verb="promotion.started", by=by, subject=str(promotion)[:200],
        environment=way[0][0].slug, data={"environments": [each.slug for each, _ in way]}, now=now,
    )  # fmt: skip
    return promotion


def _region(origin: ChangeRequest) -> str:
    """Where most of a request's changes are."""
    regions = list(origin.draft_changes.values_list("region", flat=True))
    return str(max(sorted(set(regions)), key=regions.count, default=origin.environment.default_region))


@transaction.atomic
def version_for(*, by: User, stage: Stage, now: datetime | None = None) -> Version:
    """What is imported into a stage: the version itself, or what the origin changed and the stage has otherwise."""
    check(check_stage(stage))
    promotion = stage.promotion
    if promotion.version is not None:
        return promotion.version
    origin = promotion.stages.select_related("environment").order_by("number")[0]
    if promotion.origin is None or origin.change_request is None:
        raise Refused(NOT_APPLIED)
    source, target = (origin.environment, origin.region), (stage.environment, stage.region)
    return changed_by(by=by, request=promotion.origin, source=source, target=target, now=now)
