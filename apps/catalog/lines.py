"""How people write the items of a list that are shown as the lines of a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any


@dataclass(frozen=True)
class Together:
    """Members of which an item has one, as people write them in one control that is called `label`.

    `hint` says what that may be. `split` makes members of a text. `join` gives the text or reference that stands
    for the members of an item, None where no single one does. `reference` is the member that can name another
    resource.
    """

    label: str
    hint: str
    members: tuple[str, ...]
    reference: str
    split: Callable[[str], Mapping[str, Json]]
    join: Callable[[Mapping[str, Json]], Json]


@dataclass(frozen=True)
class Lines:
    """`columns` are the members in their order, `together`'s label among them.

    A preset is what a new line begins with; `suggests` are values that a column is mostly given.
    """

    columns: tuple[str, ...]
    together: Together
    presets: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    suggests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
