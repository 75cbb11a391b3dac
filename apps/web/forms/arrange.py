"""Adding, moving and removing parts of a form: the data of the form as it was sent, in another arrangement.

Names are paths: `Rules-0-Transitions-1-Days`. Nothing is read, cleaned or lost that is not removed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from apps.web.forms.parts import MOST_ITEMS, ON, TURNED, indices

NOTHING: Mapping[str, str] = {}
VERBS = ("add", "open", "remove", "up", "down", "more", "show", "text", "form")
ASKED = re.compile(rf"({'|'.join(VERBS)}):([A-Za-z0-9]+(?:-[A-Za-z0-9]+){{0,30}})(?::([0-9]{{1,2}}))?")


@dataclass(frozen=True)
class Asked:
    """What a button asks for: a verb and the name of the part, and which preset to begin with (None = empty)."""

    verb: str
    name: str
    preset: int | None = None

    @property
    def property(self) -> str:
        return self.name.split("-")[0]


def asked(text: str) -> Asked | None:
    """What the value of a button means; None for anything else."""
    found = ASKED.fullmatch(text)
    return Asked(found[1], found[2], int(found[3]) if found[3] else None) if found else None


def arranged(data: QueryDict, ask: Asked, given: Mapping[str, str] = NOTHING) -> tuple[QueryDict, str]:
    """The data as asked for, and the name of the part or button that has the focus then.

    What is `given` stands in a part that is added, by the names of its controls.
    """
    answer = data.copy()
    around, _, last = ask.name.rpartition("-")
    match ask.verb:
        case "add":
            return _added(answer, ask.name, given)
        case "open":
            answer[f"{ask.name}-{ON}"] = "1"
        case "text" | "form":
            answer[f"{ask.name}-{TURNED}"] = ask.verb
        case "remove" if last.isdecimal() and around:
            return _removed(answer, around, int(last))
        case "remove":
            _taken(answer, ask.name)
            return answer, f"{ask.name}-open"
        case "up" | "down" if last.isdecimal():
            to = int(last) + (-1 if ask.verb == "up" else 1)
            if to in indices(data, around):
                _swapped(answer, f"{around}-{int(last)}", f"{around}-{to}")
                return answer, f"{around}-{to}-{ask.verb}"
    return answer, ask.name


def _added(data: QueryDict, name: str, given: Mapping[str, str]) -> tuple[QueryDict, str]:
    numbers = list(indices(data, name))
    if len(numbers) >= MOST_ITEMS:
        return data, f"{name}-add"
    new = f"{name}-{max(numbers, default=-1) + 1}"
    data[f"{new}-{ON}"] = "1"
    for each, value in given.items():
        data[f"{new}-{each}"] = value
    return data, new


def _removed(data: QueryDict, name: str, gone: int) -> tuple[QueryDict, str]:
    """Without one item; those behind it move up."""
    behind = [number for number in indices(data, name) if number > gone]
    _taken(data, f"{name}-{gone}")
    for number in behind:
        _moved(data, _taken(data, f"{name}-{number}"), f"{name}-{number}", f"{name}-{number - 1}")
    return data, f"{name}-add"


def _swapped(data: QueryDict, one: str, other: str) -> None:
    first, second = _taken(data, one), _taken(data, other)
    _moved(data, first, one, other)
    _moved(data, second, other, one)


def _taken(data: QueryDict, name: str) -> dict[str, list[str]]:
    """Take out everything under a name."""
    names = [key for key in data if key == name or key.startswith(f"{name}-")]
    return {key: data.pop(key) for key in names}


def _moved(data: QueryDict, values: dict[str, list[str]], old: str, new: str) -> None:
    for key, each in values.items():
        data.setlist(new + key.removeprefix(old), each)
