"""The stages of a promotion: which one may have its request made, and which request waits for which."""

from apps.blueprints.models import Stage
from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.refusal import Refusal, check

OVER = (State.REJECTED, State.WITHDRAWN)


def check_stage(stage: Stage) -> Refusal | None:
    """Whether a request can be made for a stage now."""
    if stage.change_request and stage.change_request.state not in OVER:
        return Refusal("made", f"{stage.change_request.reference} is the request of this stage already.")
    earlier = before(stage)
    if earlier and earlier.change_request is None:
        return Refusal("earlier", f"Make the request for {earlier.environment.name} first.")
    return None


def before(stage: Stage) -> Stage | None:
    """The stage before another."""
    rows = Stage.objects.select_related("environment", "change_request")
    return rows.filter(promotion=stage.promotion_id, number__lt=stage.number).order_by("-number").first()


def attach(stage: Stage, request: ChangeRequest) -> None:
    """Make a request the one of its stage: the next one waits for it from now on. In a transaction of the caller."""
    locked = Stage.objects.select_for_update(of=("self",)).get(pk=stage.pk)
    check(check_stage(locked))
    former, locked.change_request = locked.change_request, request
    locked.save(update_fields=["change_request"])
    if former:
        ChangeRequest.objects.filter(after=former).update(after=request)


def earlier_request(stage: Stage | None) -> ChangeRequest | None:
    """The request that the one of a stage has to wait for."""
    earlier = before(stage) if stage else None
    return earlier.change_request if earlier else None
