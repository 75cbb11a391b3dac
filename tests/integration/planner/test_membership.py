"""Environments that share an account: a tag says what belongs to which, and changing it is handing over."""

import pytest

from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import User
from tests.integration import flow
from tests.integration.estate import RDS, TOKYO, Account

People = dict[str, User]
PROD, DEV = ({"Key": "stage", "Value": stage} for stage in ("prod", "dev"))


@pytest.fixture
def shared(db: None, aws: Account) -> Environment:
    """prod, in whose account dev is too."""
    flow.make_environment("dev", "stage=dev")
    for database in aws.documents.values():
        database["Tags"] = [PROD]
    return flow.make_environment("prod", "stage=prod")


def retagged(people: People, environment: Environment, aws: Account, *tags: dict[str, str]) -> ChangeRequest:
    change = flow.DraftInput("update", RDS, TOKYO, "orders-prod", "orders-prod", {"Tags": [*tags]}, {"Tags": [PROD]})
    return flow.submitted(people["aiko"], flow.draft(people["aiko"], environment, change), aws)


def test_a_resource_is_not_handed_to_an_environment_in_which_its_author_is_nobody(
    people: People, shared: Environment, aws: Account
) -> None:
    request = retagged(people, shared, aws, DEV)
    assert [(p["property"], p["code"]) for p in request.problems] == [("Tags", "environment")]
    assert "belongs to dev" in request.problems[0]["sentence"]


def test_an_author_of_both_is_warned_and_so_are_reviewers(people: People, shared: Environment, aws: Account) -> None:
    people["aiko"].bindings.create(role="requester", environment="dev")
    request = retagged(people, shared, aws, DEV)
    assert request.revision is not None, request.problems
    [said] = [check for check in request.revision.checks if check["name"] == "Environment"]
    assert (said["outcome"], said["property"]) == ("warn", "Tags")
    assert "leaves prod and belongs to dev" in said["sentence"]


def test_a_tag_that_leaves_it_to_nobody_is_a_warning(people: People, shared: Environment, aws: Account) -> None:
    request = retagged(people, shared, aws, {"Key": "stage", "Value": "lost"})
    assert request.revision is not None, request.problems
    assert any("belongs to no environment" in check["sentence"] for check in request.revision.checks)


def test_other_tags_are_nothing_to_warn_of(people: People, shared: Environment, aws: Account) -> None:
    request = retagged(people, shared, aws, PROD, {"Key": "owner", "Value": "payments"})
    assert request.revision is not None, request.problems
    assert not [check for check in request.revision.checks if check["name"] == "Environment"]


def test_a_stranger_is_named_as_aws_knows_it(people: People, shared: Environment, aws: Account) -> None:
    aws.documents["orders-prod"]["Tags"] = [DEV]
    change = flow.DraftInput("update", RDS, TOKYO, "orders-prod", "harmless", {"DBInstanceClass": "db.r6g.xlarge"})
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], shared, change), aws)
    assert request.problems[0]["sentence"].startswith("orders-prod doesn't belong to prod.")
