"""The import of a blueprint for its page: where it may go, what is asked, and what would come of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.blueprints import decide, queries
from apps.blueprints.commands import check_target
from apps.blueprints.decide import Row
from apps.blueprints.models import Import, Stage, Version
from apps.catalog import registry
from apps.environments import queries as environments
from apps.environments.models import Environment
from apps.web.forms.offer import Offer
from apps.web.loading.offers import existing
from apps.web.loading.subject import Slugs, number


@dataclass(frozen=True)
class Place:
    """Where a blueprint can be imported."""

    environment: Environment
    region: str

    @property
    def key(self) -> str:
        return f"{self.environment.slug}/{self.region}"

    @property
    def query(self) -> str:
        return urlencode({"environment": self.environment.slug, "region": self.region})


@dataclass(frozen=True)
class Importing:
    """A version on its way into an environment and region. `gone` is what it has no more there, with words for it."""

    version: Version
    place: Place
    rows: Sequence[Row]
    there: int
    gone: Sequence[tuple[str, str]] = ()
    stage: Stage | None = None

    @property
    def query(self) -> str:
        """The address of the form."""
        stage = f"&stage={self.stage.pk}" if self.stage else ""
        return f"version={self.version.number}&{self.place.query}{stage}"

    @property
    def title(self) -> str:
        """What the request is called where nobody says otherwise."""
        name = self.version.blueprint.name
        return f"Make {name}" if self.version.carries else f"Import {name} into {self.place.environment.name}"

    def offer(self, row: Row) -> Offer:
        """The resources of the target that a row may name."""
        place, declared = self.place, registry.native(row.type)
        asked = {"type": row.type, "attribute": row.attribute, "environment": place.environment.slug}
        return Offer(
            list_id="-".join(("offer", *row.type.split("::"), row.attribute)),
            kind=declared.title if declared else row.type,
            url=f"{reverse('web:propose_choices')}?{urlencode({**asked, 'region': place.region})}",
            rows=existing(place.environment, place.region, row.type, row.attribute),
        )


@dataclass(frozen=True)
class Shelved:
    """The newest version of a blueprint, and the last import into each place."""

    version: Version
    used: Sequence[Import]


def library(slugs: Slugs) -> list[Shelved]:
    """Every blueprint by name, with where it is used."""
    used: dict[int, list[Import]] = defaultdict(list)
    for each in queries.used(slugs):
        used[each.version.blueprint_id].append(each)
    return [Shelved(each, used[each.blueprint_id]) for each in queries.newest(slugs)]


def version_of(pk: int, asked: QueryDict, slugs: Slugs) -> Version:
    """The version that an address names, or the newest. Raises `Http404`."""
    known = queries.versions(slugs).filter(blueprint=pk)
    if wanted := number(asked.get("version", "")):
        return get_object_or_404(known, number=wanted)
    newest = known.order_by("-number").first()
    if newest is None:
        raise Http404("There is no such blueprint.")
    return newest


def against_of(shown: Version, versions: Sequence[Version], asked: QueryDict) -> Version | None:
    """The version that another is compared with: the one that the address names, or the one before it."""
    others = [each for each in versions if each.pk != shown.pk]
    wanted = number(asked.get("against", ""))
    named = next((each for each in others if each.number == wanted), None)
    return named or next((each for each in others if each.number < shown.number), None)


def places(slugs: Slugs) -> list[Place]:
    """Every enabled environment that the person may see, by region."""
    return [Place(each, region) for each in environments.visible(slugs) if each.enabled for region in each.regions]


def stage_of(asked: QueryDict, place: Place) -> Stage | None:
    """The stage of a promotion that the request is made for, if the address names one. Raises `Http404`."""
    wanted = number(asked.get("stage", ""))
    rows = Stage.objects.filter(environment=place.environment, region=place.region)
    return get_object_or_404(rows.select_related("promotion"), pk=wanted) if wanted else None


def importing(version: Version, asked: QueryDict, slugs: Slugs) -> Importing:
    """What the address asks for. Raises `Http404`."""
    wanted = (asked.get("environment", ""), asked.get("region", ""))
    place = next((each for each in places(slugs) if (each.environment.slug, each.region) == wanted), None)
    if place is None or check_target(version, place.environment):
        raise Http404("There is no such environment or region.")
    stage = stage_of(asked, place)
    here = queries.here(version, place.environment, place.region)
    there = queries.there(version, place.environment)
    no_longer = queries.no_longer(version, place.environment)
    known = ((name, each) for name, each in no_longer.items() if registry.BY_NAME[each.type].delete)
    gone = [(name, f"{each.name} ({each.type})") for name, each in known]
    return Importing(
        version, place, decide.rows(version.template, here), len(there.keys() - no_longer.keys()), gone, stage
    )
