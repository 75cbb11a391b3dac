"""What a form of change is about: a resource of inventory, a new one, or a change that stands in a draft already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from apps.catalog.types import NativeType
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.inventory.models import Resource, ResourceVersion
from apps.planning.plan import Action

Json = Any


@dataclass(frozen=True)
class Former:
    """An earlier version whose values are proposed again. `kept` are the properties that can't be set back here."""

    version: ResourceVersion
    names: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """`document` is the present as the form shows it, `wanted` what the draft asks for; `shown` is its version's id.

    `request` and `ordinal` name the change that is being edited, `named` what it calls its resource, and `logical`
    what a new one is called within the request. `adding` is the request that a change in none would go into.
    """

    environment: Environment
    native: NativeType
    action: Action
    region: str
    resource: Resource | None = None
    document: Mapping[str, Json] = field(default_factory=dict)
    wanted: Mapping[str, Json] = field(default_factory=dict)
    consents: Mapping[str, str] = field(default_factory=dict)
    shown: str = ""
    request: ChangeRequest | None = None
    ordinal: int = 0
    named: str = ""
    logical: str = ""
    adding: ChangeRequest | None = None
    former: Former | None = None

    @property
    def draft(self) -> ChangeRequest | None:
        """The draft whose other changes stand beside this one."""
        return self.request or self.adding

    @property
    def name(self) -> str:
        return self.resource.name if self.resource else ""

    @property
    def title(self) -> str:
        if self.action is Action.CREATE:
            return f"Propose a new {self.kind}"
        return f"Propose {'to delete' if self.action is Action.DELETE else 'a change of'} {self.name}"

    @property
    def kind(self) -> str:
        """The title of the type within a sentence: "subnet", but "EC2 instance"."""
        title = self.native.title
        return title if title[1:2].isupper() else title[0].lower() + title[1:]

    @property
    def of(self) -> str:
        """What the form is about, in a word that stays the same when changes of a draft move up."""
        return "|".join((self.native.name, self.region, self.named)) if self.request else ""

    @property
    def query(self) -> str:
        """The query string that leads to this form."""
        return self._query(self.adding)

    @property
    def alone(self) -> str:
        """The query string that leads to this form, for a request of its own."""
        return self._query(None)

    def _query(self, adding: ChangeRequest | None) -> str:
        asked = QueryDict(mutable=True)
        if self.request is not None:
            asked.update({"draft": str(self.request.pk), "ordinal": str(self.ordinal)})
        elif self.resource is not None:
            asked.update({"resource": str(self.resource.pk), "action": str(self.action)})
            if self.former is not None:
                asked["version"] = str(self.former.version.pk)
        else:
            asked.update({"type": self.native.name, "environment": self.environment.slug, "region": self.region})
        if adding is not None:
            asked["draft"] = str(adding.pk)
        return asked.urlencode()
