"""A policy held against what exists, before anybody saves it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.catalog import registry
from apps.evaluation.organisation import Resource, Wanted, broken
from apps.inventory import models as inventory

SHOWN = 20


@dataclass(frozen=True)
class Fallen:
    resource: inventory.Resource
    sentence: str


@dataclass
class Tried:
    """`count` of `total` resources are not as the policy wants; `first` are some of them."""

    total: int = 0
    count: int = 0
    by_type: Counter[str] = field(default_factory=Counter)
    first: list[Fallen] = field(default_factory=list)

    @property
    def types(self) -> list[tuple[str, int]]:
        return self.by_type.most_common()


def tried(wanted: Wanted, slugs: Sequence[str]) -> Tried:
    """`slugs` are environments, none = all."""
    rows = inventory.Resource.objects.filter(gone_at=None).select_related("environment")
    rows = rows.filter(environment__slug__in=slugs) if slugs else rows
    answer = Tried()
    for row in rows.order_by("type", "name").iterator(chunk_size=500):
        answer.total += 1
        found = broken(wanted, Resource(row.type, row.region, row.document))
        if found:
            declared = registry.native(row.type)
            answer.count += 1
            answer.by_type[declared.title if declared else row.type] += 1
            if len(answer.first) < SHOWN:
                answer.first.append(Fallen(row, " ".join(sentence for _, sentence in found)))
    return answer
