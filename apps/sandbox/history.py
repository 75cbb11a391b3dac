"""A short history of change requests, each of them proposed, planned, reviewed and run by the product itself."""

import time
from dataclasses import dataclass
from typing import Any

from django.db.models import Min
from django.utils import timezone

from apps.changes import commands as changes
from apps.changes.models import ChangeRequest
from apps.changes.policies import DraftInput
from apps.changes.states import State
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import User
from apps.planner import tasks as planner_tasks
from apps.reviews import commands as reviews
from apps.runs import commands as runs
from apps.runs import tasks as run_tasks
from apps.runs.models import Run, Step
from apps.runs.states import RUN_TERMINAL, StepState

RUN_SECONDS = 120
DUE = (StepState.READY, StepState.RUNNING, StepState.WAITING)
BUCKET, DATABASE, CLUSTER = "AWS::S3::Bucket", "AWS::RDS::DBInstance", "AWS::Redshift::Cluster"
INSTANCE, TARGETS, GROUP = "AWS::EC2::Instance", "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::EC2::SecurityGroup"


class NotPlayed(RuntimeError):
    """A scene did not go as written."""


@dataclass(frozen=True)
class Stage:
    """The people and the environments, and what they do to requests."""

    people: dict[str, User]
    environments: dict[str, Environment]

    def propose(self, who: str, where: str, title: str, reason: str, *drafts: DraftInput) -> ChangeRequest:
        by, environment = self.people[who], self.environments[where]
        return changes.propose(by=by, environment=environment, title=title, reason=reason, changes=drafts)

    def update(self, where: str, type_name: str, name: str, **desired: Any) -> DraftInput:
        """Properties to set on a resource that inventory knows, with the values the form would have shown."""
        known = Resource.objects.get(environment=self.environments[where], type=type_name, name=name)
        base = {key: known.document[key] for key in desired if key in known.document}
        return DraftInput("update", type_name, known.region, known.identifier, known.name, desired, base)

    def submit(self, request: ChangeRequest) -> ChangeRequest:
        """Hand a draft in and let the planner plan it."""
        request.refresh_from_db()
        by = request.created_by
        changes.submit(by=by, change_request=request, edition=request.edition)
        planner_tasks.plan(request.pk)
        request.refresh_from_db()
        if request.state != State.IN_REVIEW:
            raise NotPlayed(f"{request} is {request.state}: {request.problems}")
        return request

    def digest(self, request: ChangeRequest) -> str:
        if request.revision is None:
            raise NotPlayed(f"{request} has no revision")
        return request.revision.digest

    def approve(self, who: str, request: ChangeRequest, text: str) -> None:
        reviews.approve(by=self.people[who], change_request=request, digest=self.digest(request), text=text)

    def run(self, who: str, request: ChangeRequest) -> Run:
        """Start the run and work its steps off as an executor would, until it has ended."""
        request.refresh_from_db()
        run = runs.start(by=self.people[who], change_request=request, digest=self.digest(request))
        give_up = time.monotonic() + RUN_SECONDS
        while run.state not in RUN_TERMINAL:
            if time.monotonic() > give_up:
                raise NotPlayed(f"{run} does not end")
            for step in run.steps.filter(state__in=DUE, due__lte=timezone.now()):
                run_tasks.step(step.pk)
            run.refresh_from_db()
            rest(run)
        return run


def rest(run: Run) -> None:
    """Sleep until the next step of the run is due."""
    due = Step.objects.filter(run=run, state__in=DUE).aggregate(next=Min("due"))["next"]
    if due is not None:
        time.sleep(max(0.0, min(5.0, (due - timezone.now()).total_seconds())))


def play(people: dict[str, User], environments: dict[str, Environment]) -> None:
    """All scenes, in the order of their numbers."""
    stage = Stage(people, environments)
    for scene in (succeeded, rejected, resized, failed, changes_requested, in_review, draft):
        scene(stage)


def succeeded(stage: Stage) -> None:
    request = stage.propose(
        "aiko",
        "stg",
        "Keep old versions of training data in staging",
        "A cleaning job overwrote last week's data set. Versions let us go back.",
        stage.update("stg", BUCKET, "kumo-training-data-stg", VersioningConfiguration={"Status": "Enabled"}),
    )
    stage.submit(request)
    changes.comment(by=stage.people["ben"], change_request=request, text="Who pays for the old versions?")
    changes.comment(by=stage.people["aiko"], change_request=request, text="The ML budget; about 40 GB a month.")
    stage.approve("ben", request, "Fine. Add a lifecycle rule next.")
    stage.run("aiko", request)


def rejected(stage: Stage) -> None:
    request = stage.submit(
        stage.propose(
            "daichi",
            "prod",
            "Turn off Multi-AZ of the orders database",
            "It costs twice as much.",
            stage.update("prod", DATABASE, "orders-prod", MultiAZ=False),
        )
    )
    reviews.reject(
        by=stage.people["chie"],
        change_request=request,
        digest=stage.digest(request),
        text="Orders must survive the loss of a zone. Let us look at the size instead.",
    )


def resized(stage: Stage) -> None:
    request = stage.submit(
        stage.propose(
            "daichi",
            "dev",
            "Keep backups of the orders database for a week in development",
            "Restoring from Monday was not possible on Thursday.",
            stage.update("dev", DATABASE, "orders-dev", BackupRetentionPeriod=7),
        )
    )
    stage.approve("chie", request, "")
    stage.run("daichi", request)


def failed(stage: Stage) -> None:
    """Somebody changes the bucket after the approval; the run finds out before its first call."""
    request = stage.submit(
        stage.propose(
            "aiko",
            "dev",
            "Keep old versions of logs in development",
            "To compare runs of the load test.",
            stage.update("dev", BUCKET, "kumo-access-logs-dev", VersioningConfiguration={"Status": "Enabled"}),
        )
    )
    stage.approve("ben", request, "OK for development.")
    other = stage.submit(
        stage.propose(
            "daichi",
            "dev",
            "Suspend versions of logs in development",
            "The load test writes millions of small objects.",
            stage.update("dev", BUCKET, "kumo-access-logs-dev", VersioningConfiguration={"Status": "Suspended"}),
        )
    )
    stage.approve("chie", other, "")
    stage.run("daichi", other)
    stage.run("aiko", request)


def changes_requested(stage: Stage) -> None:
    request = stage.submit(
        stage.propose(
            "daichi",
            "prod",
            "Health checks every 5 seconds",
            "A dead model server should leave the rotation sooner.",
            stage.update("prod", TARGETS, "models-prod", HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=3),
        )
    )
    reviews.request_changes(
        by=stage.people["ben"],
        change_request=request,
        digest=stage.digest(request),
        text="5 seconds is less than what a model needs to answer under load. Try 10.",
    )


def in_review(stage: Stage) -> None:
    request = stage.submit(
        stage.propose(
            "aiko",
            "stg",
            "More storage for the orders database in staging",
            "The copy of production's data needs 150 GiB.",
            stage.update("stg", DATABASE, "orders-stg", AllocatedStorage="150", BackupRetentionPeriod=5),
        )
    )
    changes.comment(by=stage.people["chie"], change_request=request, text="Storage can't shrink again. Is 150 enough?")


def draft(stage: Stage) -> None:
    stage.propose(
        "aiko",
        "prod",
        "Larger model servers for the autumn release",
        "The new ranking model needs more memory.",
        stage.update("prod", INSTANCE, "model-server-1-prod", InstanceType="m6i.4xlarge"),
    )
