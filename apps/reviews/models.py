"""Who must agree to a revision, and who did."""

from django.conf import settings
from django.db import models

from apps.changes.models import Revision


class FlowStep(models.Model):
    """One step of a revision's approval flow: `needed` approvals on a scope (for now: the whole plan)."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="flow")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    rule = models.CharField(max_length=200, help_text="the rule that asked for it, in words")
    needed = models.PositiveSmallIntegerField()
    scope_digest = models.CharField(max_length=64)
    eligible = models.JSONField(help_text="user ids that could approve when the request was submitted")

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["revision", "ordinal"], name="one_flow_step_per_ordinal")]

    def __str__(self) -> str:
        return f"{self.name} for {self.revision}"


class Decision(models.TextChoices):
    APPROVE = "approve", "Approved"
    REQUEST_CHANGES = "request_changes", "Requested changes"
    REJECT = "reject", "Rejected"


class Review(models.Model):
    """One decision of one person on one digest; append-only in the database."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="reviews")
    step = models.ForeignKey(FlowStep, on_delete=models.PROTECT, related_name="reviews")
    plan_digest = models.CharField(max_length=64)
    scope_digest = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=20, choices=Decision)
    text = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "step", "plan_digest"], name="one_review_per_person_and_digest"),
            models.CheckConstraint(condition=models.Q(decision__in=Decision.values), name="known_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.decision} {self.revision}"
