"""Runs: one execution of an approved revision, step by step."""

import secrets

from django.conf import settings
from django.db import models

from apps.changes.models import ChangeRequest, Revision
from apps.runs.states import RUN_TERMINAL, AttemptState, RunState, StepState


def choices(states: type[RunState] | type[StepState] | type[AttemptState]) -> list[tuple[str, str]]:
    return [(state.value, state.value.capitalize()) for state in states]


def random_text() -> str:
    """256 bits that nobody can guess, as 64 hex digits."""
    return secrets.token_hex(32)


RUN_STATES, STEP_STATES = choices(RunState), choices(StepState)


class Run(models.Model):
    """One execution of one approved revision. `digest` is what was approved; `failure` says why it stopped.

    Tokens and marks are made from its `nonce`, a random text that nothing else has.

    Nothing new starts once it is `stopped`, and while somebody holds it (`held_by`, `held_reason`).
    `actual` is what `runs.actuals` measured once it had succeeded.
    `drift` lists what had moved when it stopped, each {"ordinal", "key", "property", "base", "live", "wanted"}.
    """

    change_request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="runs")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64, default=random_text, editable=False)
    state = models.CharField(max_length=12, choices=RUN_STATES, default=RunState.QUEUED)
    cancel_requested = models.BooleanField(default=False)
    stopped = models.BooleanField(default=False)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    held_reason = models.CharField(max_length=500, blank=True, default="")
    failure = models.TextField(blank=True, default="")
    drift = models.JSONField(default=list)
    actual = models.JSONField(default=dict)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs")
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["change_request", "number"], name="one_run_per_number"),
            models.UniqueConstraint(
                fields=["change_request"],
                condition=~models.Q(state__in=sorted(s.value for s in RUN_TERMINAL)),
                name="one_live_run_per_change_request",
            ),
            models.CheckConstraint(condition=models.Q(state__in=[s.value for s in RunState]), name="known_run_state"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="runs_by_state_newest")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.state}"

    @property
    def reference(self) -> str:
        return f"CR-{self.change_request_id}/run {self.number}"


class ScheduleState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    STARTED = "started", "Started"
    REFUSED = "refused", "Not started"
    CANCELLED = "cancelled", "Taken back"


class Schedule(models.Model):
    """A run of exactly this revision that starts by itself `at` a time, in the name of who asked for it.

    `said` is why it did not.
    """

    change_request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="schedules")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ScheduleState, default=ScheduleState.WAITING)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    said = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_request"], condition=models.Q(state="waiting"), name="one_start_is_waited_for"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="starts_waited_for", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"CR-{self.change_request_id} at {self.at:%Y-%m-%d %H:%M}"


class Step(models.Model):
    """One approved call with its wait. `due` is when it wants attention, and the lease while it is claimed.

    `key` names the call in the plan; service, operation and parameters are for display, the executor decodes the call
    from the revision's canonical text. Every write after a claim is filtered by `fence`. `place` is
    environment/region/type: steps of one place are looked at together. `owner` is who has it claimed, "" = nobody.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps")
    ordinal = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=20)
    resource_key = models.CharField(max_length=700)
    place = models.CharField(max_length=190, blank=True, default="")
    service = models.CharField(max_length=60)
    operation = models.CharField(max_length=100)
    parameters = models.JSONField()
    purpose = models.CharField(max_length=300)
    expected_minutes = models.FloatField(default=0)
    state = models.CharField(max_length=12, choices=STEP_STATES, default=StepState.PENDING)
    fence = models.BigIntegerField(default=0)
    due = models.DateTimeField(null=True)
    owner = models.CharField(max_length=120, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    expiries = models.PositiveIntegerField(default=0, help_text="claims that ran out and were taken over")
    polls = models.PositiveIntegerField(default=0)
    agreed = models.PositiveSmallIntegerField(default=0, help_text="reads in a row that showed what was wanted")
    otherwise = models.PositiveSmallIntegerField(default=0, help_text="reads in a row that showed a third value")
    stumbles = models.PositiveSmallIntegerField(default=0, help_text="claims in a row that came to no end")
    cause = models.CharField(max_length=300, blank=True, default="", help_text="what it waits for, in words")
    outcome = models.TextField(blank=True, default="", help_text="what happened, in words")
    outputs = models.JSONField(default=dict)
    deadline = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    acked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="one_step_per_call"),
            models.CheckConstraint(condition=models.Q(state__in=[s.value for s in StepState]), name="known_step_state"),
        ]
        indexes = [
            models.Index(
                fields=["due"], name="steps_due", condition=models.Q(state__in=["ready", "running", "waiting"])
            ),
            models.Index(fields=["place", "due"], name="steps_looked_at", condition=models.Q(state="waiting")),
            models.Index(
                fields=["owner"], name="steps_claimed", condition=models.Q(due__isnull=False) & ~models.Q(owner="")
            ),
            models.Index(fields=["expiries"], name="steps_expired", condition=models.Q(expiries__gt=0)),
            models.Index(fields=["finished_at"], name="steps_ended", condition=models.Q(finished_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.run.reference} step {self.key}"


class Attempt(models.Model):
    """One intended call: written before it is made, answered after it.

    `mark` is what a creation is recognised by; `unclear` says that looking had to answer it, since AWS did not.
    """

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    fence = models.BigIntegerField()
    client_token = models.CharField(max_length=64)
    session_name = models.CharField(max_length=64)
    mark = models.CharField(max_length=80, blank=True, default="")
    unclear = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=choices(AttemptState), default=AttemptState.INTENDED)
    intended_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=128, blank=True, default="")
    http_status = models.PositiveSmallIntegerField(null=True)
    error_code = models.CharField(max_length=120, blank=True, default="")
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="one_attempt_per_number"),
            models.UniqueConstraint(
                fields=["step"], condition=models.Q(state="intended"), name="one_open_question_per_step"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in AttemptState]), name="known_attempt_state"
            ),
        ]
        indexes = [
            models.Index(fields=["error_code"], name="attempts_in_error", condition=~models.Q(error_code="")),
            models.Index(fields=["mark"], name="attempts_by_mark", condition=~models.Q(mark="")),
        ]

    def __str__(self) -> str:
        return f"{self.step} attempt {self.number}"


class ResourceLock(models.Model):
    """A resource held by a live run; `key` is account/region/type/identifier."""

    key = models.CharField(max_length=700, primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="locks")
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key} held by {self.run.reference}"


class Worker(models.Model):
    """The sign of life of one worker, written by itself. A drained one finishes what it has and takes nothing new.

    `name` is its node and the number of its process; what its processes claim is owned by `name/number`.
    """

    name = models.CharField(max_length=110, primary_key=True)
    kind = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    draining = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name
