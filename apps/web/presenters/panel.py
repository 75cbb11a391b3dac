"""The panel beside the form: the plan of what is typed so far, as far as inventory knows."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.catalog.types import Json
from apps.planning.plan import Action, Problem, Proposal
from apps.web.forms.propose import ChangeForm
from apps.web.presenters.changes import Around, ChangeView, views
from apps.web.presenters.preview import inventoried, preview
from apps.web.presenters.subject import Subject


@dataclass(frozen=True)
class Panel:
    """`view` is the change as it would be; `errors` counts fields that can't be read; `idle` = nothing typed yet."""

    view: ChangeView | None = None
    problems: tuple[Problem, ...] = ()
    errors: int = 0
    idle: bool = False


def panel(about: Subject, form: ChangeForm) -> Panel:
    if about.action is Action.DELETE:
        return _planned(about, {}, {})
    if not form.is_bound:
        base = {name: about.document[name] for name in about.wanted if name in about.document}
        return _planned(about, about.wanted, base) if about.wanted else Panel(idle=True)
    if not form.is_valid():
        return Panel(errors=len([name for name in form.errors if name != "__all__"]), idle=True)
    return _planned(about, form.desired, form.base)


def _planned(about: Subject, desired: Mapping[str, Json], base: Mapping[str, Json]) -> Panel:
    proposal = Proposal(
        ordinal=1,
        action=about.action,
        type=about.native.name,
        region=about.region,
        identifier=about.resource.identifier if about.resource else "",
        name=about.resource.name if about.resource else "The new resource",
        desired=desired,
        base=base,
    )
    resources = {1: about.resource} if about.resource else inventoried(about.environment, [proposal])
    ahead = preview(about.environment, [proposal], resources)
    lives = {1: resources[1].document} if about.action is Action.UPDATE and 1 in resources else {}
    around = Around(resources, lives, ahead.problems)
    return Panel(views([proposal], ahead.plan, around)[0], ahead.problems)
