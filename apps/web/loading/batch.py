"""One edit of several resources: what they share, and what the edit means for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from apps.catalog import registry, shape
from apps.catalog.types import NativeType
from apps.changes import queries as changes
from apps.changes.models import ChangeRequest
from apps.changes.policies import MAX_CHANGES, DraftInput
from apps.environments.models import Environment
from apps.inventory import queries as inventory
from apps.inventory.models import Resource
from apps.planning import diff
from apps.planning.plan import Action
from apps.refusal import Refusal
from apps.web.loading.subject import Slugs, able, number
from apps.web.loading.users import User, users

Json = Any
Document = Mapping[str, Json]
NONE_CHOSEN = Refusal("none", "No resource is chosen. Tick some in the list of resources.")
TOO_MANY = Refusal("too_many", f"A request holds at most {MAX_CHANGES} changes. Choose fewer resources.")
PLACES = Refusal("environments", "These belong to several environments. A request changes one: untick the others.")
KINDS = Refusal("types", "These are of several types, which differ in what they have. Keep those of one type.")


@dataclass(frozen=True)
class Batch:
    """The resources that were chosen, and what is to be done with each; `refusal` says why that can't be.

    Of a deletion `users` are what uses them and stays, `used` the keys of those that such a user names.
    """

    action: Action
    resources: Sequence[Resource]
    adding: ChangeRequest | None = None
    refusal: Refusal | None = None
    users: Sequence[User] = ()
    used: frozenset[int] = frozenset()

    @property
    def environment(self) -> Environment:
        return self.resources[0].environment

    @property
    def native(self) -> NativeType:
        """The type of all of them, where they are to be changed."""
        return registry.BY_NAME[self.resources[0].type]

    @property
    def query(self) -> str:
        asked = QueryDict(mutable=True)
        asked.setlist("resource", [str(each.pk) for each in self.resources])
        asked["action"] = str(self.action)
        if self.adding is not None:
            asked["draft"] = str(self.adding.pk)
        return asked.urlencode()


def batch(asked: QueryDict, slugs: Slugs, draft: str = "") -> Batch:
    """What the address asks for, resources that the person may not see left out."""
    wanted = {number(text) for text in asked.getlist("resource")[: 2 * MAX_CHANGES]}
    rows = list(inventory.visible(slugs).filter(pk__in=wanted).order_by("type", "name", "pk"))
    action = Action.DELETE if asked.get("action") == Action.DELETE else Action.UPDATE
    refusal = _refused(action, rows)
    named = None if refusal else changes.editable(slugs, number(draft))
    adding = named if named is not None and named.environment_id == rows[0].environment_id else None
    staying = users(rows, slugs) if action is Action.DELETE and not refusal else []
    used = {each.of for each in staying} & {each.pk for each in rows}
    return Batch(action, rows, adding, refusal, staying, frozenset(used))


def _refused(action: Action, rows: Sequence[Resource]) -> Refusal | None:
    if not rows:
        return NONE_CHOSEN
    if len(rows) > MAX_CHANGES:
        return TOO_MANY
    if len({each.environment_id for each in rows}) > 1:
        return PLACES
    if action is Action.UPDATE and len({each.type for each in rows}) > 1:
        return KINDS
    for each in rows:
        declared = registry.native(each.type)
        if each.gone_at:
            return Refusal("gone", f"AWS no longer lists {each.name}. Untick it.")
        if declared is None or not able(declared, action):
            return Refusal("type", f"{each.name} can't be proposed that way here. Untick it.")
    return None


def shared(native: NativeType, region: str, documents: Sequence[Document]) -> dict[str, Json]:
    """What all documents have alike; of tags the rows that all have."""
    first, *others = documents
    answer = {}
    for name, value in first.items():
        how = native.properties.get(name)
        if how and name in tags_of(native, region):
            answer[name] = [row for row in value or [] if all(row in (each.get(name) or []) for each in others)]
        elif how and all(name in each and diff.same(each[name], value, how) for each in others):
            answer[name] = value
    return answer


def differing(native: NativeType, documents: Sequence[Document], common: Document) -> set[str]:
    """The properties that some of them have and that are not alike in all."""
    names = {name for each in documents for name, value in each.items() if value is not None}
    return {name for name in names if name in native.properties and name not in common}


def tags_of(native: NativeType, region: str) -> set[str]:
    return {name for name, each in shape.shapes(native.name, region, {}).items() if each.kind == "tags"}


def inputs(about: Batch, common: Document, desired: Document) -> list[DraftInput]:
    """The change of each resource that isn't already as desired."""
    tags = tags_of(about.native, about.resources[0].region)
    answer = []
    for each in about.resources:
        own = {
            name: _rows(common.get(name), value, each.document.get(name)) if name in tags else value
            for name, value in desired.items()
        }
        names = diff.differing(about.native, each.document, own)
        if names:
            wanted = {name: own[name] for name in names}
            base = {name: each.document[name] for name in names if name in each.document}
            answer.append(_input(about, each, wanted, base))
    return answer


def deletions(about: Batch, consents: Mapping[int, dict[str, str]]) -> list[DraftInput]:
    """The deletion of each resource, with the consents of those that have some."""
    return [_input(about, each, {}, {}, consents.get(each.pk, {})) for each in about.resources]


def _rows(common: Json, typed: Json, own: Json) -> Json:
    """The tags of one resource after those that all share were edited: what only it has stays."""
    before, after, mine = ({row["Key"]: row["Value"] for row in rows or []} for rows in (common, typed, own))
    kept = {key: value for key, value in mine.items() if key not in before or key in after}
    given = {key: value for key, value in after.items() if before.get(key) != value}
    return [{"Key": key, "Value": value} for key, value in (kept | given).items()]


def _input(
    about: Batch, of: Resource, desired: dict[str, Json], base: dict[str, Json], consents: dict[str, str] | None = None
) -> DraftInput:
    where = (of.region, of.identifier, of.name)
    return DraftInput(str(about.action), of.type, *where, desired, base, consents or {})
