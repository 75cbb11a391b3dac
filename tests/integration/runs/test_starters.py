"""Every template to begin with is imported, planned and run at the endpoint; importing it again is nothing."""

import json
from typing import Any

import pytest
from cfnlint.api import lint
from cfnlint.core import get_rules

from apps.blueprints import decide, judge, queries, reading
from apps.blueprints.answers import answers, wrong
from apps.blueprints.inputs import inputs
from apps.blueprints.starters import Starter, starters
from apps.blueprints.wanted import There, Wanted, wanted
from apps.catalog import registry
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import User
from tests.integration.endpoint import Endpoint, executed, refreshed
from tests.integration.estate import TOKYO

People = dict[str, User]
GIVEN = {
    "Certificate": "",
    "Container": "111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/serving:1.0",
    "Artifacts": "kumo-models",
    "Distribution": "arn:aws:cloudfront::111111111111:distribution/E2QWRUHAPOMQZL",
    "BucketName": "kumo-site",
    "Name": "kumo",
}


@pytest.mark.parametrize("each", starters(), ids=lambda each: each.key)
def test_it_is_a_template_without_faults(each: Starter) -> None:
    source = reading.read(each.text)
    assert judge.problems(source.template) == []
    rules = get_rules([], [], ["I", "W", "E"], include_experimental=False)
    found = [f"{m.rule.id} {m.message}" for m in lint(json.dumps(source.template), rules=rules, regions=[TOKYO])]
    assert [said for said in found if said.startswith("E")] == []


@pytest.mark.parametrize("each", starters(), ids=lambda each: each.key)
def test_it_is_made_by_a_run_and_found_again(each: Starter, people: People, prod: Environment, real: Endpoint) -> None:
    template = reading.read(each.text).template
    found = resources(template, prod, typed(template, real.client("ec2")))
    changes = inputs(found, {}, TOKYO, TOKYO)
    assert len(changes) == len(found)
    run = executed(people, prod, real, *changes)
    refreshed(prod, real)

    known = {each.logical: there(each.type, each.made) for each in run.change_request.draft_changes.all()}
    again = resources(template, prod, typed(template, real.client("ec2")), known)
    assert inputs(again, known, TOKYO, TOKYO) == []


def typed(template: Any, ec2: Any) -> dict[str, str]:
    """What somebody would choose, by the names of the parameters."""
    network = next(each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"])
    rows = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network]}])["Subnets"]
    subnets = {each["AvailabilityZone"]: each["SubnetId"] for each in rows}
    first, second = sorted(subnets.values())[:2]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    chosen = GIVEN | {"Network": network, "Image": image}
    for name in template["Parameters"]:
        if "Subnet" in name:
            chosen[name] = first if name.endswith("A") else second
    return chosen


def resources(
    template: Any, prod: Environment, chosen: dict[str, str], known: dict[str, There] | None = None
) -> list[Wanted]:
    rows = decide.rows(template, decide.Here(prod.slug, TOKYO))
    values = {row.key: chosen.get(row.key, row.proposed) for row in rows}
    assert [*wrong(template, rows, values)] == []
    target = queries.target(prod, TOKYO, "starter")
    found, problems = wanted(template, answers(template, rows, values, prod.slug), target, known or {})
    assert problems == []
    return found


def there(kind: str, identifier: str) -> There:
    row = Resource.objects.get(type=kind, identifier=identifier, gone_at=None)
    assert registry.native(kind)
    return There(row.type, row.region, row.identifier, row.arn, row.document, row.name)
