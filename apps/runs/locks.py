"""Every resource of a run is held from its start until its end, taken in sorted order so that no two runs block."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.runs.models import ResourceLock, Run
from apps.runs.work import Postpone

AGAIN_SECONDS = 30  # the end of a run rings for those that wait


def take(run: Run) -> None:
    """Hold all resources of the run, or none of them. Raises `Postpone` that names the holder."""
    missing = _missing(run)
    if not missing:
        return
    try:
        with transaction.atomic():
            for key in sorted(missing):
                ResourceLock.objects.create(key=key, run=run, taken_at=timezone.now())
    except IntegrityError as error:
        _check_holder(run, missing, error)


def _missing(run: Run) -> set[str]:
    held = run.locks.values("key")
    return set(run.steps.exclude(resource_key__in=held).values_list("resource_key", flat=True))


def _check_holder(run: Run, missing: set[str], error: IntegrityError) -> None:
    """Another step of the same run may have been faster: then everything is held."""
    others = ResourceLock.objects.filter(key__in=missing).exclude(run=run).select_related("run")
    holder = others.order_by("key").first()
    if holder is not None:
        name = holder.key.rsplit("/", 1)[-1]
        raise Postpone(AGAIN_SECONDS, f"Waits for {holder.run.reference}, which holds {name}.") from error
    if _missing(run):
        raise Postpone(AGAIN_SECONDS, "Waits for its resources.") from error


def release(run: Run) -> None:
    ResourceLock.objects.filter(run=run).delete()
