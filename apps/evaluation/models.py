"""Prices as AWS publishes them, what became of calls, and what resources have to be like."""

from django.conf import settings
from django.db import models

from apps.evaluation.organisation import Force, Kind, Wanted


class Price(models.Model):
    """What the Price List said of a product in a region, newest answer only.

    `attributes` and `usage` are those of `catalog.prices.Product`. `tiers` are rows of [start, end or null, USD], as
    texts. `problem` says why there is no rate ("" = there is one). `asked_at` is when somebody last needed it.
    """

    service = models.CharField(max_length=64)
    region = models.CharField(max_length=30)
    attributes = models.JSONField()
    usage = models.CharField(max_length=200, blank=True, default="")
    key = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the four above")
    unit = models.CharField(max_length=64, blank=True, default="")
    tiers = models.JSONField(default=list)
    effective = models.DateField(null=True)
    sku = models.CharField(max_length=64, blank=True, default="")
    source = models.CharField(max_length=64)
    problem = models.TextField(blank=True, default="")
    fetched_at = models.DateTimeField()
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["service", "region", "id"]

    def __str__(self) -> str:
        return f"{self.service} {self.region} {self.attributes}"


class Outcome(models.Model):
    """How one call of a run ended, by what calls are alike for (`evaluation.speed.topic`).

    `seconds` is the time from its intent until its effect was seen; None for a call that failed. `expected` is what the
    plan expected of it, in seconds.
    """

    topic = models.CharField(max_length=400)
    seconds = models.FloatField(null=True)
    expected = models.FloatField(default=0)
    failed = models.BooleanField(default=False)
    run = models.PositiveBigIntegerField(help_text="the number of the run's row")
    key = models.CharField(max_length=20, help_text="of the call in its plan")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="one_outcome_per_call_of_a_run")]
        indexes = [models.Index(fields=["topic", "-at"], name="outcomes_by_topic_newest")]

    def __str__(self) -> str:
        return f"{self.topic}: {'failed' if self.failed else self.seconds}"


KINDS = [
    (Kind.TAGS, "Required tags"),
    (Kind.REGIONS, "Allowed regions"),
    (Kind.SIZES, "Allowed sizes"),
    (Kind.INGRESS, "Nothing open to everybody"),
    (Kind.ENCRYPTION, "Encryption of what is stored"),
]
FORCES = [
    (Force.ADVISORY, "Is told so"),
    (Force.OVERRIDABLE, "Needs a reason"),
    (Force.MANDATORY, "Is refused"),
]


class Policy(models.Model):
    """What resources have to be like (`evaluation.organisation`), in some environments or, with none, in all.

    Policies are switched off, never removed.
    """

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    values = models.JSONField(default=list)
    force = models.CharField(max_length=20, choices=FORCES)
    environments = models.JSONField(default=list, help_text="slugs")
    enabled = models.BooleanField(default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.name

    @property
    def wanted(self) -> Wanted:
        return Wanted(Kind(self.kind), tuple(self.values))
