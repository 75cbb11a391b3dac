"""The library: blueprints with their versions, and where each was imported."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from apps.changes.models import ChangeRequest
from apps.environments.models import Environment


class Blueprint(models.Model):
    """A set of resources under a name, as a template that changes from version to version."""

    name = models.CharField(max_length=100, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """A template that never changes again, as JSON text in the order in which it was written.

    `source` is {"environment", "region", "identifiers"}: where it was exported, and what each logical name is there; {}
    for a template that somebody uploaded. One that carries differences to a "target" also has "known", "unset" and
    "gone": what its logical names are there, which properties it takes away, and what it deletes.
    """

    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    source = models.JSONField(default=dict)
    notes = models.TextField(blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["blueprint", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.blueprint} version {self.number}"

    @property
    def carries(self) -> bool:
        """Whether it holds differences to one target only, and no set that could be made anywhere."""
        return "target" in self.source

    @cached_property
    def template(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found


class Import(models.Model):
    """One import: what was decided (`values`, by the keys of the form's rows), and the request that came of it."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="imports")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=30)
    values = models.JSONField(default=dict)
    change_request = models.OneToOneField(ChangeRequest, on_delete=models.PROTECT, related_name="import_of")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["environment", "-id"], name="imports_by_environment")]

    def __str__(self) -> str:
        return f"{self.version} in {self.environment}"


class Expected(models.Model):
    """A difference between two environments that is meant to be: of a property, or "" where one has no such resource.

    `one` is before `other` by their slugs.
    """

    one = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=120)
    logical = models.CharField(max_length=100)
    property = models.CharField(max_length=120, blank=True, default="")
    reason = models.CharField(max_length=500)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other", "type", "logical", "property"], name="expected_once")
        ]

    def __str__(self) -> str:
        return f"{self.logical} {self.property} of {self.one} and {self.other}".replace("  ", " ")


class Promotion(models.Model):
    """A set or a change on its way through environments, one after the other.

    It is a version of a blueprint, or what a request changed in its environment (`origin`).
    """

    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="promotions")
    origin = models.ForeignKey(ChangeRequest, null=True, on_delete=models.PROTECT, related_name="promotions")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(version__isnull=True) ^ models.Q(origin__isnull=True), name="promotes_one_thing"
            )
        ]

    def __str__(self) -> str:
        return str(self.version or self.origin)


class Stage(models.Model):
    """One environment on the way, with the newest request that was made for it."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="stages")
    number = models.PositiveSmallIntegerField()
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=30)
    change_request = models.OneToOneField(ChangeRequest, null=True, on_delete=models.PROTECT, related_name="stage_of")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["promotion", "number"], name="one_stage_per_number")]

    def __str__(self) -> str:
        return f"{self.promotion} in {self.environment}"
