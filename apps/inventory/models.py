"""What exists, as it was last read."""

from django.db import models

from apps import search
from apps.environments.models import Environment

THERE = models.Q(gone_at__isnull=True)


class Resource(models.Model):
    """One resource of one environment and region; `gone_at` is set when a complete list no longer has it."""

    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="resources")
    region = models.CharField(max_length=30)
    type = models.CharField(max_length=120)
    identifier = models.CharField(max_length=512)
    name = models.CharField(max_length=512)
    arn = models.CharField(max_length=2048, blank=True, default="")
    status = models.CharField(max_length=60, blank=True, default="")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    search = models.TextField(default="", help_text="lower-case name, identifier, ARN, type and tags")
    first_seen_at = models.DateTimeField()
    observed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "region", "type", "identifier"], name="one_row_per_resource")
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="resources_by_name"),
            models.Index(fields=["environment", "name", "id"], name="resources_by_environment", condition=THERE),
            models.Index(fields=["type", "name", "id"], name="resources_by_type", condition=THERE),
            models.Index(fields=["status", "name", "id"], name="resources_by_status", condition=THERE),
            search.index("search", name="resources_search"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


class ResourceVersion(models.Model):
    """A document that a resource had from `observed_at` on; a row is added only when the document changed."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="versions")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=60, blank=True, default="")
    observed_at = models.DateTimeField()
    cause = models.CharField(max_length=120, help_text="'refresh' or the run that made it, as CR-7/run 1")

    class Meta:
        indexes = [models.Index(fields=["resource", "-observed_at"], name="versions_newest_first")]

    def __str__(self) -> str:
        return f"{self.resource} at {self.observed_at:%Y-%m-%d %H:%M}"


class Relation(models.Model):
    """A value in a resource's document that names another: "Subnets/*" names the "SubnetId" of an AWS::EC2::Subnet."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="relations")
    pointer = models.CharField(max_length=300)
    type = models.CharField(max_length=120)
    attribute = models.CharField(max_length=120)
    value = models.CharField(max_length=512)

    class Meta:
        indexes = [models.Index(fields=["type", "value"], name="relations_by_target")]

    def __str__(self) -> str:
        return f"{self.resource} {self.pointer}: {self.value}"


class ScanState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Reading"
    DONE = "done", "Read"
    FAILED = "failed", "Could not be read"


class TypeScan(models.Model):
    """The newest reading of one type in one environment and region; `error` is a sentence when it failed.

    One that takes long is done in slices: `begun_at` is when the first began, `seen` holds the identifiers that were
    read so far, and `tries` counts the slices since then that read nothing.
    """

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="scans")
    region = models.CharField(max_length=30)
    type = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=ScanState)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True, editable=False)
    seen = models.JSONField(default=list, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    count = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=120, blank=True, default="")
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "region", "type"], name="one_scan_per_type")]

    def __str__(self) -> str:
        return f"{self.type} in {self.environment} {self.region}: {self.state}"
