"""Who may decide on a revision, from frozen facts: reviewers of the environment who are no authors.

Each check gives a `Refusal` or None and asks nobody.
"""

from dataclasses import dataclass
from decimal import Decimal

from apps.refusal import Refusal

RULE = "One reviewer of the environment who is not an author"
NEEDED = 1


@dataclass(frozen=True)
class Asked:
    """The facts about one person who wants to decide on one step of a flow.

    `eligible` was frozen when the request was submitted; `reviewer` is whether the person has the role now.
    `linked` says that an administrator has made a link to the person's password within the last day.
    """

    environment: str
    active: bool
    reviewer: bool
    author: bool
    eligible: bool
    decided: bool
    linked: bool = False


def check_may_decide(asked: Asked) -> Refusal | None:
    if asked.author:
        return Refusal("author", "You wrote part of this request, so somebody else has to review it.")
    if not asked.reviewer or not asked.active:
        return Refusal("role", f"You are not a reviewer in {asked.environment}. Ask an administrator for that role.")
    if not asked.eligible:
        sentence = "You became a reviewer after this was submitted. Another reviewer decides, or it is submitted again."
        return Refusal("eligible", sentence)
    if asked.linked:
        sentence = (
            "An administrator made a link to set your password within the last 24 hours, so for that long nobody knows "
            "for sure that it is you who decides. Another reviewer decides, or you do tomorrow."
        )
        return Refusal("linked", sentence)
    if asked.decided:
        return Refusal("decided", "You have decided on this revision already.")
    return None


FEWEST, MOST = 2, 9


def check_rule(*, conditional: bool, needed: int, cost_over: Decimal | None) -> Refusal | None:
    """A rule asks for something, under some condition that can hold."""
    if not conditional:
        return Refusal("cost_over", "Say when it asks for more: give a cost, a risk, or both.")
    if not FEWEST <= needed <= MOST:
        return Refusal("needed", f"A rule asks for {FEWEST} to {MOST} approvals.")
    if cost_over is not None and cost_over < 0:
        return Refusal("cost_over", "Give an amount of 0 or more.")
    return None


def check_digest(given: str, current: str | None) -> Refusal | None:
    """What was looked at must be, to the letter, what would be approved."""
    if current is not None and given == current:
        return None
    return Refusal("stale", "The plan changed since you opened this page. Review what is new, then decide again.")


def counts(asked: Asked) -> bool:
    """Whether an approval that was given counts now: later changes may take its weight away, never add any."""
    return asked.active and asked.reviewer and asked.eligible and not asked.author


def check_text(text: str, why: str) -> Refusal | None:
    return None if text.strip() else Refusal("text", f"Write {why}, so that the author knows what to do.")
