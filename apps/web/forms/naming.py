"""How a value that another change of the draft will give is written in a text: `${2.GroupId}`.

It stands for `{"$output": {"change": 2, "attribute": "GroupId"}}`, the form in which drafts and plans keep it.
"""

import re
from typing import Any

Json = Any
OUTPUT = re.compile(r"\$\{([1-9]\d{0,3})\.([A-Za-z][A-Za-z0-9.]{0,100})\}")


def output(change: int, attribute: str) -> dict[str, Json]:
    return {"$output": {"change": change, "attribute": attribute}}


def written(value: Json) -> Json:
    """The value with an output as text; anything else as it is."""
    match value:
        case {"$output": {"change": int(change), "attribute": str(attribute)}}:
            return f"${{{change}.{attribute}}}"
        case _:
            return value


def read(text: Json) -> Json:
    """The way back from `written`."""
    found = OUTPUT.fullmatch(text) if isinstance(text, str) else None
    return output(int(found[1]), found[2]) if found else text
