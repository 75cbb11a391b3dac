"""What was decided about a change request. What happened afterwards is in `runs/states.py`."""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    PLANNING = "planning"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    PLANNED = "planned"
    REFUSE_PLAN = "refuse_plan"
    REQUEST_CHANGES = "request_changes"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REPLAN = "replan"


TRANSITIONS: dict[tuple[State, Verb], State] = {
    (State.DRAFT, Verb.EDIT): State.DRAFT,
    (State.DRAFT, Verb.SUBMIT): State.PLANNING,
    (State.PLANNING, Verb.PLANNED): State.IN_REVIEW,
    (State.PLANNING, Verb.REFUSE_PLAN): State.DRAFT,
    (State.IN_REVIEW, Verb.EDIT): State.DRAFT,
    (State.IN_REVIEW, Verb.REPLAN): State.PLANNING,
    (State.IN_REVIEW, Verb.REQUEST_CHANGES): State.CHANGES_REQUESTED,
    (State.IN_REVIEW, Verb.APPROVE): State.APPROVED,
    (State.IN_REVIEW, Verb.REJECT): State.REJECTED,
    (State.CHANGES_REQUESTED, Verb.EDIT): State.DRAFT,
    (State.CHANGES_REQUESTED, Verb.REPLAN): State.PLANNING,
    (State.APPROVED, Verb.EDIT): State.DRAFT,
    (State.APPROVED, Verb.REPLAN): State.PLANNING,
    (State.DRAFT, Verb.WITHDRAW): State.WITHDRAWN,
    (State.PLANNING, Verb.WITHDRAW): State.WITHDRAWN,
    (State.IN_REVIEW, Verb.WITHDRAW): State.WITHDRAWN,
    (State.CHANGES_REQUESTED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Verb.WITHDRAW): State.WITHDRAWN,
}


class Part(StrEnum):
    """Who moves a request: people by their role in its environment, and the product's own planner."""

    REQUESTER = "requester"
    REVIEWER = "reviewer who is no author"
    PLANNER = "planner"


# What a role alone lets people do; administrators and auditors move nothing. `reviews` and `changes` ask for more: an
# approval of the current plan by somebody who was asked, an edit of the current edition.
MAY: dict[Verb, frozenset[Part]] = {
    Verb.EDIT: frozenset({Part.REQUESTER}),
    Verb.SUBMIT: frozenset({Part.REQUESTER}),
    Verb.PLANNED: frozenset({Part.PLANNER}),
    Verb.REFUSE_PLAN: frozenset({Part.PLANNER}),
    Verb.REQUEST_CHANGES: frozenset({Part.REVIEWER}),
    Verb.APPROVE: frozenset({Part.REVIEWER, Part.PLANNER}),  # the planner where no approval is left to be given
    Verb.REJECT: frozenset({Part.REVIEWER}),
    Verb.WITHDRAW: frozenset({Part.REQUESTER}),
    Verb.REPLAN: frozenset({Part.REQUESTER, Part.PLANNER}),  # the planner where live values or rules have moved
}

EDITABLE = frozenset(state for state, verb in TRANSITIONS if verb is Verb.EDIT)
FOLLOWED = frozenset({State.IN_REVIEW, State.APPROVED})  # planned again by itself when live values move
OPEN = frozenset({State.DRAFT, State.PLANNING, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPROVED})
