"""The picture of a resource between what uses it and what it uses, laid out for SVG. Lengths are its user units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.catalog import registry
from apps.inventory.models import Resource
from apps.inventory.relations import Link

SHOWN = 8  # links of a side
BEYOND, BEYOND_EACH = 8, 3  # of these, on one side and behind one of them
LETTERS = 24
WIDTH, HEIGHT, GAP, STEP = 208, 40, 10, 270


@dataclass(frozen=True)
class Node:
    """A box at (x, y). Without a `resource` it is the middle itself.

    `line` is the path between it and the next box on the way to the middle, which is that of `inner` (None = itself).
    """

    x: float
    y: float
    name: str
    about: str
    resource: Resource | None = None
    line: str = ""
    inner: Resource | None = None

    @property
    def short(self) -> str:
        return self.name if len(self.name) <= LETTERS else f"{self.name[: LETTERS - 1]}…"


@dataclass(frozen=True)
class Around:
    """What is around a resource: `beyond` are the links of those that are linked to it, by their primary keys."""

    links: Sequence[Link]
    beyond: Mapping[int, Sequence[Link]] = field(default_factory=dict)


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


def picture(
    resource: Resource, users: Around, used: Around, slugs: frozenset[str] | None, unread: tuple[str, ...] = ()
) -> Picture:
    """Who uses it and what it uses, two steps deep, in the environments that the person may see (None = all)."""
    sides = [_trees(resource, around, slugs) for around in (users, used)]
    left, right = ((1 if side else 0) + any(tree.beyond for tree in side) for side in sides)
    height = max(1, *(sum(tree.rows for tree in side) for side in sides)) * (HEIGHT + GAP) - GAP + 2
    middle = Node(left * STEP + 1, (height - HEIGHT) / 2, resource.name, _title(resource.type))
    seen = _visible(users.links, slugs)
    return Picture(
        middle=middle,
        users=_drawn(sides[0], middle, height, -STEP),
        used=_drawn(sides[1], middle, height, STEP),
        more_users=tuple(seen[SHOWN:]),
        more_used=tuple(_visible(used.links, slugs)[SHOWN:]),
        hidden=len(users.links) - len(seen),
        unread=unread,
        width=(left + right) * STEP + WIDTH + 2,
        height=height,
    )


@dataclass(frozen=True)
class _Tree:
    """A link with what is drawn beyond it."""

    link: Link
    beyond: Sequence[Link]

    @property
    def rows(self) -> int:
        return max(1, len(self.beyond))


def _trees(resource: Resource, around: Around, slugs: frozenset[str] | None) -> list[_Tree]:
    """The first links of a side; every resource is drawn once, where it is nearest."""
    near = _visible(around.links, slugs)[:SHOWN]
    drawn = {resource.pk, *(link.resource.pk for link in near)}
    trees: list[_Tree] = []
    for link in near:
        left = BEYOND - sum(len(tree.beyond) for tree in trees)
        far = [
            each for each in _visible(around.beyond.get(link.resource.pk, ()), slugs) if each.resource.pk not in drawn
        ]
        far = far[: min(left, BEYOND_EACH)]
        drawn |= {each.resource.pk for each in far}
        trees.append(_Tree(link, far))
    return trees


def _visible(links: Sequence[Link], slugs: frozenset[str] | None) -> list[Link]:
    return [link for link in links if slugs is None or link.resource.environment.slug in slugs]


def _title(type_name: str) -> str:
    declared = registry.native(type_name)
    return declared.title if declared else type_name


def _drawn(trees: Sequence[_Tree], middle: Node, height: float, step: float) -> tuple[Node, ...]:
    """The boxes of a side; `step` leads away from the middle."""
    y = (height - (sum(tree.rows for tree in trees) * (HEIGHT + GAP) - GAP)) / 2
    nodes: list[Node] = []
    for tree in trees:
        near = _box(tree.link, middle, y + (tree.rows - 1) * (HEIGHT + GAP) / 2, step)
        nodes.append(near)
        nodes += [_box(link, near, y + n * (HEIGHT + GAP), step) for n, link in enumerate(tree.beyond)]
        y += tree.rows * (HEIGHT + GAP)
    return tuple(nodes)


def _box(link: Link, inner: Node, y: float, step: float) -> Node:
    x = inner.x + step
    ends = ((inner.x + WIDTH, inner.y), (x, y)) if step > 0 else ((x + WIDTH, y), (inner.x, inner.y))
    return Node(x, y, link.resource.name, _about(link), link.resource, _curve(*ends), inner.resource)


def _about(link: Link) -> str:
    return f"{_title(link.resource.type)} · {link.at.replace('/*', '')}"


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    bend = (x1 + x2) / 2
    return f"M{x1} {y1 + HEIGHT / 2} C{bend} {y1 + HEIGHT / 2} {bend} {y2 + HEIGHT / 2} {x2} {y2 + HEIGHT / 2}"
