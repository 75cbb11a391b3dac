"""Parameters of a group, which the registry schemas write as a structure and the calls as rows."""

from collections.abc import Iterator, Mapping

from apps.catalog.types import Document, Json

SIZE = 20  # "A maximum of 20 parameters can be modified in a single request", of RDS and of Redshift
NAME, VALUE = "ParameterName", "ParameterValue"


def set_ones(rows: Json) -> Json:
    """Name and value of those that have one; a group lists what it could hold as well."""
    return [{NAME: row[NAME], VALUE: row[VALUE]} for row in rows if row.get(VALUE) is not None]


def to_structure(rows: Json) -> Json:
    return {row[NAME]: row[VALUE] for row in set_ones(rows)}


def to_rows(structure: Json) -> Json:
    return [{NAME: name, VALUE: text(value)} for name, value in sorted(structure.items())]


def text(value: Json) -> Json:
    """A number as its digits and a truth value as its word; anything else, such as an output, as it is."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """What is no structure of plain values."""
    given = after.get("Parameters")
    if given is None or given == before.get("Parameters"):
        return
    if not isinstance(given, Mapping):
        yield "Parameters", "Parameters are given as a structure here, not as text. Write name: value."
    elif any(isinstance(value, list | Mapping) or value is None for value in given.values()):
        yield "Parameters", "A parameter has one value, a text or a number. Write it so."
