"""What another environment lacks to stand in for one, what can't be brought there, and the rehearsals so far."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import QueryDict

from apps.blueprints import recovery, sides
from apps.blueprints.compare import compared
from apps.blueprints.models import Import
from apps.blueprints.parts import Left, Part
from apps.changes.models import ChangeRequest
from apps.changes.policies import MAX_CHANGES
from apps.refusal import Refusal
from apps.runs.models import Run
from apps.web.attempt import outcome
from apps.web.loading.blueprints import Place, places
from apps.web.loading.subject import Slugs
from apps.web.presenters import effects

NEWEST = 20


@dataclass(frozen=True)
class Rehearsal:
    """One that was made: how long it took from the press to the request, its newest run, and what takes it back."""

    request: ChangeRequest
    pressed: timedelta
    run: Run | None
    cleaned: Sequence[ChangeRequest]

    @property
    def ran(self) -> timedelta | None:
        run = self.run
        return run.finished_at - run.started_at if run and run.finished_at and run.started_at else None


@dataclass(frozen=True)
class Recovery:
    """`lacks` are the resources that the target hasn't, `lost` those whose data isn't brought, with the reason.

    `differ` is how many are there and not the same; `left` can't be made there at all.
    """

    choices: Sequence[Place]
    asked: tuple[str, str]
    source: Place | None = None
    target: Place | None = None
    lacks: Sequence[Part] = ()
    lost: Sequence[tuple[Part, str]] = ()
    left: Sequence[Left] = ()
    unread: Sequence[str] = ()
    differ: int = 0
    rehearsals: Sequence[Rehearsal] = ()
    query: str = ""
    refusal: Refusal | None = None

    @property
    def selects(self) -> list[tuple[str, str, str]]:
        """Each place that can be chosen, as (name, label, value)."""
        return [("one", "Lost", self.asked[0]), ("other", "Built again in", self.asked[1])]

    @property
    def types(self) -> list[tuple[str, int]]:
        """How many of each type are lacking."""
        return sorted(Counter(part.type for part in self.lacks).items())

    @property
    def minutes(self) -> str:
        """How long AWS takes to make them, one after the other."""
        return effects.minutes(sum(recovery.minutes(part) for part in self.lacks))

    @property
    def parts(self) -> int:
        """How many requests it takes."""
        return -(-len(self.lacks) // MAX_CHANGES)


def found(asked: QueryDict, slugs: Slugs) -> Recovery:
    """What the address asks for; places that the person may not see are none."""
    choices = places(slugs)
    known = {place.key: place for place in choices}
    wanted = (asked.get("one", ""), asked.get("other", ""))
    source, target = (known.get(key) for key in wanted)
    if source is None or target is None or source == target:
        return Recovery(choices, wanted)
    own = outcome(lambda: [sides.side(each.environment, each.region) for each in (source, target)])
    if isinstance(own, Refusal):
        return Recovery(choices, wanted, refusal=own)
    rows = compared(own)
    lacks = [part for each in rows if (part := each.parts[0]) and each.parts[1] is None]
    return Recovery(
        choices,
        wanted,
        source,
        target,
        lacks,
        [(part, said) for part in lacks if (said := recovery.lost(part))],
        own[0].left,
        sides.unread(target.environment, target.region),
        sum(bool(each.differences) for each in rows),
        rehearsals(source, target),
        asked.urlencode(),
    )


def rehearsals(source: Place, target: Place) -> list[Rehearsal]:
    """The newest first."""
    rows = Import.objects.filter(
        environment=target.environment,
        region=target.region,
        version__source__rehearsal=True,
        version__source__environment=source.environment.slug,
    )
    return [_rehearsal(each) for each in rows.select_related("version", "change_request")[:NEWEST]]


def _rehearsal(made: Import) -> Rehearsal:
    request = made.change_request
    run = request.runs.order_by("-number").first()
    return Rehearsal(request, made.created_at - made.version.created_at, run, list(request.rollbacks.all()))
