"""An estate of sixty resources is made by one run at the endpoint, found again, and exported as what it came from."""

from typing import Any

from apps.blueprints import choose, decide, queries
from apps.blueprints.answers import answers
from apps.blueprints.export import exported
from apps.blueprints.inputs import inputs
from apps.blueprints.wanted import There, wanted
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import User
from tests.integration.endpoint import Endpoint, executed, refreshed
from tests.unit.blueprints.estates import TOKYO, Place

SOURCE = Place("lab", TOKYO, "111111111111", number=100)
MANY, SERVICES = 60, 4


def test_sixty_resources_are_made_and_exported_again(
    people: dict[str, User], prod: Environment, real: Endpoint
) -> None:
    parts = SOURCE.parts(SERVICES)
    queues = [SOURCE.part("AWS::SQS::Queue", f"q{n}", f"q{n}-lab", {"QueueName": f"q{n}-lab"}) for n in range(MANY)]
    parts += queues[: MANY - len(parts)]
    template = exported(parts, "lab", SOURCE.account, TOKYO, {}).template
    found = changes(template, prod, {})
    assert len(found) == MANY
    run = executed(people, prod, real, *found)
    refreshed(prod, real)

    made = {each.logical: each for each in run.change_request.draft_changes.all()}
    rows = {name: Resource.objects.get(type=each.type, identifier=each.made) for name, each in made.items()}
    there = {n: There(r.type, r.region, r.identifier, r.arn, r.document, r.name) for n, r in rows.items()}
    assert changes(template, prod, there) == []
    again = choose.blueprint_of(list(rows.values()))
    before, after = names(template), names(again.template)
    assert before.keys() == after.keys()
    assert [name for name in before if not before[name] <= after[name]] == [], "AWS adds what it sets by itself"


def changes(template: Any, prod: Environment, there: dict[str, There]) -> list[Any]:
    asked = decide.rows(template, decide.Here(prod.slug, TOKYO))
    values = {row.key: row.proposed for row in asked}
    target = queries.target(prod, TOKYO, "large")
    found, problems = wanted(template, answers(template, asked, values, prod.slug), target, there)
    assert problems == []
    return inputs(found, there, TOKYO, TOKYO)


def names(template: Any) -> dict[str, set[str]]:
    """The properties of each resource, without what only one of the two can have."""
    own = {"Tags", "ManageMasterUserPassword"}
    return {name: set(each["Properties"]) - own for name, each in template["Resources"].items()}
