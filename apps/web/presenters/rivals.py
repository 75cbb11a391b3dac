"""Other open requests that are about the same resource, in words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from apps.changes.models import ChangeRequest
from apps.changes.rival import Rival

VERBS = {"update": "changes", "delete": "deletes", "create": "makes"}


@dataclass(frozen=True)
class RivalView:
    """`loud` says that both are about the same property, or that one of them deletes the resource."""

    request: ChangeRequest
    words: str
    loud: bool


def views(rivals: Iterable[Rival], action: str = "", properties: Collection[str] = ()) -> list[RivalView]:
    """The loud ones first. `action` and `properties` are what this request asks, none while nothing is typed yet."""
    return sorted((_view(each, action, set(properties)) for each in rivals), key=lambda each: not each.loud)


def _view(rival: Rival, action: str, properties: set[str]) -> RivalView:
    same = sorted(rival.properties & properties)
    deletes = "delete" in (rival.action, action)
    if same:
        words = f"{VERBS[rival.action]} {', '.join(same)} of it, too"
    elif rival.action == "delete":
        words = "deletes it"
    else:
        words = f"{VERBS[rival.action]} {', '.join(sorted(rival.properties))} of it"
    return RivalView(rival.request, words, bool(same) or deletes)
