"""What can be chosen where a value names another resource: those of inventory, and new ones of the same draft."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.catalog import references, registry
from apps.catalog.references import Reference
from apps.catalog.types import NativeType
from apps.changes.models import ChangeRequest, DraftChange
from apps.environments.models import Environment
from apps.inventory import queries as inventory
from apps.planning.plan import Action
from apps.web.forms import naming
from apps.web.forms.offer import Offer, Pointer

MOST = 50
Rows = list[tuple[str, str]]


class Offering:
    """The offers of one form: `at` gives the one for a place, `lists` all that were asked for."""

    def __init__(
        self, type_name: str, environment: Environment, region: str, request: ChangeRequest | None, ordinal: int
    ) -> None:
        self.type_name, self.environment, self.region = type_name, environment, region
        self.drafted = list(request.draft_changes.order_by("ordinal")) if request else []
        self.names = {row.ordinal: row.logical for row in self.drafted if row.logical and row.ordinal != ordinal}
        self.made: dict[tuple[str, str], Offer] = {}
        self.places = {each.pointer: each for each in references.references(type_name)}

    def at(self, pointer: Pointer) -> Offer | None:
        reference = self.places.get(pointer)
        return self._offer(reference) if reference else None

    @property
    def lists(self) -> Iterable[Offer]:
        return self.made.values()

    def _offer(self, reference: Reference) -> Offer:
        key = (reference.type, reference.attribute)
        if key not in self.made:
            self.made[key] = self._made(reference)
        return self.made[key]

    def _made(self, reference: Reference) -> Offer:
        declared = registry.native(reference.type)
        asked = {"type": reference.type, "attribute": reference.attribute, "environment": self.environment.slug}
        return Offer(
            list_id="-".join(("offer", *reference.type.split("::"), reference.attribute)),
            kind=declared.title if declared else reference.type,
            url=f"{reverse('web:propose_choices')}?{urlencode({**asked, 'region': self.region})}",
            rows=[*self._new(reference), *existing(self.environment, self.region, reference.type, reference.attribute)],
            names=self.names,
        )

    def _new(self, reference: Reference) -> Rows:
        """The new resources of the draft that give the attribute."""
        return [
            (
                str(naming.written(naming.output(row.ordinal, reference.attribute), self.names)),
                f"new in this request: {row.name}",
            )
            for row in self.drafted
            if row.ordinal in self.names and _gives(row, reference)
        ]


def _gives(row: DraftChange, reference: Reference) -> bool:
    declared = registry.native(row.type)
    if row.action != Action.CREATE or row.type != reference.type or not declared or not declared.create:
        return False
    return reference.attribute in declared.create.outputs or reference.attribute in row.desired


def existing(environment: Environment, region: str, type_name: str, attribute: str, text: str = "") -> Rows:
    """The first resources of a type in an environment and region whose name, id or tags hold the words."""
    declared = registry.native(type_name)
    if declared is None:
        return []
    rows = inventory.visible(None).filter(environment=environment, type=type_name, gone_at=None)
    if not declared.everywhere:
        rows = rows.filter(region=region)
    found = (
        inventory.with_words(rows, text)
        .order_by("name", "identifier")
        .values("name", "identifier", "arn", f"document__{attribute}")[:MOST]
    )
    return [(value, row["name"]) for row in found if (value := _value(row, attribute, declared))]


def _value(row: dict[str, Any], attribute: str, declared: NativeType) -> str:
    """What the attribute of a resource is, wherever inventory keeps it."""
    kept = {declared.identifier: row["identifier"], declared.arn: row["arn"]}
    return str(row[f"document__{attribute}"] or kept.get(attribute) or "")
