"""What was typed in the form of an import, as answers to a template. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import regex  # type: ignore[import-untyped]

from apps.blueprints.decide import Row
from apps.blueprints.questions import ENVIRONMENT
from apps.blueprints.wanted import Answers

Json = Any


def answers(template: Mapping[str, Json], rows: Sequence[Row], values: Mapping[str, str], environment: str) -> Answers:
    """`values` are by the keys of the rows; a parameter of a list type is typed with commas."""
    declared = template.get("Parameters") or {}
    parameters = {row.name: _parameter(declared[row.name], values[row.key]) for row in rows if not row.map}
    if ENVIRONMENT in declared and ENVIRONMENT not in parameters:
        parameters[ENVIRONMENT] = environment
    mappings = {name: dict(own) for name, own in (template.get("Mappings") or {}).items()}
    for row in rows:
        if row.map:
            mappings[row.map][environment] = {**mappings[row.map].get(environment, {}), row.name: values[row.key]}
    return Answers(parameters, mappings)


def wrong(template: Mapping[str, Json], rows: Sequence[Row], values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the parameters of the template themselves have against values, as (key of the row, sentence)."""
    declared = template.get("Parameters") or {}
    for row in rows:
        if not row.map and values[row.key] and (said := _wrong(declared[row.name], values[row.key])):
            yield row.key, str(declared[row.name].get("ConstraintDescription") or said)


def _wrong(declared: Mapping[str, Json], text: str) -> str:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"""
    if declared.get("Type") == "Number":
        try:
            number = float(text)
        except ValueError:
            return f"{text[:60]} is no number."
        least, most = float(declared.get("MinValue", "-inf")), float(declared.get("MaxValue", "inf"))
        return "" if least <= number <= most else f"It is from {least:g} to {most:g}."
    least, most = int(declared.get("MinLength", 0)), int(declared.get("MaxLength", len(text)))
    if not least <= len(text) <= most:
        return f"It has from {least} to {most} characters."
    pattern = str(declared.get("AllowedPattern", ""))
    try:
        fits = not pattern or regex.fullmatch(pattern, text, timeout=0.2)
    except (regex.error, TimeoutError):
        fits = True  # the planner judges what comes of it
    return "" if fits else f"It doesn't fit the pattern {pattern[:100]}."


def _parameter(declared: Mapping[str, Json], text: str) -> Json:
    kind = str(declared.get("Type", "String"))
    if kind.startswith(("List<", "CommaDelimitedList")):
        return [each.strip() for each in text.split(",") if each.strip()]
    return text
