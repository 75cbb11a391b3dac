"""What is on its way through environments, for its strip and its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.blueprints import decide, queries
from apps.blueprints.models import Import, Promotion, Stage
from apps.blueprints.stages import check_stage
from apps.changes.models import ChangeRequest
from apps.refusal import Refusal
from apps.web.loading.subject import Slugs


@dataclass(frozen=True)
class Override:
    """A value that a stage has otherwise than the source."""

    label: str
    source: str
    value: str


@dataclass(frozen=True)
class StageView:
    """One stage of a strip; what the person may not see has no `stage`. `refusal` says why no request can be made."""

    stage: Stage | None
    current: bool = False
    refusal: Refusal | None = None
    waits: ChangeRequest | None = None
    overrides: Sequence[Override] = ()

    @property
    def request(self) -> ChangeRequest | None:
        return self.stage.change_request if self.stage else None


@dataclass(frozen=True)
class Strip:
    promotion: Promotion
    stages: Sequence[StageView]


def strips_of(request: ChangeRequest, slugs: Slugs) -> list[Strip]:
    """The promotions that a request is a part of, the newest first."""
    found = queries.promotions(slugs).filter(stages__change_request=request)
    return [strip(each, slugs, request) for each in found]


def of_blueprint(blueprint: int, slugs: Slugs) -> list[Strip]:
    """The promotions of a blueprint's versions, the newest first."""
    found = queries.promotions(slugs).filter(version__blueprint=blueprint)[:10]
    return [strip(each, slugs) for each in found]


def strip(promotion: Promotion, slugs: Slugs, current: ChangeRequest | None = None) -> Strip:
    stages = promotion.stages.select_related("environment", "change_request__after", "change_request__environment")
    return Strip(promotion, [_view(each, slugs, current) for each in stages])


def _view(stage: Stage, slugs: Slugs, current: ChangeRequest | None) -> StageView:
    if slugs is not None and stage.environment.slug not in slugs:
        return StageView(None)
    request = stage.change_request
    earlier = request.after if request else None
    waits = earlier if earlier and earlier.applied_at is None else None
    mine = current is not None and request == current
    return StageView(stage, mine, check_stage(stage), waits, overrides(request))


def overrides(request: ChangeRequest | None) -> list[Override]:
    """What was decided for a stage that is another value in the source, or where there is none by default."""
    made = Import.objects.select_related("version").filter(change_request=request).first()
    if request is None or made is None:
        return []
    return [Override(*each) for each in decide.overrides(made.version.template, made.values)]
