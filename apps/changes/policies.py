"""What may be done with a change request, from frozen facts. Each check gives a `Refusal` or None and asks nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.catalog.registry import native
from apps.changes.states import TRANSITIONS, State, Verb
from apps.planning import logical, secrets
from apps.planning.parameters import identify
from apps.refusal import Refusal
from apps.unseen import holds_unseen

ACTIONS = ("create", "update", "delete")
MAX_CHANGES = 100
MOVED_OUTSIDE = "conflict"  # the code of a problem: a proposed property was changed outside since
CONSENTS = ("replace", "snapshot", "no_snapshot", "users", "policies")
# Control characters, and those that have no width or turn the direction of writing: names must read as they are.
ASKS: dict[Verb, str] = {
    Verb.EDIT: "edited",
    Verb.SUBMIT: "submitted",
    Verb.PLANNED: "planned",
    Verb.REFUSE_PLAN: "sent back to its draft",
    Verb.REQUEST_CHANGES: "sent back for changes",
    Verb.APPROVE: "approved",
    Verb.REJECT: "rejected",
    Verb.WITHDRAW: "withdrawn",
    Verb.REPLAN: "planned again",
}


@dataclass(frozen=True)
class DraftInput:
    """What a draft asks for one resource; the members mean what they mean in `planning.plan.Proposal`.

    `logical` may be left out: it is then made from the name. `made` is what a run of the request has created for it;
    nobody proposes that.
    """

    action: str
    type: str
    region: str
    identifier: str
    name: str
    desired: dict[str, Any]
    base: dict[str, Any] = field(default_factory=dict)
    consents: dict[str, str] = field(default_factory=dict)
    logical: str = ""
    made: str = ""

    @property
    def resource(self) -> tuple[str, str, str] | None:
        """What makes two changes be about the same resource; None for a new one whose identifier AWS chooses."""
        declared = native(self.type)
        identifier = self.identifier or (identify(declared, self.desired) if declared else self.name)
        return (self.type, self.region, identifier) if identifier else None


def check_verb(state: State, verb: Verb, applied: bool) -> Refusal | None:
    if applied:
        return Refusal("applied", "This request was applied. Propose a new one for what should change next.")
    if (state, verb) not in TRANSITIONS:
        words = state.value.replace("_", " ")
        return Refusal("state", f"This request is {words}, so it can't be {ASKS[verb]}. Reload the page to see why.")
    return None


def check_role(may: bool, environment: str) -> Refusal | None:
    if may:
        return None
    return Refusal("role", f"You are not a requester in {environment}. Ask an administrator for that role.")


def check_edition(given: int, current: int) -> Refusal | None:
    if given == current:
        return None
    return Refusal(
        "edition", "Somebody edited this request meanwhile. Look at what it says now, then send yours again."
    )


def check_title(title: str) -> Refusal | None:
    if not title.strip():
        return Refusal("title", "Give the request a title that says what it is for.")
    if holds_unseen(title):
        return Refusal("title", "The title holds a character that can't be seen. Type it again without it.")
    return Refusal("title", "Keep the title within 200 characters.") if len(title) > 200 else None


def check_text(text: str, what: str) -> Refusal | None:
    return None if text.strip() else Refusal("text", f"Write {what}.")


def check_draft(changes: Sequence[DraftInput], regions: Sequence[str]) -> Refusal | None:
    """A draft may be incomplete; it may not be about the same resource twice, or about another place."""
    if len(changes) > MAX_CHANGES:
        return Refusal("too_many", f"A request holds at most {MAX_CHANGES} changes. Split it in two.")
    resources = [change.resource for change in changes]
    for change in changes:
        if change.resource and resources.count(change.resource) > 1:
            return Refusal("twice", f"{change.name} is in this request twice. Make one change of the two.")
    return check_logical([change.logical for change in changes]) or next(
        (refusal for change in changes if (refusal := _check_change(change, regions))), None
    )


def check_logical(names: Sequence[str]) -> Refusal | None:
    """Logical names as they are in a template: letters and digits, no two the same; "" is none."""
    given = [name for name in names if name]
    folded = [name.casefold() for name in given]
    for name in given:
        if not logical.NAME.fullmatch(name):
            rule = f"Use up to {logical.LONGEST} letters and digits, a letter first."
            return Refusal("logical", f"“{name[:100]}” can't be a logical name. {rule}")
        if folded.count(name.casefold()) > 1:
            return Refusal("logical", f"Two new resources of this request are called {name}. Give one another name.")
    return None


def _check_change(change: DraftInput, regions: Sequence[str]) -> Refusal | None:
    if change.action not in ACTIONS:
        return Refusal("action", f"“{change.action}” is not an action. Choose create, update or delete.")
    if change.region not in regions:
        return Refusal("region", f"{change.region} is no region of this environment. Choose {' or '.join(regions)}.")
    if unknown := change.consents.keys() - CONSENTS:
        return Refusal("consent", f"“{min(unknown)}” is nothing to consent to. Choose among {', '.join(CONSENTS)}.")
    if holds_unseen(change.name) or holds_unseen(change.identifier):
        return Refusal("name", "The name of a resource holds a character that can't be seen. Type it again without it.")
    if not change.name.strip():
        return Refusal("name", "Give the resource a name.")
    if change.logical and change.action != "create":
        return Refusal("logical", "Only a new resource has a logical name. Leave it out.")
    declared = native(change.type)
    if declared and (secret := secrets.plain(declared, change.desired)):
        return Refusal("secret", f"Write no secret into {secret}, but what refers to one: {secrets.FORM}.")
    if bool(change.identifier) == (change.action == "create"):
        return Refusal(
            "identifier", f"Choose an existing resource to {change.action}; only a new one has no identifier."
        )
    return None


def check_not_empty(count: int) -> Refusal | None:
    return None if count else Refusal("empty", "The request changes nothing yet. Add a change first.")


def check_emergency(reason: str, *, allowed: bool, place: str) -> Refusal | None:
    if not reason.strip() or allowed:
        return None
    return Refusal("emergency", f"Nobody declares emergencies in {place}. Submit it the usual way.")
