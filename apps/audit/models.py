"""The append-only log. Rows point at things by name, never by foreign key, so that nothing can change them later."""

from django.db import models


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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="one_event_per_place_in_stream")]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["environment", "-at", "-id"], name="audit_by_environment"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_by_actor"),
            models.Index(fields=["subject", "-at", "-id"], name="audit_by_subject"),
            models.Index(fields=["verb", "-at", "-id"], name="audit_by_verb"),
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
