"""Rules and teams for their pages."""

from dataclasses import dataclass

from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.access import holders
from apps.people.models import Role, User
from apps.reviews.conditions import Condition, Facts, concerns
from apps.reviews.drawing import REVIEWERS, Ask, Drawn, Ruling
from apps.reviews.models import Membership, Rule, RuleVersion, Team
from apps.reviews.trial import Trial, tried
from apps.web.presenters.rules import asked, condition

SHOWN = 20


@dataclass(frozen=True)
class RuleRow:
    """One rule as it is now."""

    rule: Rule
    version: RuleVersion
    when: str
    asks: str


@dataclass(frozen=True)
class Tried:
    """What a rule would have changed: the first requests, each with what is asked for without it and with it."""

    total: int
    count: int
    first: list[tuple[Trial, str, str]]


def rows() -> list[RuleRow]:
    environments = {each.slug: each for each in Environment.objects.all()}
    called = names()
    rules = Rule.objects.prefetch_related("versions__author", "versions__rule")
    return [row(rule, environments, called) for rule in rules]


@dataclass(frozen=True)
class TeamRow:
    """One team with its members, and the rules that ask it now."""

    team: Team
    members: list[User]
    rules: list[Rule]


def teams() -> list[TeamRow]:
    asking = [(rule, rule.versions.all()[0]) for rule in Rule.objects.prefetch_related("versions")]
    found = Team.objects.prefetch_related("memberships__person")
    return [
        TeamRow(
            team,
            [membership.person for membership in team.memberships.all()],
            [rule for rule, version in asking if version.enabled and asks_team(version, team)],
        )
        for team in found
    ]


def asks_team(version: RuleVersion, team: Team) -> bool:
    return any(ask["who"] == f"team:{team.pk}" for ask in version.asks)


def weakened(team: Team) -> list[str]:
    """What a team can't do any more that rules ask of it, in sentences with the rule."""
    newest = [rule.versions.all()[0] for rule in Rule.objects.prefetch_related("versions__rule")]
    asking = [version for version in newest if version.enabled and asks_team(version, team)]
    return [
        f"{version.rule}: {sentence}"
        for version in asking
        for sentence in unsatisfiable(version.ruling.condition, version.ruling.asks)
    ]


def when_of(ruling: Ruling, environments: dict[str, Environment]) -> str:
    return condition(ruling.condition, environments, asks=bool(ruling.asks))


def row(rule: Rule, environments: dict[str, Environment], called: dict[str, str]) -> RuleRow:
    version = rule.versions.all()[0]
    ruling = version.ruling
    return RuleRow(rule, version, when_of(ruling, environments), asked(ruling.asks, called))


@dataclass(frozen=True)
class Owner:
    """Whom a rule asks for changes of a resource; `some` = not for every change of it."""

    name: str
    rule: Rule
    some: bool


def owners(resource: Resource) -> list[Owner]:
    """The teams and people whom rules ask because of what the resource is."""
    environment = resource.environment
    place = Facts(environment.slug, environment.production, environment.account.number, ())
    rows = resource.document.get("Tags")
    tags = frozenset((str(row.get("Key")), str(row.get("Value"))) for row in (rows if isinstance(rows, list) else ()))
    newest = [rule.versions.all()[0] for rule in Rule.objects.prefetch_related("versions__rule")]
    found = [v for v in newest if v.enabled and concerns(v.ruling.condition, place, resource.type, tags)]
    called = names() if found else {}
    return [
        Owner(called.get(ask.who, ask.who), version.rule, version.ruling.condition.of_some)
        for version in found
        for ask in version.ruling.asks
        if ask.who != REVIEWERS
    ]


def worded(when: Condition, asks: tuple[Ask, ...]) -> tuple[str, str]:
    """A condition and what is asked for, in words."""
    places = {each.slug: each for each in Environment.objects.all()}
    return condition(when, places, asks=bool(asks)), asked(asks, names())


def history(rule: Rule) -> list[tuple[RuleVersion, str, str]]:
    """Every version, the newest first, in words."""
    environments, called = {each.slug: each for each in Environment.objects.all()}, names()
    versions = rule.versions.select_related("author", "rule")
    return [(v, when_of(v.ruling, environments), asked(v.ruling.asks, called)) for v in versions]


def names() -> dict[str, str]:
    """Whom a rule may ask, by `drawing.Ask.who`."""
    teams = {f"team:{team.pk}": team.name for team in Team.objects.all()}
    people = {f"person:{person.pk}": str(person) for person in User.objects.all()}
    return {REVIEWERS: "reviewers", **teams, **people}


def trial(name: str, condition: Condition, asks: tuple[Ask, ...], rule: Rule | None) -> Tried:
    versions = [version.pk for version in rule.versions.all()] if rule else []
    total, found = tried(Ruling(0, name, condition, asks), versions)
    called = names()
    first = [(each, flow_in_words(each.before, called), flow_in_words(each.after, called)) for each in found[:SHOWN]]
    return Tried(total, len(found), first)


def flow_in_words(steps: tuple[Drawn, ...], called: dict[str, str]) -> str:
    return asked(tuple(Ask(step.needed, step.who) for step in steps if step.needed), called)


def unsatisfiable(condition: Condition, asks: tuple[Ask, ...]) -> list[str]:
    """A sentence for each environment in which too few people could give what a rule asks for."""
    called, found = names(), []
    places = Environment.objects.filter(enabled=True)
    for place in places.filter(slug__in=condition.environments) if condition.environments else places:
        if condition.production and not place.production:
            continue
        reviewers = {person.pk: person for person in holders(Role.REVIEWER, place.slug)}
        for ask in asks:
            could = [str(person) for pk, person in reviewers.items() if pk in members(ask, set(reviewers))]
            if len(could) < ask.needed:
                whom = asked((ask,), called)
                only = f"only {' and '.join(could)} could decide" if could else "nobody could decide"
                found.append(f"{place.name}: of {whom} {only}. Plans that it holds for go back to their authors.")
    return found


def members(ask: Ask, reviewers: set[int]) -> set[int]:
    """The ids of those whom it asks."""
    if ask.who == REVIEWERS:
        return reviewers
    if ask.who.startswith("person:"):
        return {ask.key}
    return set(Membership.objects.filter(team=ask.key).values_list("person", flat=True))
