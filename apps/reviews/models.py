"""Who must agree to a revision, and who did."""

from django.conf import settings
from django.db import models

from apps.changes.models import ChangeRequest, Revision
from apps.environments.models import CalendarWindow
from apps.reviews.conditions import Condition
from apps.reviews.drawing import REVIEWERS, Ask, Ruling


class Team(models.Model):
    """People who are asked together. Teams are emptied, never removed."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody in a team, since when: who joined after a request was submitted doesn't decide on it."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["person__full_name"]
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="one_membership_per_person")]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"


class Rule(models.Model):
    """What approvals plans of some kind need. What it says is in its versions; it is switched off, never removed."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """What a rule says from `at` on; append-only in the database.

    `condition` is what `conditions.Condition.stored` writes, `asks` a list of {"needed", "who"} (`drawing.Ask`); an
    empty one says that no approval is required.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    condition = models.JSONField()
    asks = models.JSONField()
    enabled = models.BooleanField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="one_rule_version_per_number")]

    def __str__(self) -> str:
        return f"{self.rule}, version {self.number}"

    @property
    def ruling(self) -> Ruling:
        """What it says, to be judged. Raises `KeyError` for what was written by a newer version of the code."""
        asks = tuple(Ask(each["needed"], each["who"]) for each in self.asks)
        return Ruling(self.pk, self.rule.name, Condition.of(self.condition), asks)


class FlowStep(models.Model):
    """One step of a revision's approval flow: `needed` approvals of `who` (`drawing.Ask`) on a scope.

    `changes` are the ordinals because of which it was asked for, `why` the rules: [{"version", "rule", "sentence"}].
    None needed: a rule says that no approval is required.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="flow")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    rule = models.TextField(help_text="the rules that asked for it, in words")
    who = models.CharField(max_length=40, default=REVIEWERS)
    changes = models.JSONField(default=list)
    why = models.JSONField(default=list)
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
    """One decision of one person on one digest; append-only in the database. An approval counts until `expires_at`."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="reviews")
    step = models.ForeignKey(FlowStep, on_delete=models.PROTECT, related_name="reviews")
    plan_digest = models.CharField(max_length=64)
    scope_digest = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=20, choices=Decision)
    text = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "step", "plan_digest"], name="one_review_per_person_and_digest"),
            models.CheckConstraint(condition=models.Q(decision__in=Decision.values), name="known_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.decision} {self.revision}"


class AdministrativeChange(models.Model):
    """A change of `kind` (`second.KINDS`) that waits for a second administrator; `agreed` is null until it is decided.

    `said` is what is to be done, in words.
    """

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=150)
    said = models.TextField()
    values = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.said


class FreezeException(models.Model):
    """Somebody who may has let exactly this plan through a freeze; append-only in the database."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="exceptions")
    window = models.ForeignKey(CalendarWindow, on_delete=models.PROTECT, related_name="exceptions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.person} let {self.revision} through {self.window}"


class AfterReview(models.Model):
    """What somebody found who looked at an emergency afterwards; append-only in the database."""

    change_request = models.OneToOneField(ChangeRequest, on_delete=models.PROTECT, related_name="after_review")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    justified = models.BooleanField()
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} on {self.change_request.reference}"
