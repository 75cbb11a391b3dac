"""Plans as canonical text and back.

`canonical` writes RFC 8785 text over everything that an approval binds; nobody's title, reason or evaluation is in it.
`parse` is the only way back and refuses whatever it does not know: another schema version, unknown or missing members,
wrong kinds, duplicate names, text that is not canonical. Nodes are objects with one member: `{"$output": {...}}`,
`{"$secret": {...}}`, `{"$slot": {...}}`; a literal member that starts with "$" is refused.
"""

import hashlib
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import rfc8785

from apps import strict
from apps.catalog.types import Join
from apps.planning.plan import SCHEMA_VERSION, Json, Output, Plan, SecretRef, Slot

NODES: Mapping[str, type] = {"$output": Output, "$secret": SecretRef, "$slot": Slot, "$join": Join}
SYMBOLS = {cls: symbol for symbol, cls in NODES.items()}
DEEPEST = 200  # what a person may nest, and what a plan puts around it
SCALARS = (str, int, float, bool, type(None))


class Unreadable(ValueError):
    """A text that is no plan, or none of a version that is known here."""


def canonical(plan: Plan) -> str:
    """The RFC 8785 text of a plan. Raises `ValueError` for a value that JSON can't carry (NaN, 2**53, "$" names)."""
    return rfc8785.dumps(_plain(plan)).decode()


def digest(text: str) -> str:
    """SHA-256 of the stored text, 64 lower-case hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=8)
def parse(text: str) -> Plan:
    """The plan written by `canonical`. Raises `Unreadable` for anything else.

    The last ones are kept: the steps of a run are worked on one after the other, and a large plan takes long to read.
    """
    try:
        return _parse(text)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _parse(text: str) -> Plan:
    raw = strict.loads(text, DEEPEST)
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise ValueError(f"This is not a plan of schema version {SCHEMA_VERSION}.")
    plan: Plan = _structure(Plan, raw, "plan")
    if canonical(plan) != text:
        raise ValueError("The text of the plan is not canonical.")
    return plan


def text(value: Json) -> str:
    """The RFC 8785 text of a tree of JSON values and nodes. Raises `ValueError` as `canonical` does."""
    return rfc8785.dumps(encoded(value)).decode()


def encoded(value: Json) -> Json:
    """A tree of JSON values and nodes as plain JSON. Raises `ValueError` for a literal member starting with "$"."""
    if type(value) in SYMBOLS:
        return {SYMBOLS[type(value)]: {f.name: encoded(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, Mapping):
        return {_literal_name(name): encoded(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(item) for item in value]
    if isinstance(value, SCALARS):
        return value
    raise ValueError(f"A plan can't carry a value of kind {type(value).__name__}.")


def decoded(value: Json, where: str = "value") -> Json:
    """The way back from `encoded`. Raises `ValueError` for an unknown or malformed node."""
    if isinstance(value, Mapping):
        if len(value) == 1 and (symbol := next(iter(value))) in NODES:
            return _structure(NODES[symbol], value[symbol], f"{where}.{symbol}")
        return {_literal_name(name): decoded(member, f"{where}.{name}") for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [decoded(item, f"{where}[{n}]") for n, item in enumerate(value)]
    if isinstance(value, SCALARS):
        return value
    raise ValueError(f"{where} can't be written as JSON.")


def _literal_name(name: Any) -> str:
    if not isinstance(name, str) or name.startswith("$"):
        raise ValueError('Names in a plan are text and do not start with "$".')
    return name


def _plain(value: Any) -> Json:
    """Plan values as plain JSON: structures by their fields, everything else as a tree with nodes."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and type(value) not in SYMBOLS:
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return encoded(value)


@cache
def _hints(cls: type) -> Mapping[str, Any]:
    return get_type_hints(cls)


def _structure(cls: type, raw: Json, where: str) -> Any:
    hints = _hints(cls)
    if not isinstance(raw, Mapping) or set(raw) != set(hints):
        raise ValueError(f"{where} must have exactly the members {', '.join(sorted(hints))}.")
    return cls(**{name: _value(hint, raw[name], f"{where}.{name}") for name, hint in hints.items()})


def _value(hint: Any, raw: Json, where: str) -> Any:
    """`raw` as the type that `hint` says."""
    if hint is Any:
        return decoded(raw, where)
    if isinstance(hint, type) and not get_args(hint):
        return _simple(hint, raw, where)
    return _generic(hint, raw, where)


def _simple(hint: type, raw: Json, where: str) -> Any:
    if issubclass(hint, Enum):
        return hint(raw)
    if is_dataclass(hint):
        return _structure(hint, raw, where)
    allowed = (int, float) if hint is float else (hint,)
    if type(raw) not in allowed:
        raise ValueError(f"{where} must be of kind {hint.__name__}.")
    return raw


def _generic(hint: Any, raw: Json, where: str) -> Any:
    arguments = get_args(hint)
    readers: Mapping[Any, Callable[[], Any]] = {
        tuple: lambda: tuple(_value(arguments[0], item, f"{where}[{n}]") for n, item in enumerate(_list(raw, where))),
        Mapping: lambda: _mapping(arguments[1], raw, where),
        Literal: lambda: _one_of(arguments, raw, where),
        types.UnionType: lambda: None if raw is None else _value(arguments[0], raw, where),
    }
    origin = get_origin(hint)
    origin = types.UnionType if origin is Union else origin
    origin = Mapping if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping) else origin
    return readers[origin]()


def _list(raw: Json, where: str) -> list[Json]:
    if not isinstance(raw, list):
        raise ValueError(f"{where} must be a list.")
    return raw


def _mapping(member: Any, raw: Json, where: str) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise ValueError(f"{where} must be an object.")
    return {_literal_name(name): _value(member, item, f"{where}.{name}") for name, item in raw.items()}


def _one_of(allowed: tuple[Any, ...], raw: Json, where: str) -> Json:
    if raw not in allowed:
        raise ValueError(f"{where} must be one of {', '.join(map(str, allowed))}.")
    return raw
