"""An export for its page: what it holds, what must be decided elsewhere, and what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from apps.blueprints import choose, texts
from apps.blueprints.export import Exported
from apps.environments import queries as environments
from apps.inventory import queries as inventory
from apps.inventory.models import Resource
from apps.refusal import Refusal
from apps.web.loading.subject import Slugs, number
from apps.web.presenters.blueprints import Mapped, Question, mapped, questions

Json = Any


@dataclass(frozen=True)
class Export:
    """`needed` counts what the chosen resources name and what is not chosen; `query` leads to the same export."""

    resources: Sequence[Resource] = ()
    refusal: Refusal | None = None
    made: Exported | None = None
    needed: int = 0
    query: str = ""
    whole: bool = False
    unread: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def template(self) -> Mapping[str, Json]:
        return self.made.template if self.made else {}

    @property
    def questions(self) -> list[Question]:
        return questions(self.template)

    @property
    def mapped(self) -> list[Mapped]:
        return mapped(self.template)

    @property
    def yaml(self) -> str:
        return texts.as_yaml(self.template)


def export(asked: QueryDict, slugs: Slugs) -> Export:
    """What the address asks for, without resources that the person may not see."""
    found = _chosen(asked, slugs)
    refusal = choose.check_chosen(found)
    if refusal is not None:
        return Export(found, refusal)
    needs = [] if asked.get("environment") else choose.with_needs(found)
    if asked.get("needs"):
        found = needs
        refusal = choose.check_chosen(found)
    if refusal is not None:
        return Export(found, refusal)
    made = choose.blueprint_of(found)
    needed = max(len(needs) - len(found), 0)
    return Export(found, None, made, needed, asked.urlencode(), bool(asked.get("environment")), _unread(made))


def _chosen(asked: QueryDict, slugs: Slugs) -> list[Resource]:
    if slug := asked.get("environment", "").replace("\x00", ""):
        environment = environments.visible(slugs).filter(slug=slug).first()
        return choose.whole(environment) if environment else []
    wanted = {number(text) for text in asked.getlist("resource")[: choose.MOST + 1]}
    rows = inventory.visible(slugs).select_related("environment__account").filter(pk__in=wanted, gone_at=None)
    return list(rows.order_by("type", "name", "pk"))


def _unread(made: Exported) -> dict[str, tuple[str, ...]]:
    """By the title of a type: the properties that could be written and are not read, so that no export has them."""
    kinds = {part.type: part.native for part in made.parts}
    found = {each.title: tuple(name for names in each.uncovered.values() for name in names) for each in kinds.values()}
    return {title: names for title, names in sorted(found.items()) if names}
