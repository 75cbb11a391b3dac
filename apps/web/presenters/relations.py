"""The picture of a resource between what uses it and what it uses, laid out for SVG. Lengths are its user units."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.catalog import registry
from apps.inventory.models import Resource
from apps.inventory.relations import Link, Users

SHOWN = 8
LETTERS = 27
WIDTH, HEIGHT, GAP, ASIDE = 208, 40, 10, 76


@dataclass(frozen=True)
class Node:
    """A box at (x, y); `line` is the path between it and the middle. Without a `resource` it is the middle itself."""

    x: float
    y: float
    name: str
    about: str
    resource: Resource | None = None
    line: str = ""

    @property
    def short(self) -> str:
        return self.name if len(self.name) <= LETTERS else f"{self.name[: LETTERS - 1]}…"


@dataclass(frozen=True)
class Picture:
    """`more` are links beyond those drawn; `hidden` counts users in environments that the person may not see."""

    middle: Node
    users: tuple[Node, ...]
    used: tuple[Node, ...]
    more_users: tuple[Link, ...]
    more_used: tuple[Link, ...]
    hidden: int
    unread: tuple[str, ...]
    width: float
    height: float

    @property
    def rest(self) -> list[tuple[tuple[Link, ...], str]]:
        """What is not drawn, with the words for it."""
        sides = ((self.more_users, "use this"), (self.more_used, "used by this"))
        return [(links, words) for links, words in sides if links]

    @property
    def empty(self) -> bool:
        return not (self.users or self.used or self.hidden)


def picture(resource: Resource, found: Users, uses: Sequence[Link], slugs: frozenset[str] | None) -> Picture:
    """Who `found` says uses it, and what it `uses`, in the environments that the person may see (None = all)."""
    users, used = _visible(found.links, slugs), _visible(uses, slugs)
    rows = max(1, *(min(len(side), SHOWN) for side in (users, used)))
    height = rows * (HEIGHT + GAP) - GAP + 2
    middle = Node(WIDTH + ASIDE, (height - HEIGHT) / 2, resource.name, _title(resource.type))
    return Picture(
        middle=middle,
        users=_side(users, 1, middle, height, left=True),
        used=_side(used, 2 * (WIDTH + ASIDE) - 1, middle, height, left=False),
        more_users=tuple(users[SHOWN:]),
        more_used=tuple(used[SHOWN:]),
        hidden=len(found.links) - len(users),
        unread=found.unread,
        width=3 * WIDTH + 2 * ASIDE,
        height=height,
    )


def _visible(links: Sequence[Link], slugs: frozenset[str] | None) -> list[Link]:
    return [link for link in links if slugs is None or link.resource.environment.slug in slugs]


def _title(type_name: str) -> str:
    declared = registry.native(type_name)
    return declared.title if declared else type_name


def _side(links: Sequence[Link], x: float, middle: Node, height: float, left: bool) -> tuple[Node, ...]:
    shown = links[:SHOWN]
    top = (height - (len(shown) * (HEIGHT + GAP) - GAP)) / 2
    nodes = []
    for number, link in enumerate(shown):
        y = top + number * (HEIGHT + GAP)
        ends = ((x + WIDTH, y), (middle.x, middle.y)) if left else ((middle.x + WIDTH, middle.y), (x, y))
        nodes.append(Node(x, y, link.resource.name, _about(link), link.resource, _curve(*ends)))
    return tuple(nodes)


def _about(link: Link) -> str:
    return f"{_title(link.resource.type)} · {link.at.replace('/*', '')}"


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    bend = (x1 + x2) / 2
    return f"M{x1} {y1 + HEIGHT / 2} C{bend} {y1 + HEIGHT / 2} {bend} {y2 + HEIGHT / 2} {x2} {y2 + HEIGHT / 2}"
