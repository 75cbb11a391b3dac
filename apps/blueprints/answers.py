"""What was typed in the form of an import, as answers to a template. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

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


def _parameter(declared: Mapping[str, Json], text: str) -> Json:
    kind = str(declared.get("Type", "String"))
    if kind.startswith(("List<", "CommaDelimitedList")):
        return [each.strip() for each in text.split(",") if each.strip()]
    return text
