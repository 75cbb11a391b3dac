"""Names in every script are welcome; what nobody sees in them is not."""

import pytest

from apps.changes.policies import check_title
from apps.environments.policies import check_account
from apps.people.policies import check_person
from apps.unseen import holds_unseen
from apps.web.presenters.values import seen

WELCOME = (
    "佐藤　太郎",
    "本番のデータベースを大きくする",
    "می\u200cخواهم",
    "👩\u200d💻 ✈\ufe0f",
    "葛\U000e0100城",
    "Zoë Müller-Łukasz",
    "한국어 제목",
    "�",
)
HIDDEN = (
    "\x00\x1b\x7f\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200e\u202e\u2028\u2060\u2066\u2800\u3164"
    "\ufeff\uffa0\ufff9\U000e0041"
)


@pytest.mark.parametrize("text", WELCOME)
def test_names_are_taken_in_every_script(text: str) -> None:
    assert not holds_unseen(text)
    assert seen(text) == text
    assert check_title(text) is None
    assert check_person(username="aiko", full_name=text) is None
    assert check_account(number="111111111111", name=text) is None


@pytest.mark.parametrize("letter", HIDDEN)
def test_what_nobody_sees_is_refused_in_names_and_spelled_out_in_values(letter: str) -> None:
    text = f"Re{letter}size"
    assert seen(text) == f"Re‹U+{ord(letter):04X}›size"
    assert check_title(text) is not None
    assert check_person(username="aiko", full_name=text) is not None
    assert check_account(number="111111111111", name=text) is not None
