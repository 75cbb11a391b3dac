"""Adding, moving and removing parts of a form that was sent."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from apps.web.forms.arrange import arranged, asked

ROWS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=6)


def sent(rows: list[str]) -> QueryDict:
    data = QueryDict(mutable=True)
    data["title"] = "More logs"
    for index, text in enumerate(rows):
        data[f"Rules-{index}-Id"] = text
        data.setlist(f"Rules-{index}-Tags-key", [text, "x"])
    return data


def after(data: QueryDict, text: str) -> QueryDict:
    ask = asked(text)
    assert ask is not None
    return arranged(data, ask)[0]


@given(ROWS, st.data())
def test_moving_down_and_up_again_changes_nothing(rows: list[str], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(rows) - 1))
    moved = after(sent(rows), f"down:Rules-{index}")
    last = index == len(rows) - 1
    assert last or after(moved, f"up:Rules-{index + 1}") == sent(rows)
    assert moved == sent(rows) if last else moved[f"Rules-{index + 1}-Id"] == rows[index]


@given(ROWS, st.data())
def test_removing_one_leaves_the_others_in_their_order(rows: list[str], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(rows) - 1))
    assert after(sent(rows), f"remove:Rules-{index}") == sent([*rows[:index], *rows[index + 1 :]])


@given(ROWS)
def test_adding_opens_one_at_the_end_which_has_the_focus(rows: list[str]) -> None:
    ask = asked("add:Rules")
    assert ask is not None
    data, focus = arranged(sent(rows), ask)
    assert focus == f"Rules-{len(rows)}"
    assert after(data, f"remove:{focus}") == sent(rows)


def test_the_first_does_not_move_up() -> None:
    assert after(sent(["a", "b"]), "up:Rules-0") == sent(["a", "b"])


@pytest.mark.parametrize("text", ["", "save", "add:", "add:Rules;", "drop:Rules-1", "add:Rules-" + "9-" * 50])
def test_what_no_button_says_is_not_followed(text: str) -> None:
    assert asked(text) is None
