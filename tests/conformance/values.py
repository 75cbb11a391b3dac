"""Hypothesis strategies for values that a registry schema accepts."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import regex
from hypothesis import strategies as st

from apps.catalog import faults, shape
from tests.conformance.offences import TOKYO

DEPTH = 4
WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=3, max_size=12)
NETWORKS = {
    "ipv4-network": st.sampled_from(["10.0.0.0/8", "192.168.1.0/24", "0.0.0.0/0"]),
    "ipv6-network": st.sampled_from(["::/0", "2001:db8::/32"]),
}


@cache
def of_property(type_name: str, name: str, engine: str = "") -> st.SearchStrategy[Any]:
    known = shape.shapes(type_name, TOKYO, {"Engine": engine} if engine else {})[name]
    if known.choices:
        return st.sampled_from(known.choices)
    drawn = _values(known.schema, known.schema["definitions"], DEPTH)
    return drawn.filter(lambda value: not shape.faults(known, value))


def _values(raw: Mapping[str, Any], definitions: Mapping[str, Any], depth: int) -> st.SearchStrategy[Any]:
    whole = {**definitions.get(str(raw.get("$ref", "")).removeprefix("#/definitions/"), {}), **raw}
    if "enum" in whole:
        return st.sampled_from(whole["enum"])
    match whole.get("type"):
        case "boolean":
            return st.booleans()
        case "integer" | "number":
            return st.integers(whole.get("minimum", 0), whole.get("maximum", 10_000))
        case "array":
            item = _values(whole["items"], definitions, depth - 1)
            return st.lists(item, min_size=max(1, whole.get("minItems", 0)), max_size=3, unique_by=repr)
        case "object":
            return _structures(whole, definitions, depth)
        case _:
            return _texts(whole)


def _texts(whole: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if whole.get("format") in NETWORKS:
        return NETWORKS[whole["format"]]
    pattern = whole.get("pattern", "")
    if not pattern or "\\p{" in pattern:
        return WORDS.map(lambda word: word[: whole.get("maxLength", 12)])
    drawn: st.SearchStrategy[str] = st.from_regex(pattern, fullmatch=True)
    return drawn.filter(lambda text: text.isascii() and bool(regex.search(pattern, text)))


def _structures(whole: Mapping[str, Any], definitions: Mapping[str, Any], depth: int) -> st.SearchStrategy[Any]:
    members = whole.get("properties", {})
    needed = set(whole.get("required", ()))
    choose = [name for name in whole.get("requiredXor", ()) if name in members]
    free = [name for name in members if name not in needed and name not in choose] if depth > 0 else []

    @st.composite
    def structure(draw: Any) -> dict[str, Any]:
        names = {*needed, *draw(st.lists(st.sampled_from(free), max_size=3) if free else st.just([]))}
        names |= {draw(st.sampled_from(choose))} if choose else set()
        return {name: draw(_values(members[name], definitions, depth - 1)) for name in sorted(names)}

    return structure().filter(lambda value: not faults.faults({**whole, "definitions": definitions}, value))
