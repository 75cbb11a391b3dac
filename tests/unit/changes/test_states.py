"""The state machine of a change request as a table: every state with every verb."""

from apps.changes.policies import check_verb
from apps.changes.states import OPEN, TRANSITIONS, State, Verb

D, P, R, C, A = State.DRAFT, State.PLANNING, State.IN_REVIEW, State.CHANGES_REQUESTED, State.APPROVED
W, X = State.WITHDRAWN, State.REJECTED
TABLE = {
    #             draft planning in_review changes approved rejected withdrawn
    Verb.EDIT: (D, None, D, D, D, None, None),
    Verb.SUBMIT: (P, None, None, None, None, None, None),
    Verb.PLANNED: (None, R, None, None, None, None, None),
    Verb.REFUSE_PLAN: (None, D, None, None, None, None, None),
    Verb.REQUEST_CHANGES: (None, None, C, None, None, None, None),
    Verb.APPROVE: (None, None, A, None, None, None, None),
    Verb.REJECT: (None, None, X, None, None, None, None),
    Verb.WITHDRAW: (W, W, W, W, W, None, None),
    Verb.REPLAN: (None, None, P, P, P, None, None),
}
EVERY = [(s, v, TABLE[v][n]) for v in Verb for n, s in enumerate((D, P, R, C, A, X, W))]


def test_every_state_answers_every_verb_as_the_table_says():
    assert [(s, v) for s, v, expected in EVERY if TRANSITIONS.get((s, v)) != expected] == []
    assert [(s, v) for s, v, e in EVERY if (check_verb(s, v, applied=False) is None) != (e is not None)] == []


def test_an_applied_request_refuses_every_verb():
    refusals = {(state, verb): check_verb(state, verb, applied=True) for state in State for verb in Verb}
    assert {refusal.code if refusal else None for refusal in refusals.values()} == {"applied"}


def test_only_decided_requests_are_closed():
    assert frozenset(State) - OPEN == {X, W}
