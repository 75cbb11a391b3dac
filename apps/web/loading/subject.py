"""What a form of change is about, as its address says it."""

from collections.abc import Mapping
from dataclasses import replace

from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.catalog import registry
from apps.catalog.types import EffectKind, NativeType
from apps.changes import queries as changes
from apps.changes.models import ChangeRequest, DraftChange
from apps.environments import queries as environments
from apps.inventory import queries as inventory
from apps.inventory.models import Resource
from apps.planning import diff
from apps.planning.plan import Action
from apps.web.presenters.subject import Former, Subject

Slugs = frozenset[str] | None


def subject(asked: Mapping[str, str], slugs: Slugs, shown: str = "", of: str = "") -> Subject:
    """What the address asks for. Raises `Http404`.

    `shown` is the version that a submitted form had shown, `of` what it was about: where that is no longer part of the
    draft, the answer is about the resource alone, without a request.
    """
    if any("\x00" in text for text in asked.values()):
        raise Http404("No name holds a NUL character.")
    if asked.get("ordinal"):
        return _drafted(number(asked.get("draft", "")), number(asked["ordinal"]), slugs, shown, of)
    if asked.get("resource"):
        found = get_object_or_404(inventory.visible(slugs), pk=number(asked["resource"]))
        action = Action.DELETE if asked.get("action") == Action.DELETE else Action.UPDATE
        about = _formerly(_about(found, action, shown), number(asked.get("version", "")))
        return _added(about, asked, slugs)
    return _added(_new(asked, slugs), asked, slugs)


def _added(about: Subject, asked: Mapping[str, str], slugs: Slugs) -> Subject:
    """With the request that the address or the form names, where it is one of this environment."""
    named = changes.editable(slugs, number(asked.get("draft", "")))
    same = named is not None and named.environment_id == about.environment.pk
    return replace(about, adding=named if same else None)


def _formerly(about: Subject, version: int) -> Subject:
    """With the values that an earlier version had, where they differ from what is there and can be set back."""
    found = about.resource.versions.filter(pk=version).first() if about.resource else None
    if found is None or about.action is not Action.UPDATE:
        return about
    declared = about.native.properties
    before, now = found.document, about.document
    names = [
        name
        for name in declared
        if (name in before or name in now) and not diff.same(now.get(name), before.get(name), declared[name])
    ]
    back = [name for name in names if declared[name].editable and declared[name].effect.kind is not EffectKind.REPLACES]
    kept = tuple(name for name in names if name not in back)
    return replace(about, wanted={name: before.get(name) for name in back}, former=Former(found, tuple(back), kept))


def number(text: str) -> int:
    """A number of an address, or 0, which nothing has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def _about(found: Resource, action: Action, shown: str) -> Subject:
    version = found.versions.filter(pk=number(shown)).first() if shown else found.versions.order_by("-pk").first()
    return Subject(
        environment=found.environment,
        native=_native(found.type, action),
        action=action,
        region=found.region,
        resource=found,
        document=version.document if version and shown else found.document,
        shown=str(version.pk) if version else "",
    )


def _new(asked: Mapping[str, str], slugs: Slugs) -> Subject:
    environment = get_object_or_404(environments.visible(slugs), slug=asked.get("environment", ""))
    declared = _native(asked.get("type", ""), Action.CREATE)
    region = asked.get("region", "")
    region = region if region in environment.regions else environment.default_region
    wanted = dict(declared.create.defaults) if declared.create else {}
    key, _, value = environment.resource_tag.partition("=")
    tags = {"Tags": [{"Key": key, "Value": value}]} if key and "Tags" in declared.properties else {}
    return Subject(environment, declared, Action.CREATE, region, wanted=wanted | tags)


def _drafted(pk: int, ordinal: int, slugs: Slugs, shown: str, of: str) -> Subject:
    request = get_object_or_404(changes.visible(slugs).select_related("environment__account"), pk=pk)
    rows = {change.ordinal: change for change in request.draft_changes.all()}
    ahead = sorted(rows.values(), key=lambda each: each.ordinal != ordinal)
    change = next((each for each in ahead if _called(each) == of), None) if of else rows.get(ordinal)
    if change is None:
        return _taken_out(request, of, slugs, shown)
    action = Action(change.action)
    key = {name: getattr(change, name) for name in ("type", "region", "identifier")}
    known_there = inventory.visible(None).filter(environment=request.environment)
    found = known_there.filter(**key).first() if change.identifier else None
    known = _about(found, action, shown) if found else None
    return Subject(
        environment=request.environment,
        native=_native(change.type, action),
        action=action,
        region=change.region,
        resource=found,
        document={**(known.document if known else {}), **change.base},
        wanted=change.desired,
        consents=change.consents,
        shown=known.shown if known else "",
        request=request,
        ordinal=change.ordinal,
        named=change.identifier or change.name,
        logical=change.logical,
    )


def _called(change: DraftChange) -> str:
    return "|".join((change.type, change.region, change.identifier or change.name))


def _taken_out(request: ChangeRequest, of: str, slugs: Slugs, shown: str) -> Subject:
    """What a form is about whose change somebody took out of the draft meanwhile."""
    kind, _, rest = of.partition("|")
    region, _, identifier = rest.partition("|")
    here = inventory.visible(slugs).filter(environment=request.environment, type=kind, region=region)
    found = here.filter(identifier=identifier).first()
    if found is not None:
        return _about(found, Action.UPDATE, shown)
    return _new({"environment": request.environment.slug, "type": kind, "region": region}, slugs)


def _native(name: str, action: Action) -> NativeType:
    declared = registry.native(name)
    if declared is None or not able(declared, action):
        raise Http404("This kind of resource can't be proposed that way here.")
    return declared


def able(declared: NativeType, action: Action) -> bool:
    """Whether the catalogue declares how resources of the type are created, changed or deleted."""
    return {Action.CREATE: bool(declared.create), Action.DELETE: bool(declared.delete)}.get(action, True)
