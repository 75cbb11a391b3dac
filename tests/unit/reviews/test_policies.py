from dataclasses import replace
from itertools import product

import pytest

from apps.reviews.policies import Asked, check_digest, check_may_decide, check_text, counts

BEN = Asked("prod", active=True, reviewer=True, author=False, eligible=True, decided=False)
DIGEST = "a" * 64


@pytest.mark.parametrize("facts", list(product((True, False), repeat=5)))
def test_only_an_eligible_active_reviewer_who_is_no_author_decides_and_once(facts: tuple[bool, ...]):
    asked = Asked("prod", *facts)
    expected = facts == (True, True, False, True, False)
    assert (check_may_decide(asked) is None) == expected


def test_who_was_given_a_link_to_their_password_decides_nothing_for_a_day_and_what_they_decided_before_counts():
    refusal = check_may_decide(replace(BEN, linked=True))
    assert refusal is not None
    assert refusal.code == "linked"
    assert counts(replace(BEN, linked=True))


def test_being_an_author_weighs_more_than_any_role():
    refusal = check_may_decide(replace(BEN, author=True))
    assert refusal is not None
    assert refusal.code == "author"


@pytest.mark.parametrize("lost", [{"active": False}, {"reviewer": False}, {"author": True}, {"eligible": False}])
def test_an_approval_loses_its_weight_with_what_it_was_given_by(lost: dict[str, bool]):
    assert counts(replace(BEN, decided=True))
    assert not counts(replace(BEN, decided=True, **lost))


@pytest.mark.parametrize("given", ["", DIGEST.upper(), f"{DIGEST} ", DIGEST[:-1], "b" * 64])
def test_only_the_exact_digest_is_the_current_one(given: str):
    assert check_digest(DIGEST, DIGEST) is None
    refusal = check_digest(given, DIGEST)
    assert refusal is not None
    assert refusal.code == "stale"
    assert check_digest(given, None) is not None


def test_sending_back_needs_words():
    assert check_text("Too small", "why") is None
    assert check_text(" ", "why") is not None
