"""The panel beside the form: the plan of what is typed so far, as far as inventory knows."""

from dataclasses import dataclass

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
    if about.action is not Action.DELETE:
        if not form.is_bound and not about.wanted:
            return Panel(idle=True)
        if not form.is_bound:
            return _planned(about, Proposal(**_what(about), desired=about.wanted, base=_base(about)))
        if not form.is_valid():
            return Panel(errors=len([name for name in form.errors if name != "__all__"]), idle=True)
    desired, base = ({}, {}) if about.action is Action.DELETE else (form.desired, form.base)
    return _planned(about, Proposal(**_what(about), desired=desired, base=base))


def _planned(about: Subject, proposal: Proposal) -> Panel:
    resources = {1: about.resource} if about.resource else inventoried(about.environment, [proposal])
    ahead = preview(about.environment, [proposal], resources)
    lives = {1: resources[1].document} if about.action is Action.UPDATE and 1 in resources else {}
    around = Around(resources, lives, ahead.problems)
    return Panel(views([proposal], ahead.plan, around)[0], ahead.problems)


def _what(about: Subject) -> dict[str, object]:
    found = about.resource
    return {
        "ordinal": 1,
        "action": about.action,
        "type": about.native.name,
        "region": about.region,
        "identifier": found.identifier if found else "",
        "name": found.name if found else "The new resource",
    }


def _base(about: Subject) -> dict[str, object]:
    return {name: about.document[name] for name in about.wanted if name in about.document}
