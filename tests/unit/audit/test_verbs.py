"""Every verb reads as a sentence."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from apps.audit.verbs import SENTENCES, MissingData, UnknownVerb, check_readable, label, sentence, words


@dataclass
class Happened:
    verb: str
    subject: str
    data: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize("verb", SENTENCES)
def test_every_verb_has_a_sentence_made_of_its_data(verb: str) -> None:
    names = words(verb).get_identifiers()
    said = sentence(Happened(verb, "CR-7", {name: f"<{name}>" for name in names}))
    assert said
    assert "$" not in said
    assert words(verb).is_valid()


def test_every_verb_that_the_code_writes_is_in_the_registry() -> None:
    """Looks for literals of the form "thing.happened" in every call that writes an event."""
    written = set()
    for path in Path("apps").rglob("*.py"):
        if path.name != "verbs.py":
            text = path.read_text()
            written |= set(re.findall(r'(?:verb=|record\(|log\()[^)\n]*?"([a-z_]+\.[a-z_]+)"', text))
    assert written
    assert written <= SENTENCES.keys()


def test_a_sentence_names_what_was_done_to_whom() -> None:
    assert sentence(Happened("role.given", "ben", {"role": "auditor"})) == "gave ben the role auditor"


def test_text_of_users_is_never_a_template() -> None:
    assert sentence(Happened("role.given", "$role {0.__class__}", {"role": "$subject"})) == (
        "gave $role {0.__class__} the role $subject"
    )


def test_unknown_verbs_and_missing_data_are_refused() -> None:
    with pytest.raises(UnknownVerb):
        check_readable("no.such", {})
    with pytest.raises(MissingData, match="address"):
        check_readable("auth.signed_in", {})


def test_no_two_verbs_read_the_same() -> None:
    labels = Counter(label(verb) for verb in SENTENCES)
    assert [said for said, count in labels.items() if count > 1] == []
