"""CloudFormation's intrinsic functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any

from apps.blueprints.resolve import NOTHING, Broken, Place, Values, joined, known

Json = Any
DEEPEST = 60
VARIABLE = re.compile(r"\$\{(!?)([^${}]*)\}")
LATER = "It needs a value that only the run will know. Give it a value that is known."


def value(node: Json, values: Values, place: Place = ()) -> Json:
    """A part of a template with its functions evaluated. Raises `Broken`."""
    if len(place) > DEEPEST:
        raise Broken(place, "It is nested too deep.")
    match node:
        case Mapping() if len(node) == 1 and (name := next(iter(node))) in FUNCTIONS:
            return FUNCTIONS[name](node[name], values, (*place, name))
        case Mapping():
            unknown = next((name for name in node if str(name).startswith("Fn::")), None)
            if unknown:
                raise Broken((*place, unknown), "This function is not known here, or has members beside it.")
            members = {name: value(member, values, (*place, str(name))) for name, member in node.items()}
            return {name: member for name, member in members.items() if member is not NOTHING}
        case list():
            items = [value(item, values, (*place, str(number))) for number, item in enumerate(node)]
            return [item for item in items if item is not NOTHING]
        case _:
            return node


def ref(name: Json, values: Values, place: Place) -> Json:
    if name == "AWS::NoValue":
        return NOTHING
    for known_names in (values.pseudo, values.parameters):
        if name in known_names:
            return known_names[name]
    return _attribute(name, "", values, place)


def get_att(asked: Json, values: Values, place: Place) -> Json:
    parts = asked.split(".", 1) if isinstance(asked, str) else asked
    if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
        raise Broken(place, "It names a resource and one of its attributes.")
    return _attribute(parts[0], _text(value(parts[1], values, place), place), values, place)


def _attribute(name: Json, attribute: str, values: Values, place: Place) -> Json:
    if not isinstance(name, str) or name not in values.resources:
        raise Broken(place, f"“{str(name)[:100]}” is neither a parameter nor a resource of the template.")
    try:
        return values.resources[name].attribute(attribute)
    except LookupError as error:
        raise Broken(place, str(error.args[0])) from error


def sub(asked: Json, values: Values, place: Place) -> Json:
    text, own = (asked, {}) if isinstance(asked, str) else (asked if _pair(asked, Mapping) else [None, {}])
    if not isinstance(text, str):
        raise Broken(place, "It is a text, or a list of a text and its variables.")
    own = {name: value(member, values, place) for name, member in own.items()}
    items: list[Json] = []
    end = 0
    for found in VARIABLE.finditer(text):
        items.append(text[end : found.start()])
        items.append(f"${{{found[2]}}}" if found[1] else _variable(found[2].strip(), own, values, place))
        end = found.end()
    return joined("", [*items, text[end:]])


def _variable(name: str, own: Mapping[str, Json], values: Values, place: Place) -> Json:
    if name in own:
        return own[name]
    return get_att(name, values, place) if "." in name else ref(name, values, place)


def join(asked: Json, values: Values, place: Place) -> Json:
    if not (isinstance(asked, list) and len(asked) == 2 and isinstance(asked[0], str)):
        raise Broken(place, "It is a list of a separator and a list of texts.")
    items = value(asked[1], values, place)
    if not isinstance(items, list):
        raise Broken(place, "What it joins is no list.")
    return joined(asked[0], items)


def select(asked: Json, values: Values, place: Place) -> Json:
    parts = value(asked, values, place)
    if not (isinstance(parts, list) and len(parts) == 2 and isinstance(parts[1], list)):
        raise Broken(place, "It is a list of a number and a list.")
    number = str(parts[0])
    if not number.isdecimal() or int(number) >= len(parts[1]):
        raise Broken(place, f"The list has {len(parts[1])} items, so there is none with the number {number[:20]}.")
    return parts[1][int(number)]


def split(asked: Json, values: Values, place: Place) -> Json:
    parts = value(asked, values, place)
    if not (isinstance(parts, list) and len(parts) == 2 and isinstance(parts[0], str) and parts[0]):
        raise Broken(place, "It is a list of a separator and a text.")
    return _text(parts[1], place).split(parts[0])


def find_in_map(asked: Json, values: Values, place: Place) -> Json:
    parts = value(asked, values, place)
    if not isinstance(parts, list) or len(parts) not in (3, 4):
        raise Broken(place, "It names a mapping and two keys.")
    found: Json = values.mappings
    for key in parts[:3]:
        found = found.get(str(key)) if isinstance(found, Mapping) else None
    if found is None and len(parts) == 4 and isinstance(parts[3], Mapping):
        found = parts[3].get("DefaultValue")
    if found is None:
        raise Broken(place, f"The mapping has no value for {' / '.join(str(key)[:60] for key in parts[:3])}.")
    return found


def choose(asked: Json, values: Values, place: Place) -> Json:
    if not (isinstance(asked, list) and len(asked) == 3 and isinstance(asked[0], str)):
        raise Broken(place, "It is a list of a condition and two values.")
    return value(asked[1] if named(asked[0], values, place) else asked[2], values, place)


def encoded(asked: Json, values: Values, place: Place) -> Json:
    return base64.b64encode(_text(value(asked, values, place), place).encode()).decode()


def cidr(asked: Json, values: Values, place: Place) -> Json:
    parts = value(asked, values, place)
    if not isinstance(parts, list) or not 2 <= len(parts) <= 3:
        raise Broken(place, "It is a list of a block, how many blocks, and how many bits each has for hosts.")
    try:
        block = ipaddress.ip_network(_text(parts[0], place))
        bits = int(parts[2]) if len(parts) == 3 else 8
        count = int(parts[1])
        inner = block.subnets(new_prefix=block.max_prefixlen - bits)
        found = [str(each) for each, _ in zip(inner, range(min(count, 256)), strict=False)]
    except ValueError as error:
        raise Broken(place, "No blocks can be cut like that.") from error
    if len(found) < count:
        raise Broken(place, f"{block} has no {count} blocks of that size.")
    return found


def get_zones(asked: Json, values: Values, place: Place) -> Json:
    region = value(asked, values, place)
    if region not in ("", values.pseudo["AWS::Region"]):
        raise Broken(place, "The zones of another region than the one it is for are not known.")
    return list(values.zones)


def named(name: Json, values: Values, place: Place) -> bool:
    """Whether a condition of the template holds."""
    if name not in values.conditions:
        raise Broken(place, f"The template has no condition {str(name)[:100]}.")
    mark = f"condition {name}"
    if mark in place:
        raise Broken(place, "Conditions refer to each other in a circle.")
    return holds(values.conditions[name], values, (*place, mark))


def holds(node: Json, values: Values, place: Place) -> bool:
    """Whether a condition holds. Raises `Broken`."""
    if len(place) > DEEPEST:
        raise Broken(place[:3], "Conditions refer to each other in a circle.")
    match node:
        case {"Condition": name}:
            return named(name, values, place)
        case {"Fn::Equals": [one, other]}:
            first, second = value(one, values, place), value(other, values, place)
            return str(first) == str(second)
        case {"Fn::Not": [inner]}:
            return not holds(inner, values, place)
        case {"Fn::And": list(inner)}:
            return all(holds(each, values, place) for each in inner)
        case {"Fn::Or": list(inner)}:
            return any(holds(each, values, place) for each in inner)
        case _:
            raise Broken(place, "This is no condition.")


def _text(found: Json, place: Place) -> str:
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise Broken(place, LATER if not known(found) else "It needs a text.")
    return str(found)


def _pair(asked: Json, kind: type | Any) -> bool:
    return isinstance(asked, list) and len(asked) == 2 and isinstance(asked[1], kind)


FUNCTIONS: Mapping[str, Callable[[Json, Values, Place], Json]] = {
    "Ref": ref,
    "Fn::GetAtt": get_att,
    "Fn::Sub": sub,
    "Fn::Join": join,
    "Fn::Select": select,
    "Fn::Split": split,
    "Fn::FindInMap": find_in_map,
    "Fn::If": choose,
    "Fn::Base64": encoded,
    "Fn::Cidr": cidr,
    "Fn::GetAZs": get_zones,
}
