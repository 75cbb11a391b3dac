"""Change requests, from draft to decision."""

from django.conf import settings
from django.db import models

from apps import search
from apps.changes.states import State
from apps.environments.models import Environment

STATES = [(state.value, state.value.replace("_", " ").capitalize()) for state in State]


class ChangeRequest(models.Model):
    """A reviewable proposal for one environment. `id` is its number: CR-<id>.

    `edition` counts every edit and is the compare-and-swap token of the draft; `problems` are the findings of the last
    planning that was refused, each {"ordinal", "property", "code", "sentence"}. `planning_due_at` is when the planner
    is wanted, and its lease while it works; `planning_tries` counts the leases since the submission. `rebase` makes the
    next planning take live values as base. `rolls_back` is the request whose effects this one takes back, `after` the
    one that must have been applied before this one is, as in an earlier environment. `applied_at`
    is when a run succeeded; nothing is decided after that.
    `followed_at` is when the revision was last compared with live values that had moved. `emergency` is why it was
    submitted as one ("" = it was not). `reviewers` are the ids of those who reviewed in the environment when it was
    submitted, at `submitted_at` (null = never submitted); `asked` those whom the flow of its revision asks and who
    have not answered, so that lists need not look for them in its steps. `search` is what it is found by, in lower
    case: its reference and title, and the types, names and identifiers of its resources.
    """

    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="change_requests")
    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True, default="")
    state = models.CharField(max_length=20, choices=STATES, default=State.DRAFT)
    edition = models.PositiveIntegerField(default=1)
    problems = models.JSONField(default=list)
    planning_due_at = models.DateTimeField(null=True)
    planning_tries = models.PositiveSmallIntegerField(default=0)
    rebase = models.BooleanField(default=False)
    applied_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    rolls_back = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="rollbacks")
    after = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="later")
    reviewers = models.JSONField(null=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    asked = models.JSONField(default=list, editable=False)
    emergency = models.TextField(blank=True, default="", editable=False)
    followed_at = models.DateTimeField(null=True, editable=False)
    revision = models.OneToOneField("Revision", null=True, on_delete=models.PROTECT, related_name="current_of")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="change_requests")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    search = models.TextField(default="", editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in State]), name="known_change_request_state"
            )
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="change_requests_by_state"),
            models.Index(
                fields=["state", "-id"], name="change_requests_to_apply", condition=models.Q(applied_at__isnull=True)
            ),
            models.Index(
                fields=["-id"], name="change_requests_in_review", condition=models.Q(state=State.IN_REVIEW.value)
            ),
            models.Index(fields=["-id"], name="emergencies", condition=~models.Q(emergency="")),
            models.Index(fields=["updated_at", "id"], name="change_requests_by_change"),
            search.index("search", name="change_requests_search"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return f"CR-{self.pk}"


class Author(models.Model):
    """Someone who ever edited a change request; an author never approves it. Rows are never removed."""

    change_request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="authors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change_request", "user"], name="one_author_row_per_person")]

    def __str__(self) -> str:
        return f"{self.user} of CR-{self.change_request_id}"


class DraftChange(models.Model):
    """What the draft asks for one resource; see `planning.plan.Proposal` for `desired`, `base` and `consents`.

    `made` is the identifier of the resource that a run of the request has created for it ("" = none has). `logical` is
    what a resource to be created is called within the request ("" for an existing one).
    """

    change_request = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="draft_changes")
    ordinal = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=10, choices=[(a, a) for a in ("create", "update", "delete")])
    type = models.CharField(max_length=120)
    region = models.CharField(max_length=30)
    identifier = models.CharField(max_length=512, blank=True, default="")
    name = models.CharField(max_length=512)
    logical = models.CharField(max_length=64, blank=True, default="")
    desired = models.JSONField(default=dict)
    base = models.JSONField(default=dict)
    consents = models.JSONField(default=dict)
    made = models.CharField(max_length=512, blank=True, default="", editable=False)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["change_request", "ordinal"], name="one_draft_change_per_ordinal")
        ]
        indexes = [models.Index(fields=["type", "region", "identifier"], name="draft_changes_by_resource")]

    def __str__(self) -> str:
        return f"{self.action} {self.type} {self.name}"


class Revision(models.Model):
    """An immutable snapshot: the plan's canonical text, its digest, and the whole documents it was planned from.

    `bases` and `desired` map a change's ordinal (as text) to a document; `proposals` keeps the draft as it was.
    `checks` is a list of {"name", "outcome": pass|warn|fail, "sentence", "ordinal", "property"}, some with the
    address of their "source". `evaluation` is what `planner.evaluation` makes of the plan; no approval binds it.
    """

    change_request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    canonical = models.TextField()
    digest = models.CharField(max_length=64)
    proposals = models.JSONField()
    bases = models.JSONField()
    desired = models.JSONField()
    checks = models.JSONField(default=list)
    evaluation = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["change_request", "number"], name="one_revision_per_number"),
            models.CheckConstraint(condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="digest_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"CR-{self.change_request_id} revision {self.number}"


class Usage(models.Model):
    """What somebody says is used in a month of one part of a change's resource: its cost depends on it.

    `key` is one of `changes.usage.keys`, so that it outlives a new plan; `quantity` is in the words of the part.
    """

    change_request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="usages")
    key = models.CharField(max_length=700)
    part = models.CharField(max_length=100)
    quantity = models.DecimalField(max_digits=18, decimal_places=4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change_request", "key", "part"], name="one_usage_per_part")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.part} in CR-{self.change_request_id}"


class Comment(models.Model):
    """Something said about a request, one of its changes (ordinal) or one property of a change.

    The first of a thread `answers` nothing; the others answer it and stand at its place. One that is `required` holds
    the request up until it is resolved. A `suggestion` is {"value": ...} for the property. `mentions` are user names.
    """

    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    change_request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="comments")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="comments")
    ordinal = models.PositiveSmallIntegerField(null=True)
    property = models.CharField(max_length=200, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    required = models.BooleanField(default=False)
    suggestion = models.JSONField(null=True)
    mentions = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.author} on CR-{self.change_request_id}"


class Resolution(models.Model):
    """Somebody said that a thread, named by its first comment, is `resolved`, or is open again. The newest counts.

    One that suggests a value is resolved by taking it: `accepted`.
    """

    thread = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="resolutions")
    resolved = models.BooleanField()
    accepted = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{'resolved' if self.resolved else 'opened'} by {self.by}"
