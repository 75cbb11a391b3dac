"""The append-only log. Rows point at things by name, never by foreign key, so that nothing can change them later."""

from django.db import models
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat

from apps.search import index

# What is looked for in the log: the subject, and what of it: a resource, a call, the changes of a draft.
SEARCHED = Concat(
    Cast("subject", models.TextField()),
    Value(" "),
    Coalesce(KT("data__resource"), Value(""), output_field=models.TextField()),
    Value(" "),
    Coalesce(KT("data__operation"), Value(""), output_field=models.TextField()),
    Value(" "),
    Coalesce(KT("data__changes"), Value(""), output_field=models.TextField()),
    output_field=models.TextField(),
)


class Event(models.Model):
    """One thing that was done, by whom, to what.

    The database trigger assigns `seq`, `prev` and `hash` from the head of the stream. The hash is
    SHA-256(0x00 || prev || canonical text); `data` is only a searchable copy of what `text` holds.
    """

    id = models.BigAutoField(primary_key=True)
    stream = models.CharField(max_length=80)
    seq = models.BigIntegerField(default=0)
    prev = models.BinaryField(max_length=32, default=b"")
    hash = models.BinaryField(max_length=32, default=b"")
    text = models.TextField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor = models.CharField(max_length=150)
    actor_name = models.CharField(max_length=150, blank=True)
    environment = models.SlugField(blank=True, default="")
    subject = models.CharField(max_length=200)
    request_id = models.CharField(max_length=64, blank=True, default="")
    data = models.JSONField(default=dict)
    search = models.GeneratedField(expression=SEARCHED, output_field=models.TextField(), db_persist=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="one_event_per_place_in_stream")]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["environment", "-at", "-id"], name="audit_by_environment"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_by_actor"),
            models.Index(fields=["subject", "-at", "-id"], name="audit_by_subject"),
            models.Index(fields=["verb", "-at", "-id"], name="audit_by_verb"),
            index("search", name="audit_search"),
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.verb}"


class StreamHead(models.Model):
    """The newest place and hash of one stream; the trigger locks and moves it."""

    stream = models.CharField(max_length=80, primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq}"


class VerificationState(models.TextChoices):
    QUEUED = "queued", "Waiting for a worker"
    RUNNING = "running", "Checking"
    DONE = "done", "Checked"
    FAILED = "failed", "Interrupted"


class Verification(models.Model):
    """One check of the whole log. It is done in slices: `stream` and `seq` are the place that was reached.

    `expected` is how many events there were when it was asked for. `findings` are the first sentences about what is
    wrong, `breaks` counts all. `tries` counts the slices since the last that got further.
    """

    asked_by = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=VerificationState, default=VerificationState.QUEUED)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expected = models.BigIntegerField()
    events = models.BigIntegerField(default=0)
    streams = models.BigIntegerField(default=0)
    stream = models.CharField(max_length=80, blank=True, default="")
    seq = models.BigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    breaks = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"verification {self.pk}: {self.state}"

    @property
    def under_way(self) -> bool:
        return self.state in (VerificationState.QUEUED, VerificationState.RUNNING)
