"""What a schema has against a value, a sentence each.

JSON Schema as far as the registry uses it, with the keywords and formats that cfn-lint adds. No sentence quotes the
value, which may be long or secret.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

import regex  # type: ignore[import-untyped]
from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

Json = Any
Place = tuple[str | int, ...]
MOST = 5
SENTENCES = {
    "minimum": "The smallest value is {limit}.",
    "maximum": "The largest value is {limit}.",
    "minLength": "This is too short: at least {limit} characters.",
    "maxLength": "This is too long: at most {limit} characters.",
    "maxItems": "These are too many: at most {limit}.",
    "minItems": "These are too few: at least {limit}.",
    "pattern": "This must look like {limit}.",
    "uniqueItems": "An item is there twice. Keep one of them.",
    "requiredXor": "Give exactly one of {limit}.",
    "requiredOr": "Give at least one of {limit}.",
    "enum": "Choose one of {limit}.",
}
KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a structure",
}
FORMATS = {
    "ipv4-network": "This must be a network such as 10.0.0.0/16, with no bit set behind its prefix.",
    "ipv6-network": "This must be a network such as 2001:db8::/32, with no bit set behind its prefix.",
}
OTHER = "AWS doesn't take this form. Compare it with the reference of the resource type."
Errors = Iterator[ValidationError]


def _exactly_one(validator: Any, names: list[str], value: Json, schema: Json) -> Errors:
    if isinstance(value, Mapping) and sum(value.get(name) is not None for name in names) != 1:
        yield ValidationError("not exactly one")


def _at_least_one(validator: Any, names: list[str], value: Json, schema: Json) -> Errors:
    if isinstance(value, Mapping) and all(value.get(name) is None for name in names):
        yield ValidationError("none of them")


def _needed(validator: Any, needs: Mapping[str, list[str]], value: Json, schema: Json) -> Errors:
    """The keyword `dependentRequired`."""
    for name in needs if isinstance(value, Mapping) else ():
        for other in needs[name]:
            if value.get(name) is not None and value.get(other) is None:
                yield ValidationError(f"{other} must be given with {name}.")


def _excluded(validator: Any, excludes: Mapping[str, list[str]], value: Json, schema: Json) -> Errors:
    """The keyword `dependentExcluded`."""
    for name in excludes if isinstance(value, Mapping) else ():
        for other in excludes[name]:
            if value.get(name) is not None and value.get(other) is not None:
                yield ValidationError(f"Give either {name} or {other}.")


def _pattern(validator: Any, pattern: str, value: Json, schema: Json) -> Errors:
    r"""Patterns of the registry are ECMA 262, with classes such as \p{L} that `re` doesn't know."""
    if isinstance(value, str) and not regex.search(pattern, value):
        yield ValidationError("another form")


VALIDATOR: Any = extend(  # type: ignore[no-untyped-call]
    Draft7Validator,
    {
        "pattern": _pattern,
        "requiredXor": _exactly_one,
        "requiredOr": _at_least_one,
        "dependentRequired": _needed,
        "dependentExcluded": _excluded,
    },
)
CHECKER = FormatChecker(formats=())


@CHECKER.checks("ipv4-network", raises=ValueError)
def _network_4(value: Json) -> bool:
    return not isinstance(value, str) or ("/" in value and bool(ipaddress.IPv4Network(value)))


@CHECKER.checks("ipv6-network", raises=ValueError)
def _network_6(value: Json) -> bool:
    return not isinstance(value, str) or ("/" in value and bool(ipaddress.IPv6Network(value)))


def faults(schema: Mapping[str, Json], value: Json) -> list[str]:
    """The first faults of a value, in the order of their places."""
    return [placed(at, sentence) for at, sentence in located(schema, value)]


def located(schema: Mapping[str, Json], value: Json) -> list[tuple[Place, str]]:
    """The first faults of a value with their places, in that order. What another change will give is not judged."""
    return found(VALIDATOR(schema, format_checker=CHECKER), value)


def found(validator: Any, value: Json) -> list[tuple[Place, str]]:
    """The same by a validator that is made already."""
    judged = (error for error in validator.iter_errors(value) if not _awaited(error.instance))
    return [(tuple(error.path), _said(error)) for error in sorted(judged, key=lambda e: list(map(str, e.path)))[:MOST]]


def _awaited(value: Json) -> bool:
    return isinstance(value, Mapping) and set(value) == {"$output"}


def placed(at: Place, said: str) -> str:
    """A sentence with its place in front."""
    where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in at).lstrip(".")
    return f"{where}: {said}" if where else said


def _said(error: ValidationError) -> str:
    validator = str(error.validator)
    limit: Any = error.validator_value
    value: Any = error.instance
    match validator:
        case "type":
            kinds = [limit] if isinstance(limit, str) else limit
            return f"This must be {' or '.join(KINDS.get(kind, kind) for kind in kinds)}."
        case "required":
            return f"{' and '.join(name for name in limit if name not in value)} must be given."
        case "additionalProperties" if isinstance(error.schema, Mapping):
            unknown = [str(name) for name in value if name not in error.schema.get("properties", {})]
            return f"{' and '.join(unknown)} is not known here. Remove it."
        case "format":
            return FORMATS.get(limit, OTHER)
        case "dependentRequired" | "dependentExcluded":
            return error.message
        case _ if validator in SENTENCES:
            return SENTENCES[validator].format(limit=", ".join(map(str, limit)) if isinstance(limit, list) else limit)
        case _:
            return OTHER
