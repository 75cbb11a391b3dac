"""Templates that somebody else wrote, read from YAML or JSON: only data, within limits, with the line of every part.

Short forms as `!Sub` become functions. JSON is read as the YAML that it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Json = Any
Place = tuple[str, ...]
LARGEST = 1_048_576  # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
DEEPEST, MOST_NODES = 50, 200_000
SHORT = (
    *("And", "Base64", "Cidr", "Equals", "FindInMap", "GetAZs", "GetAtt", "If", "ImportValue", "Join"),
    *("Length", "Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform"),
)
FUNCTIONS = {"!Ref": "Ref", "!Condition": "Condition", **{f"!{name}": f"Fn::{name}" for name in SHORT}}
STANDARD = "tag:yaml.org,2002:"
PLAIN = ("map", "seq", "str", "int", "float", "bool", "null")


@dataclass(frozen=True)
class Source:
    """What was read, and the line of each place in it, counted from 1."""

    template: Mapping[str, Json]
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place, or of what it is in."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class Unreadable(ValueError):
    """A text that is no template; `line` is where, 0 for the whole."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.sentence, self.line = sentence, line


class _Loader(yaml.SafeLoader):
    """Plain data; dates stay texts."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in each if tag != f"{STANDARD}timestamp"]
    for first, each in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> Source:
    """Raises `Unreadable`."""
    if len(text.encode()) > LARGEST:
        raise Unreadable("A template has at most 1 MiB. Split it in several.")
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = f"This is neither YAML nor JSON: {error.problem or error}."
        raise Unreadable(said, mark.line + 1 if mark else 0) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable("This is neither YAML nor JSON that can be read.") from error
    if not isinstance(root, MappingNode):
        raise Unreadable("A template is an object with Resources in it.")
    _limited(root)
    lines: dict[Place, int] = {}
    try:
        return Source(_value(root, (), lines), lines)
    except RecursionError as error:
        raise Unreadable(f"It is nested deeper than {DEEPEST}.") from error


def _limited(root: Node) -> None:
    """Refuse what is too deep, refers to itself, or is too large once its aliases are followed."""
    sizes: dict[int, int] = {}

    def size(node: Node, depth: int, above: frozenset[int]) -> int:
        if id(node) in above:
            raise Unreadable("An alias leads back to what it stands in.", node.start_mark.line + 1)
        if depth > DEEPEST:
            raise Unreadable(f"It is nested deeper than {DEEPEST}.", node.start_mark.line + 1)
        if id(node) not in sizes:
            inner = sum(size(each, depth + 1, above | {id(node)}) for each in _children(node))
            sizes[id(node)] = 1 + inner
        return sizes[id(node)]

    if size(root, 0, frozenset()) > MOST_NODES:
        raise Unreadable("It is too large once its aliases are followed.")


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [each for pair in node.value for each in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def _value(node: Node, place: Place, lines: dict[Place, int]) -> Json:
    lines.setdefault(place, node.start_mark.line + 1)
    if node.tag in FUNCTIONS:
        name = FUNCTIONS[node.tag]
        return {name: _plain(node, (*place, name), lines)}
    if node.tag.removeprefix(STANDARD) not in PLAIN:
        raise Unreadable(f"The tag {node.tag[:60]} is not known in templates.", node.start_mark.line + 1)
    return _plain(node, place, lines)


def _plain(node: Node, place: Place, lines: dict[Place, int]) -> Json:
    if isinstance(node, MappingNode):
        return _mapping(node, place, lines)
    if isinstance(node, SequenceNode):
        return [_value(each, (*place, str(number)), lines) for number, each in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: MappingNode, place: Place, lines: dict[Place, int]) -> dict[str, Json]:
    answer: dict[str, Json] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise Unreadable("A name is a text.", line)
        if key.value == "<<":
            raise Unreadable("Merging with << is not known in templates.", line)
        if key.value in answer:
            raise Unreadable(f"{key.value[:100]} is there twice.", line)
        lines[(*place, key.value)] = line
        answer[key.value] = _value(value, (*place, key.value), lines)
    return answer


def _scalar(node: Node) -> Json:
    loader = _Loader("")
    try:
        if node.tag in FUNCTIONS:
            return node.value
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable("This value can't be read.", node.start_mark.line + 1) from error
    finally:
        loader.dispose()
