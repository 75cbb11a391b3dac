"""The changes of a request, planned or not yet, as its page and the panel beside the form show them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from apps.catalog import registry
from apps.catalog.types import Effect, EffectKind, Join, NativeType, Property
from apps.changes.ordinals import users
from apps.changes.rival import Key, Rival
from apps.changes.shown import shown_as
from apps.inventory.models import Resource
from apps.planning import codec, diff
from apps.planning.plan import Action, Call, Change, Difference, Output, Plan, Problem, Proposal, SecretRef, Slot
from apps.web.presenters import effects, rivals
from apps.web.presenters.checks import CheckView
from apps.web.presenters.diff import DiffRow, marks
from apps.web.presenters.marks import Chip
from apps.web.presenters.rivals import RivalView
from apps.web.presenters.threads import Thread
from apps.web.presenters.values import called, show

Json = Any
Names = Mapping[int, str]
SIGNS = {"create": "+", "update": "~", "replace": "±", "delete": "−"}
REASONS = {
    "replace": "The data of the old one is given up: {}",
    "users": "It goes although something uses it: {}",
    "no_snapshot": "No last snapshot is taken: {}",
    "snapshot": "A last snapshot is taken: {}",
    "policies": "It breaks a policy, and is right all the same: {}",
}
OVERRIDABLE = "policy_overridable"  # the code of the planner's problem
UNDECLARED = Property()


@dataclass(frozen=True)
class CallView:
    """One call as `components/calls.html` shows it."""

    key: str
    service: str
    operation: str
    parameters: Mapping[str, Json]
    purpose: str
    wait_text: str


@dataclass(frozen=True)
class ReviewRow(DiffRow):
    """A row with what was said about its property, what stops or warns of it, and a comment being typed.

    It is `apart` where what is live is not what was proposed from; `since` says what an earlier revision had there.
    Where it has moved, `seen` is the live value that is shown (`changes.shown`). It is `asked` where the draft asks for
    it, and nothing else of the plan brings it; `back` is the revision whose value it can have again.
    """

    threads: tuple[Thread, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[CheckView, ...] = ()
    typed: str = ""
    apart: bool = False
    since: str = ""
    seen: str = ""
    asked: bool = False
    back: int = 0


@dataclass(frozen=True)
class ChangeView:
    """One resource of a request. `problems` and `warnings` are those of the whole; without a plan there are no `calls`.

    `added` says why the plan has a change that nobody proposed; `consents` are the reasons given, in sentences.
    `users` are the ordinals and names of the other changes that need what this one creates. `overridable` says that it
    breaks a policy for which a reason would do.
    """

    ordinal: int
    action: str
    sign: str
    type: str
    title: str
    region: str
    name: str
    logical: str
    identifier: str
    rows: tuple[ReviewRow, ...]
    calls: tuple[CallView, ...] = ()
    chips: tuple[Chip, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[CheckView, ...] = ()
    threads: tuple[Thread, ...] = ()
    resource: Resource | None = None
    typed: str = ""
    added: str = ""
    consents: tuple[str, ...] = ()
    users: tuple[tuple[int, str], ...] = ()
    overridable: bool = False
    rivals: Sequence[RivalView] = ()
    since: str = ""

    @property
    def calls_id(self) -> str:
        return f"calls-{self.ordinal}"

    @property
    def apart(self) -> bool:
        """Whether something live is not what it was proposed from, so that it needs a column of its own."""
        return any(row.apart for row in self.rows)

    @property
    def base_label(self) -> str:
        shown = any(row.live is not None for row in self.rows)
        return "Proposed from, and live now" if shown and not self.apart else "Proposed from"

    @property
    def moved(self) -> bool:
        return any(row.moved for row in self.rows)


@dataclass(frozen=True)
class Beside:
    """What stands beside the changes. `resources` and `lives` (documents) are by ordinal.

    `names` are the logical names of what the request creates, by ordinal, `called` the names of existing resources by
    the values that stand for them. `live` says whether the live column is shown
    at all: not for what was applied or closed. `typed` is a comment that was refused, as (ordinal, property, text), so
    that it stands in its place again.
    """

    resources: Mapping[int, Resource] = field(default_factory=dict)
    lives: Mapping[int, Mapping[str, Json]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    warnings: Sequence[CheckView] = ()
    threads: Sequence[Thread] = ()
    live: bool = True
    typed: tuple[int | None, str, str] = (None, "", "")
    names: Names = field(default_factory=dict)
    rivals: Mapping[Key, Sequence[Rival]] = field(default_factory=dict)
    times: effects.Times = effects.DECLARED
    called: Mapping[str, str] = field(default_factory=dict)

    def of(self, ordinal: int) -> tuple[list[Problem], list[Thread]]:
        problems = [p for p in self.problems if p.ordinal == ordinal]
        return problems, [each for each in self.threads if each.ordinal == ordinal]

    def warned(self, ordinal: int) -> list[CheckView]:
        return [check for check in self.warnings if check.ordinal == ordinal]

    def text(self, ordinal: int, name: str = "") -> str:
        return self.typed[2] if self.typed[:2] == (ordinal, name) else ""


def logical_names(proposals: Iterable[Proposal]) -> Names:
    """What the new resources are called within the request, by ordinal."""
    return {proposal.ordinal: proposal.logical for proposal in proposals if proposal.logical}


def views(proposals: Sequence[Proposal], plan: Plan | None, beside: Beside) -> list[ChangeView]:
    """The changes in their order, with what the plan adds to them; without a plan, what the draft asks for."""
    planned = {change.ordinal: change for change in plan.changes} if plan else {}
    asked = [
        replace(_view(each, planned.get(each.ordinal), beside), users=_users(proposals, each)) for each in proposals
    ]
    also = added(proposals, plan)
    return [*asked, *(replace(_view(each, planned[each.ordinal], beside), added=_why(planned, each)) for each in also)]


def _users(proposals: Sequence[Proposal], of: Proposal) -> tuple[tuple[int, str], ...]:
    needing = users([each.desired for each in proposals], of.ordinal) if of.logical else ()
    return tuple((each.ordinal, each.logical or each.name) for each in proposals if each.ordinal in needing)


def added(proposals: Sequence[Proposal], plan: Plan | None) -> list[Proposal]:
    """What the plan has beside the proposals: switches of users and deletions that belong to replacements."""
    known = {proposal.ordinal for proposal in proposals}
    return [_as_proposal(change) for change in (plan.changes if plan else ()) if change.ordinal not in known]


def _as_proposal(change: Change) -> Proposal:
    desired = {d.property: codec.encoded(d.after) for d in change.differences} if change.action is Action.UPDATE else {}
    base = {d.property: d.before for d in change.differences if d.before is not None}
    return Proposal(
        change.ordinal, change.action, change.type, change.region, change.identifier, change.name, desired, base
    )


def _why(planned: Mapping[int, Change], proposal: Proposal) -> str:
    change = planned[proposal.ordinal]
    if change.replaced_by:
        return f"The old one goes, because change {change.replaced_by} replaces it."
    return "It uses what this request replaces, and is switched to the new one."


def calls(planned: Iterable[Call], names: Names, times: effects.Times = effects.DECLARED) -> tuple[CallView, ...]:
    """The calls; `names` are the logical names of what the request creates, by ordinal."""
    return tuple(
        CallView(c.key, c.service, c.operation, spelled(c.parameters, names), c.purpose, effects.waits(c, times))
        for c in planned
    )


def spelled(value: Json, names: Names) -> Json:
    """Parameters or a value with its placeholders in words."""
    match value:
        case Output(change, attribute):
            return f"‹{attribute} of {names.get(change) or f'change {change}'}›"
        case Join(separator, items):
            return separator.join(str(spelled(item, names)) for item in items)
        case SecretRef(reference):
            return f"‹secret {reference}›"
        case Slot(name):
            return "‹idempotency token, made by Ringi›" if name == "token" else "‹mark of the run, made by Ringi›"
        case Mapping():
            return {name: spelled(member, names) for name, member in value.items()}
        case list() | tuple():
            return [spelled(item, names) for item in value]
        case _:
            return value


def worded(value: Json, names: Names) -> Json:
    """A value of a draft or of a plan in words, where it can be read at all."""
    try:
        return spelled(codec.decoded(value), names)
    except ValueError:
        return spelled(value, names)


def _view(proposal: Proposal, change: Change | None, beside: Beside) -> ChangeView:
    declared = registry.native(proposal.type)
    problems, said = beside.of(proposal.ordinal)
    rows = tuple(_rows(proposal, change, declared, beside))
    shown = {row.property for row in rows}
    action = "replace" if change and change.replaces else str(proposal.action)
    return ChangeView(
        ordinal=proposal.ordinal,
        action=action,
        sign=SIGNS[action],
        type=proposal.type,
        title=declared.title if declared else proposal.type,
        region=proposal.region,
        name=change.name if change else proposal.name,
        logical=proposal.logical,
        identifier=proposal.identifier,
        rows=rows,
        calls=calls(change.calls, beside.names, beside.times) if change else (),
        chips=effects.of_change(change, beside.times) if change else (),
        problems=tuple(p.sentence for p in problems if p.property not in shown),
        warnings=tuple(check for check in beside.warned(proposal.ordinal) if check.property not in shown),
        threads=tuple(each for each in said if each.about not in shown),
        resource=beside.resources.get(proposal.ordinal),
        typed=beside.text(proposal.ordinal),
        rivals=rivals.views(
            beside.rivals.get((proposal.type, proposal.region, proposal.identifier), ()), action, proposal.desired
        ),
        overridable=any(p.code == OVERRIDABLE for p in problems),
        consents=tuple(REASONS[name].format(text) for name, text in proposal.consents.items() if text.strip()),
    )


def _rows(
    proposal: Proposal, change: Change | None, declared: NativeType | None, beside: Beside
) -> Iterator[ReviewRow]:
    live = beside.lives.get(proposal.ordinal) if beside.live else None
    problems, said = beside.of(proposal.ordinal)
    for difference in _differences(proposal, change, declared):
        name = difference.property
        how = declared.properties.get(name, UNDECLARED) if declared else UNDECLARED
        base = proposal.base.get(name, None if proposal.base else difference.before)
        yield ReviewRow(
            **_columns(how, base, live, difference, beside),
            property=name,
            note=_note(difference),
            chips=_chips(difference),
            ordinal=proposal.ordinal,
            threads=tuple(each for each in said if each.about == name),
            problems=tuple(p.sentence for p in problems if p.property == name),
            warnings=tuple(check for check in beside.warned(proposal.ordinal) if check.property == name),
            typed=beside.text(proposal.ordinal, name),
            asked=name in proposal.desired and proposal.action is not Action.DELETE,
        )


def _columns(
    how: Property, base: Json, live: Mapping[str, Json] | None, difference: Difference, beside: Beside
) -> dict[str, Any]:
    """The three values. It has moved when live is neither what was proposed from nor what it will become."""
    current, after = (live or {}).get(difference.property), difference.after
    moved = live is not None and not diff.same(current, base, how) and not diff.same(current, after, how)
    old, new = (called(value, beside.called) for value in (current if moved else base, worded(after, beside.names)))
    return {
        "base": show(called(base, beside.called), how.unit),
        "becomes": show(new, how.unit),
        "live": show(called(current, beside.called), how.unit) if live is not None else None,
        "moved": moved,
        "seen": shown_as(current) if moved else "",
        "apart": live is not None and not diff.same(current, base, how),
        "marks": marks(old, new),
    }


def _differences(proposal: Proposal, change: Change | None, declared: NativeType | None) -> Iterable[Difference]:
    if change is not None:
        return change.differences
    properties = declared.properties if declared else {}
    pairs = {name: (proposal.base.get(name), after) for name, after in proposal.desired.items()}
    hows = {name: properties.get(name, UNDECLARED) for name in pairs}
    if proposal.action is Action.CREATE:
        return [Difference(name, None, after, _opens(hows[name], after)) for name, (_, after) in pairs.items()]
    return [
        Difference(name, *pairs[name], how.effect_between(*pairs[name]), how.lasting(*pairs[name]))
        for name, how in hows.items()
    ]


def _opens(how: Property, value: Json) -> Effect:
    """A new resource is in nobody's service yet; what it opens to everybody counts all the same."""
    return how.exposed(None, value) or Effect(EffectKind.ONLINE)


def _chips(difference: Difference) -> tuple[Chip, ...]:
    online = difference.effect.kind is EffectKind.ONLINE
    return (*(() if online else (effects.effect(difference.effect),)), *effects.irreversible(difference.irreversible))


def _note(difference: Difference) -> str:
    source = "" if difference.effect.kind is EffectKind.ONLINE else difference.effect.source
    return " ".join(part for part in (difference.irreversible, source) if part)
