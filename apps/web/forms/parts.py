"""Structures, lists and choices as parts of a form, as deep as the schema goes up to a limit.

Every kind of part does four things: it reads what was typed from the data of a form, cleans that into a JSON value,
says what it would show for a value (raising `Unfit` for one that its controls can't show), and lists its own parts.
What was typed for a structure is a mapping, for a list a list, for a single control whatever its widget reads. A text
in the place of a structure or list is JSON: what controls can't show is edited that way.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from django import forms

from apps.catalog.lines import Together
from apps.planning import diff
from apps.web.forms.document import DocumentField

Json = Any
Typed = Any
Path = tuple[str | int, ...]
Wrong = dict[Path, list[str]]
MOST_ITEMS = 100
ON, CHOICE, TURNED = "on", "choice", "turned"
NO_PRESETS: Mapping[str, Mapping[str, Json]] = {}


class Unfit(ValueError):
    """This value can't be shown by these controls."""


class Part:
    """What all kinds have in common. `help` is a sentence; `required` says that the structure around it needs it.

    One that is `rare` is shown when it is set or asked for. One that `gathers` says what is wrong anywhere below it.
    One that `turns` can be edited as JSON instead.
    """

    kind = "leaf"
    help = ""
    required = False
    rare = False
    gathers = False
    turns = False

    def read(self, data: Any, name: str, *, blanks: bool) -> Typed:
        raise NotImplementedError

    def clean(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        raise NotImplementedError

    def shown(self, value: Json) -> Typed:
        raise NotImplementedError

    def spelled(self, value: Json, before: Json) -> Json:
        """The value with what means the same as `before` written as it was."""
        return value


class Leaf(Part):
    """One control."""

    def __init__(self, field: forms.Field, help: str = "", *, required: bool = False) -> None:
        self.field, self.help, self.required = field, help, required

    def read(self, data: Any, name: str, *, blanks: bool) -> Typed:
        return self.field.widget.value_from_datadict(data, {}, name)

    def clean(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        """The value; what can't be read stays what was typed, with a sentence in `wrong`."""
        try:
            value = self.field.clean(typed)
        except forms.ValidationError as error:
            wrong.setdefault(at, []).extend(error.messages)
            return typed
        return None if value == "" else value

    def shown(self, value: Json) -> Typed:
        if value is None:
            return None
        text = str(value).lower() if isinstance(value, bool) else self.field.prepare_value(value)
        wrong: Wrong = {}
        known = not isinstance(text, str) or "\n" not in text or isinstance(self.field.widget, forms.Textarea)
        if not known or diff.normal(self.clean(text, (), wrong)) != diff.normal(value) or wrong:
            raise Unfit
        return text


class Compound(Part):
    """A structure, list or choice; in its place may stand JSON text."""

    document = Leaf(DocumentField(required=False))

    def read(self, data: Any, name: str, *, blanks: bool) -> Typed:
        if name in data:
            return self.document.read(data, name, blanks=blanks)
        return self.taken(data, name, blanks=blanks)

    def clean(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        if isinstance(typed, str):
            return self.document.clean(typed, at, wrong)
        return self.made(typed, at, wrong)

    def shown(self, value: Json) -> Typed:
        if value is None:
            return None
        try:
            return self.split(value)
        except Unfit:
            return json.dumps(value, indent=2, ensure_ascii=False)

    def taken(self, data: Any, name: str, *, blanks: bool) -> Typed:
        raise NotImplementedError

    def made(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        raise NotImplementedError

    def split(self, value: Json) -> Typed:
        raise NotImplementedError


class Structure(Compound):
    """Members with names, made when they are asked for."""

    kind = "structure"

    def __init__(self, make: Callable[[], Mapping[str, Part]], help: str = "", *, required: bool = False) -> None:
        self.make, self.help, self.required = make, help, required

    @cached_property
    def members(self) -> Mapping[str, Part]:
        return self.make()

    @property
    def flat(self) -> bool:
        """Whether its members are single controls, so that it is shown open."""
        return len(self.members) <= 8 and all(part.kind == "leaf" for part in self.members.values())

    def taken(self, data: Any, name: str, *, blanks: bool) -> Typed:
        if not any(key.startswith(f"{name}-") for key in data):
            return None
        found = {each: part.read(data, f"{name}-{each}", blanks=blanks) for each, part in self.members.items()}
        return found if blanks or any(not empty(typed) for typed in found.values()) else None

    def made(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        given = {
            name: part.clean((typed or {}).get(name), (*at, name), wrong) if typed else None
            for name, part in self.members.items()
        }
        return {name: value for name, value in given.items() if value is not None} or None

    def split(self, value: Json) -> Typed:
        if not isinstance(value, Mapping) or not value or not set(value) <= set(self.members):
            raise Unfit
        if any(member is None for member in value.values()):
            raise Unfit
        return {name: part.shown(value.get(name)) for name, part in self.members.items()}


class OneOf(Leaf):
    """One control for members of which an item has one (`apps.catalog.lines.Together`)."""

    def __init__(self, field: forms.Field, together: Together) -> None:
        super().__init__(field)
        self.together = together

    def clean(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        """The members with their values; what another change will give goes to the member that names a resource."""
        before = len(wrong)
        value = super().clean(typed, at, wrong)
        if value is None or len(wrong) > before:
            return {}
        return self.together.split(value.strip()) if isinstance(value, str) else {self.together.reference: value}

    def shown(self, value: Json) -> Typed:
        found = self.together.join(value)
        if found is None and any(value.get(name) is not None for name in self.together.members):
            raise Unfit
        return self.field.prepare_value(found)


class Line(Structure):
    """A structure that is shown as one line of a table, whose members are single controls."""

    def made(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        answer: dict[str, Json] = {}
        for name, part in self.members.items() if typed else ():
            value = part.clean((typed or {}).get(name), (*at, name), wrong)
            answer |= value if isinstance(part, OneOf) else {name: value}
        given = {name: value for name, value in answer.items() if value is not None}
        for name, part in self.members.items():
            if given and isinstance(part, OneOf) and not given.keys() & set(part.together.members):
                wrong.setdefault((*at, name), []).append(f"Give {part.together.hint}.")
        return given or None

    def split(self, value: Json) -> Typed:
        if not isinstance(value, Mapping) or not value or None in value.values():
            raise Unfit
        known = {each for name, part in self.members.items() for each in _answers(name, part)}
        if not set(value) <= known:
            raise Unfit
        return {
            name: part.shown(value if isinstance(part, OneOf) else value.get(name))
            for name, part in self.members.items()
        }


def _answers(name: str, part: Part) -> tuple[str, ...]:
    """The members that a control stands for."""
    return part.together.members if isinstance(part, OneOf) else (name,)


class Settings(Structure):
    """A list of rows with a `Key` and a `Value`, whose keys are known: a control for each of them."""

    kind = "settings"

    def made(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        rows = [
            {"Key": key, "Value": part.clean((typed or {}).get(key), (*at, key), wrong) or ""}
            for key, part in self.members.items()
        ]
        return rows if typed else None

    def split(self, value: Json) -> Typed:
        if not isinstance(value, list) or not all(isinstance(row, Mapping) and len(row) == 2 for row in value):
            raise Unfit
        held = {row.get("Key"): row.get("Value") for row in value}
        if len(held) != len(value) or not held.keys() <= self.members.keys():
            raise Unfit
        return {key: part.shown(held.get(key) or None) for key, part in self.members.items()}


class Choice(Structure):
    """One of several structures; what was typed has the name of the chosen one as `CHOICE`."""

    kind = "choice"

    def __init__(self, branches: Mapping[str, Structure], help: str = "", *, required: bool = False) -> None:
        super().__init__(dict, help, required=required)
        self.branches = branches

    def chosen(self, typed: Typed) -> str:
        asked = typed.get(CHOICE) if isinstance(typed, Mapping) else None
        return str(asked) if asked in self.branches else next(iter(self.branches))

    def taken(self, data: Any, name: str, *, blanks: bool) -> Typed:
        asked = str(data.get(f"{name}-{CHOICE}", ""))
        found = self.branches[self.chosen({CHOICE: asked})].taken(data, name, blanks=blanks)
        return None if found is None else {**found, CHOICE: asked}

    def made(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        return self.branches[self.chosen(typed)].made(typed, at, wrong)

    def split(self, value: Json) -> Typed:
        for name, branch in self.branches.items():
            try:
                return {**branch.split(value), CHOICE: name}
            except Unfit:
                continue
        raise Unfit


class Items(Compound):
    """A list of equal parts. `ordered` says that they may be moved, `presets` what a new one may begin with."""

    kind = "list"

    def __init__(
        self,
        part: Part,
        help: str = "",
        *,
        ordered: bool = True,
        required: bool = False,
        presets: Mapping[str, Mapping[str, Json]] = NO_PRESETS,
    ) -> None:
        self.part, self.help, self.ordered, self.required, self.presets = part, help, ordered, required, presets

    def preset(self, number: int) -> dict[str, str]:
        """What the controls of a new item hold, by their names within it; nothing for a preset that there isn't."""
        chosen = list(self.presets.values())[number : number + 1]
        return {name: str(value) for each in chosen for name, value in each.items()}

    def taken(self, data: Any, name: str, *, blanks: bool) -> Typed:
        rows = [self.part.read(data, f"{name}-{index}", blanks=blanks) for index in indices(data, name)]
        kept = rows if blanks else [row for row in rows if not empty(row)]
        return kept or ([] if f"{name}-{ON}" in data else None)

    def made(self, typed: Typed, at: Path, wrong: Wrong) -> Json:
        if len(typed or ()) > MOST_ITEMS:
            wrong.setdefault(at, []).append(f"These are too many to send at once: at most {MOST_ITEMS}.")
        rows = [self.part.clean(row, (*at, number), wrong) for number, row in enumerate((typed or [])[:MOST_ITEMS])]
        return None if typed is None else [row for row in rows if row is not None]

    def split(self, value: Json) -> Typed:
        if not isinstance(value, list) or len(value) > MOST_ITEMS or None in value:
            raise Unfit
        return [self.part.shown(item) for item in value]


def control(part: Part, name: str, at: Path) -> str:
    """The name of the control that a place is about, or of the part around it where it has none of its own."""
    for step in at:
        if isinstance(part, Items) and isinstance(step, int):
            name, part = f"{name}-{step}", part.part
            continue
        members = _below(part)
        found = next((each for each, inner in members.items() if step in _answers(each, inner)), None)
        if found is None:
            break
        name, part = f"{name}-{found}", members[found]
    return name


def _below(part: Part) -> Mapping[str, Part]:
    if isinstance(part, Choice):
        return {name: inner for branch in part.branches.values() for name, inner in branch.members.items()}
    return part.members if isinstance(part, Structure) else {}


def indices(data: Any, name: str) -> Iterator[int]:
    """The numbers of the items that were sent, in their order."""
    sent = {key.removeprefix(f"{name}-").split("-", 1)[0] for key in data if key.startswith(f"{name}-")}
    return iter(sorted(int(each) for each in sent if each.isascii() and each.isdecimal() and len(each) < 7))


def empty(typed: Typed) -> bool:
    """Whether nothing was typed there."""
    if isinstance(typed, Mapping):
        return all(empty(each) for name, each in typed.items() if name != CHOICE)
    if isinstance(typed, list | tuple):
        return all(empty(each) for each in typed)
    return typed is None or (isinstance(typed, str) and not typed.strip())
