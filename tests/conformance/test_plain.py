from apps.catalog.plain import WORDS, words
from apps.catalog.registry import TYPES


def test_every_type_is_found_by_a_plain_word() -> None:
    assert [each.name for each in TYPES if words(each) == each.name] == []


def test_every_word_belongs_to_a_type() -> None:
    names = {each.name for each in TYPES} | {each.name.split("::")[1] for each in TYPES}
    assert sorted(set(WORDS) - names) == []
