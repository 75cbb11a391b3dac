"""Who may decide on a revision, from frozen facts: reviewers of the environment who are no authors.

Each check gives a `Refusal` or None and asks nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.refusal import Refusal
from apps.reviews.conditions import Condition
from apps.reviews.drawing import FEWEST, MOST, Ask


@dataclass(frozen=True)
class Asked:
    """The facts about one person who wants to decide on one step of a flow.

    `eligible` was frozen when the request was submitted; `reviewer` is whether the person has the role now, `member`
    whether they are in the team that is asked.
    `linked` says that an administrator has made a link to the person's password within the last day.
    """

    environment: str
    active: bool
    reviewer: bool
    author: bool
    eligible: bool
    decided: bool
    linked: bool = False
    member: bool = True


def check_may_decide(asked: Asked) -> Refusal | None:
    if asked.author:
        return Refusal("author", "You wrote part of this request, so somebody else has to review it.")
    if not asked.reviewer or not asked.active:
        return Refusal("role", f"You are not a reviewer in {asked.environment}. Ask an administrator for that role.")
    if not asked.eligible:
        sentence = "You became a reviewer after this was submitted. Another reviewer decides, or it is submitted again."
        return Refusal("eligible", sentence)
    if not asked.member:
        return Refusal("member", "You are no longer in the team that is asked. Somebody else of it decides.")
    if asked.linked:
        sentence = (
            "An administrator made a link to set your password within the last 24 hours, so for that long nobody knows "
            "for sure that it is you who decides. Another reviewer decides, or you do tomorrow."
        )
        return Refusal("linked", sentence)
    if asked.decided:
        return Refusal("decided", "You have decided on this revision already.")
    return None


def check_rule(condition: Condition, asks: Sequence[Ask]) -> Refusal | None:
    """A rule asks for something that not every plan needs anyway, or spares what it names, and never both."""
    if min(condition.cost_over or 0, condition.cost_up_to or 0) < 0:
        return Refusal("cost_over", "Give an amount of 0 or more.")
    if not asks:
        return _check_sparing(condition)
    if condition.cost_up_to is not None:
        return Refusal("cost_up_to", "This is for rules by which no approval is required.")
    if not all(FEWEST <= ask.needed <= MOST for ask in asks):
        return Refusal("asks", f"A rule asks for {FEWEST} to {MOST} approvals of each.")
    if len({ask.who for ask in asks}) < len(asks):
        return Refusal("asks", "Name everybody once.")
    if list(asks) == [Ask(FEWEST)] and not condition.emergency:
        return Refusal("asks", "Every plan needs one reviewer anyway. Ask for more of them, or for a team or a person.")
    return None


def _check_sparing(condition: Condition) -> Refusal | None:
    if condition.effect or condition.irreversible or condition.risk or condition.cost_over is not None:
        sentence = (
            "Only what is online, can be undone and is of low risk needs no approval: leave effect, risk and cost out."
        )
        return Refusal("outcome", sentence)
    if condition.emergency:
        return Refusal("emergency", "An emergency always needs an approval.")
    if not (condition.types or condition.touches or condition.tag):
        return Refusal("types", "Say which changes need no approval: name a type, a property or a tag.")
    return None


def check_digest(given: str, current: str | None) -> Refusal | None:
    """What was looked at must be, to the letter, what would be approved."""
    if current is not None and given == current:
        return None
    return Refusal("stale", "The plan changed since you opened this page. Review what is new, then decide again.")


def check_unmoved(moved: Sequence[str]) -> Refusal | None:
    """`moved` names what is live otherwise than the plan takes it to be."""
    if not moved:
        return None
    more = f" and {len(moved) - 3} more" if len(moved) > 3 else ""
    sentence = (
        f"{', '.join(moved[:3])}{more} changed outside since this was planned. It is being planned again: load the "
        "page in a moment and look at what is new."
    )
    return Refusal("moved", sentence)


def counts(asked: Asked) -> bool:
    """Whether an approval that was given counts now: later changes may take its weight away, never add any."""
    return asked.active and asked.reviewer and asked.eligible and asked.member and not asked.author


def check_text(text: str, why: str) -> Refusal | None:
    return None if text.strip() else Refusal("text", f"Write {why}, so that the author knows what to do.")
