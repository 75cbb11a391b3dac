"""A template with its questions answered, as the documents of resources: every function is evaluated.

What another resource of the template will give stays a node, `{"$output": {...}}`, alone or within a
`{"$join": {...}}`; drafts and plans keep it in that form. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any
Place = tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """Why a template can't be used, in a sentence, and where it is."""

    place: Place
    sentence: str

    def __str__(self) -> str:
        return f"{'.'.join(self.place)}: {self.sentence}" if self.place else self.sentence


class Broken(Exception):
    """Stops the evaluation of one part of a template."""

    def __init__(self, place: Place, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = Problem(place, sentence)


class Nothing:
    """What `AWS::NoValue` stands for: the member that has it is left out."""


NOTHING = Nothing()


@dataclass(frozen=True)
class Values:
    """Everything that functions are evaluated with.

    `parameters` and `mappings` hold the answers; `pseudo` the pseudo parameters. `resources` says of each logical name
    what `Ref` ("") and `Fn::GetAtt` give: a function of the attribute. `zones` are those of the region.
    """

    parameters: Mapping[str, Json]
    mappings: Mapping[str, Json]
    conditions: Mapping[str, Json]
    pseudo: Mapping[str, Json]
    zones: tuple[str, ...] = ()
    resources: Mapping[str, "Given"] = field(default_factory=dict)


class Given:
    """What a resource of the template gives to the others."""

    def attribute(self, name: str) -> Json:
        """The value of an attribute, "" being what `Ref` gives. Raises `LookupError` for one that it doesn't have."""
        raise NotImplementedError


def known(value: Json) -> bool:
    """Whether it is known before the run: there is no node in it."""
    match value:
        case {"$output": _} | {"$join": _}:
            return False
        case Mapping():
            return all(known(member) for member in value.values())
        case list():
            return all(known(item) for item in value)
        case _:
            return True


def joined(separator: str, items: list[Json]) -> Json:
    """The items as one text, or the node of it where some become known in the run only."""
    if all(known(item) for item in items):
        return separator.join(map(str, items))
    if separator:
        return {"$join": {"separator": separator, "items": items}}
    flat: list[Json] = []
    for item in items:
        match item:
            case {"$join": {"separator": "", "items": list(inner)}}:
                flat += inner
            case _:
                flat.append(item)
    return {"$join": {"separator": "", "items": [each for each in flat if each != ""]}}
