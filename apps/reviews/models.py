"""Who must agree to a revision, and who did."""

from django.conf import settings
from django.db import models

from apps.changes.models import Revision
from apps.environments.models import Environment
from apps.reviews.rules import Condition

RISKS = [("medium", "Medium or high"), ("high", "High")]


class Rule(models.Model):
    """What asks for more approvals than one: a condition on cost and risk (`reviews.rules`), of one environment or all.

    `cost_over` is USD a month. Rules are switched off, never removed.
    """

    name = models.CharField(max_length=80, unique=True)
    environment = models.ForeignKey(
        Environment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="none: all of them"
    )
    cost_over = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    risk_at_least = models.CharField(max_length=10, blank=True, default="", choices=RISKS)
    needed = models.PositiveSmallIntegerField(default=2)
    enabled = models.BooleanField(default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def condition(self) -> Condition:
        return Condition(self.cost_over, self.risk_at_least)


class FlowStep(models.Model):
    """One step of a revision's approval flow: `needed` approvals on a scope (for now: the whole plan)."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="flow")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    rule = models.CharField(max_length=500, help_text="the rule that asked for it, in words")
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
