"""What people are told of the log, how far it was read for that, and who wants mail of what."""

from django.conf import settings
from django.db import models


class Kind(models.TextChoices):
    REVIEW = "review", "A request waits for your review"
    DECISION = "decision", "Your request was decided on, or given back"
    CONVERSATION = "conversation", "Somebody mentions you, or answers where you take part"
    TROUBLE = "trouble", "A run of your request failed, needs a person, or did not start"
    RUN = "run", "A run of your request succeeded"
    EMERGENCY = "emergency", "An emergency where you review"
    ADMINISTRATION = "administration", "A change of settings waits for a second administrator"


class Cursor(models.Model):
    """Up to which event of the log somebody has read: all up to it, and some behind it."""

    name = models.CharField(max_length=40, unique=True)
    event = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} up to {self.event}"


class Notification(models.Model):
    """One event told to one person. `event` is its id in the log; a person is told of an event once.

    The first line of `text` says what happened, the others are particulars.
    `address` is a path of the product. Mail is sent when it is `mail_due`, which is also the lease while it is sent.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    event = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField()
    address = models.CharField(max_length=300)
    request = models.PositiveBigIntegerField(null=True, help_text="the number of the change request that it is about")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_due = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    mail_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="one_notification_per_event")]
        indexes = [
            models.Index(fields=["person"], name="unread_notifications", condition=models.Q(read_at=None)),
            models.Index(fields=["person", "-id"], name="newest_notifications"),
            models.Index(fields=["mail_due"], name="mails_due", condition=models.Q(mail_due__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def headline(self) -> str:
        return self.text.partition("\n")[0]

    @property
    def particulars(self) -> str:
        return self.text.partition("\n")[2]


class Preference(models.Model):
    """Whether a person wants mail of a kind; without a row it is as `preferences.MAILED` says."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=20, choices=Kind)
    mail = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_preference_per_kind")]

    def __str__(self) -> str:
        return f"{self.person}, {self.kind}: {'mail' if self.mail else 'no mail'}"


class Form(models.TextChoices):
    SIGNED = "signed", "JSON, signed"
    SLACK = "slack", "Slack, incoming webhook"


class Webhook(models.Model):
    """Another system that is told of the log. `topics` are the first parts of verbs; none means all of them.

    The secret with which its deliveries are signed is made of the installation's and of `nonce`, and stored nowhere.
    """

    name = models.CharField(max_length=80, unique=True)
    form = models.CharField(max_length=10, choices=Form)
    url = models.CharField(max_length=1000)
    topics = models.JSONField(default=list)
    environments = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    nonce = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Given up"


class Delivery(models.Model):
    """One event for one webhook, once. `due` is when it is sent next, and the lease while it is sent."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    due = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "event"], name="one_delivery_per_event")]
        indexes = [
            models.Index(fields=["due"], name="deliveries_due", condition=models.Q(due__isnull=False)),
            models.Index(fields=["webhook", "-id"], name="deliveries_in_trouble", condition=~models.Q(error="")),
        ]

    def __str__(self) -> str:
        return f"event {self.event} for {self.webhook}: {self.state}"
