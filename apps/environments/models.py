"""Accounts and the environments in them."""

from datetime import datetime

from django.db import models

from apps.environments import calendar


class Account(models.Model):
    """An AWS account that was connected by an administrator. At most `calls_most` calls are on their way at once."""

    number = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=100)
    calls_most = models.PositiveSmallIntegerField(default=20)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[0-9]{12}$"), name="account_number_has_12_digits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Environment(models.Model):
    """A stage in one account with one or more regions, the first its default, and the two roles used there.

    `runs_most` and `calls_most` are how many runs, and calls without an answer yet, may be under way at once; a run
    starts nothing new after `failures_most` failed steps. An approval counts for `approval_days`.
    """

    slug = models.SlugField(unique=True, max_length=30)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="environments")
    regions = models.JSONField()
    resource_tag = models.CharField(
        max_length=128,
        blank=True,
        default="",
        help_text="name=value that marks this environment's resources where an account holds several",
    )
    read_role_arn = models.CharField(max_length=2048)
    write_role_arn = models.CharField(max_length=2048)
    external_id = models.CharField(max_length=1224)
    enabled = models.BooleanField(default=True)
    production = models.BooleanField(default=False, help_text="people depend on it: the same change is a greater risk")
    runs_most = models.PositiveSmallIntegerField(default=10)
    calls_most = models.PositiveSmallIntegerField(default=10)
    failures_most = models.PositiveSmallIntegerField(default=1)
    approval_days = models.PositiveSmallIntegerField(default=7)
    emergencies = models.BooleanField(default=False, help_text="authors may declare an emergency here")
    two_administrators = models.BooleanField(
        default=False, help_text="its rules, teams and roles, and this switch, are changed by two administrators"
    )

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def default_region(self) -> str:
        return str(self.regions[0])


class Process(models.TextChoices):
    """Which worker goes through a door: the planner only looks, the executor looks and calls."""

    PLANNER = "planner", "Planner"
    EXECUTOR = "executor", "Executor"


class TestState(models.TextChoices):
    QUEUED = "queued", "Waiting for the worker"
    RUNNING = "running", "Being tested"
    DONE = "done", "Tested"


class ConnectionTest(models.Model):
    """The newest test of one way into an environment: one process through its read or its write role.

    `principal` is who the process is at AWS. `findings` are {"hinders", "sentence"}, none where nothing is missing.
    """

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="connection_tests")
    process = models.CharField(max_length=10, choices=Process)
    writes = models.BooleanField()
    state = models.CharField(max_length=10, choices=TestState, default=TestState.QUEUED)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    principal = models.CharField(max_length=2048, blank=True, default="")
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ["-process", "writes"]
        constraints = [
            models.UniqueConstraint(fields=["environment", "process", "writes"], name="one_test_per_way"),
        ]

    def __str__(self) -> str:
        return f"{self.process} into {self.environment}: {self.state}"

    @property
    def role_arn(self) -> str:
        return self.environment.write_role_arn if self.writes else self.environment.read_role_arn


class CalendarWindow(models.Model):
    """A freeze or an open window (`calendar.Window`), as an administrator wrote it.

    `starts` is a wall time in `zone`, as in 2026-12-20T18:00. `lets_through` are those who may let a request through a
    freeze, as rules name them ("team:3", "person:5").
    """

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=((calendar.FREEZE, "Freeze"), (calendar.OPEN, "Open window")))
    reason = models.TextField(blank=True, default="")
    starts = models.CharField(max_length=16)
    minutes = models.PositiveIntegerField()
    zone = models.CharField(max_length=60)
    rule = models.CharField(max_length=300, blank=True, default="")
    environments = models.JSONField(default=list)
    production = models.BooleanField(default=False)
    types = models.JSONField(default=list)
    holds = models.BooleanField(default=False)
    lets_through = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> calendar.Window:
        return calendar.Window(
            self.name, self.kind, datetime.fromisoformat(self.starts), self.minutes, self.zone, self.rule,
            tuple(self.environments), self.production, tuple(self.types), self.holds, self.pk or 0,
        )  # fmt: skip
