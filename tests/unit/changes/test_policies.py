from dataclasses import replace

import pytest

from apps.changes.policies import MAX_CHANGES, DraftInput, check_draft, check_edition, check_text, check_title

REGIONS = ("ap-northeast-1", "us-west-2")
CHANGE = DraftInput("update", "AWS::S3::Bucket", "ap-northeast-1", "models", "models", {"Tags": []})


def code(*changes: DraftInput) -> str:
    refusal = check_draft(changes, REGIONS)
    return refusal.code if refusal else ""


def test_a_draft_may_still_be_empty():
    assert code() == ""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (CHANGE, ""),
        (replace(CHANGE, action="replace"), "action"),
        (replace(CHANGE, action="DELETE"), "action"),
        (replace(CHANGE, region="eu-west-1"), "region"),
        (replace(CHANGE, region="ap-northeast-1.evil.com"), "region"),
        (replace(CHANGE, name="  "), "name"),
        (replace(CHANGE, identifier=""), "identifier"),
        (replace(CHANGE, consents={"replace": "It is a cache."}), ""),
        (replace(CHANGE, consents={"anything": "Yes."}), "consent"),
        (replace(CHANGE, action="create"), "identifier"),
        (replace(CHANGE, action="create", identifier=""), ""),
    ],
)
def test_a_change_is_refused_for_what_is_wrong_with_it(change: DraftInput, expected: str):
    assert code(change) == expected


def test_a_request_is_about_each_resource_once():
    assert code(CHANGE, CHANGE) == "twice"
    assert code(CHANGE, replace(CHANGE, region="us-west-2")) == ""


def test_a_request_has_a_size():
    many = [replace(CHANGE, identifier=str(n)) for n in range(MAX_CHANGES + 1)]
    assert code(*many[:-1]) == ""
    assert code(*many) == "too_many"


def test_title_and_texts_say_something():
    assert check_title("Resize") is None
    assert check_title("  ") is not None
    assert check_title("x" * 201) is not None
    assert check_text("why", "why") is None
    assert check_text("\n", "why") is not None


def test_an_edit_of_an_older_edition_is_refused():
    assert check_edition(2, 2) is None
    assert check_edition(1, 2) is not None
