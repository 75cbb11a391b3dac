"""What reviewers read about a resource comes from AWS, whatever the proposal calls it."""

from typing import Any

import pytest

from apps.changes.commands import comment
from apps.changes.models import ChangeRequest, Comment
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.people.models import RoleBinding, User
from apps.planning import codec
from apps.planning.plan import Observation
from apps.refusal import Refused
from apps.reviews.commands import approve
from apps.runs.models import Step
from apps.runs.states import StepState
from apps.runs.tasks import step as step_task
from tests.integration import flow
from tests.integration.estate import GROUP, RDS, TOKYO, VPC, Account

People = dict[str, User]


def lied(name: str = "a-harmless-copy", identifier: str = "orders-prod") -> flow.DraftInput:
    return flow.DraftInput("update", RDS, TOKYO, identifier, name, {"DBInstanceClass": "db.r6g.xlarge"})


def names(request: ChangeRequest) -> list[str]:
    return list(request.draft_changes.order_by("ordinal").values_list("name", flat=True))


def test_an_existing_resource_has_its_identifier_or_the_name_that_was_observed(
    people: People, prod: Environment
) -> None:
    assert names(flow.draft(people["aiko"], prod, lied())) == ["orders-prod"]
    seen = Observation(RDS, TOKYO, "orders-prod", "Orders of the shop", "", "available", {})
    record_observation(environment=prod, observation=seen, cause="refresh")
    assert names(flow.draft(people["aiko"], prod, lied())) == ["Orders of the shop"]


def test_a_new_resource_has_the_name_that_it_will_have(people: People, prod: Environment) -> None:
    desired = {"GroupName": "open-to-all", "GroupDescription": "x", "VpcId": VPC}
    made = flow.DraftInput("create", GROUP, TOKYO, "", "harmless", desired)
    assert names(flow.draft(people["aiko"], prod, made)) == ["open-to-all"]


def test_the_plan_and_its_problems_name_what_was_seen(people: People, prod: Environment, aws: Account) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, lied()), aws)
    assert request.revision is not None
    assert [change.name for change in codec.parse(request.revision.canonical).changes] == ["orders-prod"]
    assert "harmless" not in str(request.revision.proposals)
    gone = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, lied(identifier="lost-prod")), aws)
    assert "lost-prod no longer exists" in gone.problems[0]["sentence"]


@pytest.mark.parametrize(("ordinal", "name"), [(2, ""), (7, "DBInstanceClass"), (1, "Nonsense"), (None, "MultiAZ")])
def test_a_comment_where_nobody_would_see_it_is_refused(
    people: People, prod: Environment, aws: Account, ordinal: int | None, name: str
) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    with pytest.raises(Refused) as refused:
        comment(by=people["ben"], change_request=request, text="Why?", ordinal=ordinal, property=name)
    assert refused.value.refusal.code == "place"
    assert not Comment.objects.exists()
    comment(by=people["ben"], change_request=request, text="Why?", ordinal=1, property="DBInstanceClass")


def test_who_may_decide_is_frozen_when_the_request_is_submitted_and_stays_so_when_it_is_planned_again(
    people: People, prod: Environment, aws: Account
) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    late = User.objects.create_user("haru", "haru@example.test", None, full_name="Haru Endo")
    RoleBinding.objects.create(user=late, role="reviewer", environment="prod")
    flow.replanned(people["aiko"], request, aws)
    with pytest.raises(Refused) as refused:
        approve(by=late, change_request=request, digest=flow.digest(request))
    assert refused.value.refusal.code == "eligible"
    assert approve(by=people["ben"], change_request=request, digest=flow.digest(request))


def test_a_process_that_may_not_call_leaves_a_step_alone(
    people: People, prod: Environment, aws: Account, settings: Any
) -> None:
    run = flow.started(people, prod, aws)
    settings.RINGI_PROCESS = "planner"
    step_task(run.steps.get().pk)
    step = Step.objects.get(run=run)
    assert (step.state, step.fence, step.owner) == (StepState.READY, 0, "")
