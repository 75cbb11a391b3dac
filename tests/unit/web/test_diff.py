"""Differences as rows."""

from apps.web.presenters.diff import between, row


def test_equal_documents_have_no_rows() -> None:
    assert between({"A": {"x": [1, {"y": 2}]}}, {"A": {"x": [1, {"y": 2}]}}) == []


def test_lists_are_aligned_by_their_items_and_not_by_place() -> None:
    marks = row("Groups", ["sg-1", "sg-2", "sg-3"], ["sg-4", "sg-3", "sg-1"]).marks
    assert [(mark.kind, mark.text) for mark in marks] == [
        ("removed", "sg-2"),
        ("added", "sg-4"),
        ("same", "2 unchanged"),
    ]


def test_structures_are_compared_by_their_members() -> None:
    before = {"Status": "Enabled", "Rules": [{"Days": 30}]}
    marks = row("Lifecycle", before, {"Status": "Enabled", "Rules": [{"Days": 90}]}).marks
    assert [mark.text for mark in marks] == ["Rules[1].Days: 30", "Rules[1].Days: 90", "1 unchanged"]


def test_a_property_whose_live_value_moved_is_marked() -> None:
    assert row("Days", 7, 14, live=3).moved
    assert not row("Days", 7, 14, live=7).moved
    assert row("Days", 7, 14).live is None


def test_false_zero_and_empty_text_are_not_shown_as_unset() -> None:
    assert [row("X", value, 1).base.text for value in (False, 0, "")] == ["no", "0", "(empty text)"]
    assert row("X", None, 1).base.kind == "unset"
