"""`Fn::ForEach`, the loop of CloudFormation's language extensions, unrolled. Pure.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Mapping
from typing import Any

from apps.blueprints.resolve import Broken, Place

Json = Any
LOOP = "Fn::ForEach::"
MOST = 1000
NOT_A_NAME = re.compile(r"[^A-Za-z0-9]")


def unrolled(node: Json, parameters: Mapping[str, Json], place: Place = ()) -> Json:
    """A part of a template with its loops as what they make. Raises `Broken`."""
    match node:
        case Mapping():
            answer: dict[str, Json] = {}
            for name, member in node.items():
                own = (*place, str(name))
                loops = str(name).startswith(LOOP)
                made = _loop(member, parameters, own) if loops else {name: unrolled(member, parameters, own)}
                if twice := answer.keys() & made.keys():
                    raise Broken(own, f"{min(twice)} is there twice.")
                answer |= made
            return answer
        case list():
            return [unrolled(item, parameters, (*place, str(number))) for number, item in enumerate(node)]
        case _:
            return node


def _loop(loop: Json, parameters: Mapping[str, Json], place: Place) -> dict[str, Json]:
    if not (isinstance(loop, list) and len(loop) == 3 and isinstance(loop[0], str) and isinstance(loop[2], Mapping)):
        raise Broken(place, "A loop is a list of a name, a list of values, and what is made for each.")
    variable, values, body = loop
    answer: dict[str, Json] = {}
    for each in _values(values, parameters, place):
        made = unrolled(_with(body, variable, each), parameters, place)
        if twice := answer.keys() & made.keys():
            raise Broken(place, f"{min(twice)} is made twice. Use ${{{variable}}} in its name.")
        answer |= made
        if len(answer) > MOST:
            raise Broken(place, f"It makes more than {MOST}.")
    return answer


def _values(values: Json, parameters: Mapping[str, Json], place: Place) -> list[str]:
    match values:
        case {"Ref": str(name)} if name in parameters:
            found = parameters[name]
            return [each.strip() for each in found.split(",")] if isinstance(found, str) else list(map(str, found))
        case list() if all(isinstance(each, str | int) for each in values):
            return list(map(str, values))
        case _:
            raise Broken(place, "What it goes through is a list of texts, or a parameter that is one.")


def _with(node: Json, variable: str, value: str) -> Json:
    """The body for one value: `${X}` is the value, `&{X}` the value without what no logical name may hold."""
    match node:
        case {"Ref": name} if name == variable and len(node) == 1:
            return value
        case Mapping():
            return {_text(str(name), variable, value): _with(member, variable, value) for name, member in node.items()}
        case list():
            return [_with(item, variable, value) for item in node]
        case str():
            return _text(node, variable, value)
        case _:
            return node


def _text(text: str, variable: str, value: str) -> str:
    return text.replace(f"&{{{variable}}}", NOT_A_NAME.sub("", value)).replace(f"${{{variable}}}", value)
