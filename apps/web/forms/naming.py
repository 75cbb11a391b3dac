"""How a value that a new resource of the draft will give is written in a text: `${ShopVPC.VpcId}`.

It stands for `{"$output": {"change": 2, "attribute": "VpcId"}}`, the form in which drafts and plans keep it. `names`
are the logical names of the new resources by their ordinals.
"""

import re
from collections.abc import Mapping
from typing import Any

Json = Any
Names = Mapping[int, str]
OUTPUT = re.compile(r"\$\{([A-Za-z0-9]{1,64})\.([A-Za-z][A-Za-z0-9.]{0,100})\}")


def output(change: int, attribute: str) -> dict[str, Json]:
    return {"$output": {"change": change, "attribute": attribute}}


def written(value: Json, names: Names) -> Json:
    """The value with an output as text; anything else as it is."""
    match value:
        case {"$output": {"change": int(change), "attribute": str(attribute)}}:
            return f"${{{names.get(change, change)}.{attribute}}}"
        case _:
            return value


def read(text: Json, names: Names) -> Json:
    """The way back from `written`. Raises `LookupError` for a name that no new resource has."""
    found = OUTPUT.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return text
    change = next((change for change, name in names.items() if name.casefold() == found[1].casefold()), None)
    if change is None:
        raise LookupError(found[1])
    return output(change, found[2])
