"""The panel beside the form: the plan of what is typed so far, as far as inventory knows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from apps.catalog.types import Json
from apps.changes import queries
from apps.planning.plan import Action, Problem, Proposal
from apps.web.forms.propose import ChangeForm
from apps.web.loading.preview import inventoried, preview
from apps.web.presenters.changes import Beside, ChangeView, logical_names, views
from apps.web.presenters.subject import Subject

OTHERS = "Another change of this draft can't be planned yet, so the calls of this one aren't known either."


@dataclass(frozen=True)
class Panel:
    """`view` is the change as it would be; `errors` counts fields that can't be read; `idle` = nothing typed yet.

    `faults` is JSON: what is wrong, by the name of its control.
    """

    view: ChangeView | None = None
    problems: tuple[Problem, ...] = ()
    errors: int = 0
    idle: bool = False
    faults: str = "{}"


def opened(about: Subject, form: ChangeForm) -> Panel:
    """The panel of a form that was not sent yet, which tells at its fields what the planner found last."""
    found, told = panel(about, form, about.consents), _told(about)
    form.tell(told)
    return replace(found, problems=tuple(dict.fromkeys((*found.problems, *told))))


def _told(about: Subject) -> tuple[Problem, ...]:
    problems = about.request.problems if about.request else ()
    return tuple(Problem(**raw) for raw in problems if raw["ordinal"] == about.ordinal)


def panel(about: Subject, form: ChangeForm, consents: Mapping[str, str]) -> Panel:
    if about.action is Action.DELETE:
        return _planned(about, {}, {}, consents)
    if not form.is_bound:
        base = {name: about.document[name] for name in about.wanted if name in about.document}
        return _planned(about, about.wanted, base, consents) if about.wanted else Panel(idle=True)
    if not form.is_valid():
        wrong = len([name for name in form.errors if name != "__all__"])
        return Panel(errors=wrong, idle=True, faults=json.dumps(form.faults()))
    return _planned(about, form.desired, form.base, consents)


def _planned(
    about: Subject, desired: Mapping[str, Json], base: Mapping[str, Json], consents: Mapping[str, str]
) -> Panel:
    others = [each for each in queries.proposals(about.draft) if not _same(each, about)] if about.draft else []
    own = about.ordinal or max((each.ordinal for each in others), default=0) + 1
    proposal = Proposal(
        ordinal=own,
        action=about.action,
        type=about.native.name,
        region=about.region,
        identifier=about.resource.identifier if about.resource else "",
        name=about.resource.name if about.resource else "The new resource",
        desired=desired,
        base=base,
        consents=consents,
    )
    whole = [*others, proposal]
    resources = inventoried(about.environment, whole) | ({own: about.resource} if about.resource else {})
    ahead = preview(about.environment, whole, resources)
    problems = tuple(each for each in ahead.problems if each.ordinal in (0, own))
    if ahead.problems and not problems:
        problems = (Problem(own, "", "others", OTHERS),)
    lives = {own: resources[own].document} if about.action is Action.UPDATE and own in resources else {}
    names = {**logical_names(others), own: about.logical or proposal.name}
    shown = views([proposal], ahead.plan, Beside(resources, lives, problems, names=names))
    return Panel(next(each for each in shown if each.ordinal == own), problems)


def _same(other: Proposal, about: Subject) -> bool:
    """Whether a change of the draft is the one that the form edits, or would be replaced by it."""
    if about.resource is None or about.ordinal:
        return other.ordinal == about.ordinal
    mine = (about.native.name, about.region, about.resource.identifier)
    return (other.type, other.region, other.identifier) == mine
