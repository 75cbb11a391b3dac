"""What may be chosen where a value names another resource."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Pointer = tuple[str, ...]


@dataclass(frozen=True)
class Offer:
    """`rows` are (value, name) of the first of them; `url` finds the others by a text. `list_id` names the rows' list.

    `kind` is what is chosen from, in words; `names` are the logical names of the new ones by ordinal.
    """

    list_id: str
    kind: str
    url: str = ""
    rows: Sequence[tuple[str, str]] = field(default=())
    names: Mapping[int, str] = field(default_factory=dict)

    def name(self, value: object) -> str:
        """What is offered under that value; "" for anything else."""
        return next((name for offered, name in self.rows if offered == value), "")


Offers = Callable[[Pointer], Offer | None]


def nothing(pointer: Pointer) -> Offer | None:
    """For forms that offer nothing."""
    return None
