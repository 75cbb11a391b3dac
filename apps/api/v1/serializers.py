"""What the API takes and gives. Parsing and presenting only; what may be done is decided by the commands."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.audit.models import Event
from apps.audit.verbs import sentence
from apps.changes import queries, usage
from apps.changes.commands import DraftInput
from apps.changes.models import ChangeRequest, Comment, DraftChange, Revision
from apps.changes.policies import ACTIONS, MAX_CHANGES
from apps.evaluation import cost
from apps.inventory.models import Resource
from apps.reviews.models import Review
from apps.reviews.standing import standing
from apps.runs.models import Run, Step

OBJECT = {"type": "object", "additionalProperties": True}
LARGEST_EDITION = 2**31 - 1


class Whole(serializers.IntegerField):
    """A JSON number without a fraction; neither text nor true."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A JSON string; numbers and true are not taken for one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(OBJECT)
class Document(serializers.DictField):
    """Properties of a resource by name."""


class Closed(serializers.Serializer[Any]):
    """Names that are not known are refused, so that a misspelt one is never silently left out."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(data.keys() - self.fields.keys())):
            raise serializers.ValidationError({name[:100]: ["This is not a known name."] for name in unknown})
        return super().to_internal_value(data)


class ChangeIn(Closed):
    action = serializers.ChoiceField(choices=ACTIONS)
    type = Text(max_length=120)
    region = Text(max_length=30)
    identifier = Text(max_length=512, allow_blank=True, default="", help_text="Empty for a resource to be created.")
    name = Text(max_length=512)
    logical = Text(
        max_length=64,
        allow_blank=True,
        default="",
        help_text="What a resource to be created is called within the request, in letters and digits; made from its "
        "name where it is left out.",
    )
    desired = Document(default=dict, help_text="The properties to set, by name; null unsets one.")
    base = Document(default=dict, help_text="Their values as you saw them.")
    consents = serializers.DictField(
        child=Text(max_length=2000, allow_blank=True),
        default=dict,
        help_text='Reasons: "replace" to lose the data of what is replaced, "no_snapshot" to delete without a last '
        'snapshot, "users" to delete what is still used; "snapshot" is the name of the last snapshot.',
    )


class DraftIn(Closed):
    title = Text(max_length=200)
    reason = Text(max_length=20_000, allow_blank=True, default="")
    changes = ChangeIn(many=True, max_length=MAX_CHANGES, allow_empty=True)  # type: ignore[call-arg]

    def draft(self) -> dict[str, Any]:
        """The arguments of `propose` and `edit`."""
        changes = [DraftInput(**change) for change in self.validated_data["changes"]]
        return {**self.validated_data, "changes": changes}


class ProposeIn(DraftIn):
    environment = serializers.SlugField(max_length=30)


class EditIn(DraftIn):
    edition = Whole(min_value=1, max_value=LARGEST_EDITION)


class EditionIn(Closed):
    edition = Whole(min_value=1, max_value=LARGEST_EDITION, help_text="The edition that you read.")


class ReasonIn(Closed):
    reason = Text(max_length=20_000)


class CommentIn(Closed):
    text = Text(max_length=20_000)
    ordinal = Whole(min_value=1, max_value=MAX_CHANGES, allow_null=True, default=None)
    property = Text(max_length=200, allow_blank=True, default="")
    answers = Whole(
        min_value=1, max_value=2**53, allow_null=True, default=None, help_text="The id of the comment that it answers."
    )


class ResolveIn(Closed):
    thread = Whole(min_value=1, max_value=2**53, help_text="The id of a comment of the thread.")
    resolved = serializers.BooleanField()


class DigestIn(Closed):
    digest = Text(max_length=64, trim_whitespace=False, help_text="The digest of the plan that you looked at.")


class ReadIn(DigestIn):
    edition = Whole(min_value=1, max_value=LARGEST_EDITION, help_text="The edition whose title and reason you read.")


class DecisionIn(ReadIn):
    text = Text(max_length=20_000, allow_blank=True, default="")


class ExplainedDecisionIn(ReadIn):
    text = Text(max_length=20_000, help_text="What should change, or why not.")


class NothingIn(Closed):
    """An empty object."""


class ChangeOut(serializers.ModelSerializer[DraftChange]):
    desired = Document(read_only=True)
    base = Document(read_only=True)
    consents = serializers.DictField(child=Text(), read_only=True)

    class Meta:
        model = DraftChange
        fields: tuple[str, ...] = (
            "ordinal",
            "action",
            "type",
            "region",
            "identifier",
            "name",
            "logical",
            "desired",
            "base",
            "consents",
        )
        read_only_fields = fields


class CommentOut(serializers.ModelSerializer[Comment]):
    author = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    resolved = serializers.SerializerMethodField(help_text="Of the first comment of a thread; null for the others.")

    class Meta:
        model = Comment
        fields: tuple[str, ...] = ("id", "author", "text", "ordinal", "property", "answers", "resolved", "at")
        read_only_fields = fields

    def get_resolved(self, comment: Comment) -> bool | None:
        newest = next(iter(reversed(comment.resolutions.all())), None)
        return None if comment.answers_id else newest is not None and newest.resolved


class ReviewOut(serializers.ModelSerializer[Review]):
    person = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = Review
        fields: tuple[str, ...] = ("person", "decision", "plan_digest", "text", "at")
        read_only_fields = fields


class FlowOut(serializers.Serializer[Any]):
    """How one step of the approval flow stands."""

    name = serializers.CharField(source="step.name")
    rule = serializers.CharField()
    needed = serializers.IntegerField()
    given = serializers.IntegerField()
    complete = serializers.BooleanField()


class CostOut(serializers.Serializer[Any]):
    """What the plan costs: afterwards less before. `unknown` and `by_usage` count the parts that `delta` lacks."""

    delta = serializers.CharField()
    unknown = serializers.IntegerField()
    by_usage = serializers.IntegerField()
    prices = serializers.CharField(help_text="Where they are from.")
    on = serializers.DateField()
    lines = serializers.ListField(child=serializers.DictField())


class SpeedOut(serializers.Serializer[Any]):
    """Expected minutes: of the longest chain (`path`), of each call, and out of service. `runs` 0: a rule of thumb."""

    minutes = serializers.FloatField()
    path = serializers.ListField(child=serializers.CharField())
    calls = serializers.ListField(child=serializers.DictField())
    interruptions = serializers.ListField(child=serializers.DictField())


class RiskOut(serializers.Serializer[Any]):
    """The highest level of the facts, each with its reason."""

    level = serializers.ChoiceField(["low", "medium", "high"])
    production = serializers.BooleanField()
    facts = serializers.ListField(child=serializers.DictField())


class RevisionOut(serializers.ModelSerializer[Revision]):
    plan = serializers.SerializerMethodField(help_text="What the digest covers: diff, effects and the exact calls.")
    flow = serializers.SerializerMethodField()
    reviews = ReviewOut(many=True, read_only=True)
    cost = serializers.SerializerMethodField(help_text="Null where it was not worked out. Amounts are USD a month.")
    speed = serializers.SerializerMethodField(help_text="Null where it was not worked out.")
    risk = serializers.SerializerMethodField(help_text="Null where it was not worked out.")

    class Meta:
        model = Revision
        fields: tuple[str, ...] = (
            "number", "digest", "created_at", "checks", "plan", "cost", "speed", "risk", "flow", "reviews",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(OBJECT)
    def get_plan(self, revision: Revision) -> Any:
        return json.loads(revision.canonical)

    @extend_schema_field(CostOut(allow_null=True))
    def get_cost(self, revision: Revision) -> Any:
        found = revision.evaluation.get("cost")
        if not found:
            return None
        lines = usage.lines(revision)
        total = cost.total(lines)
        about = {"delta": str(total.delta), "unknown": total.unknown, "by_usage": total.by_usage}
        return {**about, "prices": found["source"], "on": found["on"], "lines": cost.written(lines)}

    @extend_schema_field(SpeedOut(allow_null=True))
    def get_speed(self, revision: Revision) -> Any:
        return revision.evaluation.get("speed")

    @extend_schema_field(RiskOut(allow_null=True))
    def get_risk(self, revision: Revision) -> Any:
        return revision.evaluation.get("risk")

    @extend_schema_field(FlowOut(many=True))
    def get_flow(self, revision: Revision) -> Any:
        return FlowOut(standing(revision).steps, many=True).data


class ChangeRequestRow(serializers.ModelSerializer[ChangeRequest]):
    """A change request in a list."""

    environment = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    created_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = ChangeRequest
        fields: tuple[str, ...] = (
            "id", "reference", "environment", "title", "state", "edition", "created_by", "created_at", "updated_at",
            "applied_at",
        )  # fmt: skip
        read_only_fields = fields


class ChangeRequestOut(ChangeRequestRow):
    """A change request with its draft, its revision and what was said."""

    authors = serializers.SerializerMethodField()
    changes = ChangeOut(source="draft_changes", many=True, read_only=True)
    revision = RevisionOut(read_only=True, allow_null=True)
    comments = serializers.SerializerMethodField()

    class Meta(ChangeRequestRow.Meta):
        fields = (*ChangeRequestRow.Meta.fields, "reason", "authors", "problems", "changes", "revision", "comments")
        read_only_fields = fields

    def get_authors(self, request: ChangeRequest) -> list[str]:
        return list(request.authors.order_by("user__username").values_list("user__username", flat=True))

    @extend_schema_field(CommentOut(many=True))
    def get_comments(self, request: ChangeRequest) -> Any:
        return CommentOut(queries.comments(request), many=True).data


class StepOut(serializers.ModelSerializer[Step]):
    class Meta:
        model = Step
        fields: tuple[str, ...] = (
            "key", "service", "operation", "parameters", "purpose", "state", "cause", "outcome", "started_at",
            "acked_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class RunRow(serializers.ModelSerializer[Run]):
    """A run in a list."""

    change_request = serializers.CharField(source="change_request.reference", read_only=True)
    environment = serializers.CharField(source="change_request.environment.slug", read_only=True)
    started_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = Run
        fields: tuple[str, ...] = (
            "id", "reference", "change_request", "environment", "number", "digest", "state", "cancel_requested",
            "failure", "started_by", "queued_at", "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class RunOut(RunRow):
    """A run with its steps."""

    steps = StepOut(many=True, read_only=True)

    class Meta(RunRow.Meta):
        fields = (*RunRow.Meta.fields, "drift", "steps")
        read_only_fields = fields


class EventOut(serializers.ModelSerializer[Event]):
    sentence = serializers.SerializerMethodField()
    data = Document(read_only=True)  # type: ignore[assignment]
    hash = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields: tuple[str, ...] = (
            "id", "stream", "seq", "at", "verb", "sentence", "actor", "actor_name", "environment", "subject",
            "request_id", "data", "text", "hash",
        )  # fmt: skip
        read_only_fields = fields

    def get_sentence(self, event: Event) -> str:
        return sentence(event)

    def get_hash(self, event: Event) -> str:
        return bytes(event.hash).hex()


class ResourceRow(serializers.ModelSerializer[Resource]):
    """A resource in a list."""

    environment = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Resource
        fields: tuple[str, ...] = (
            "id",
            "environment",
            "region",
            "type",
            "identifier",
            "name",
            "arn",
            "status",
            "observed_at",
            "gone_at",
        )
        read_only_fields = fields


class ResourceOut(ResourceRow):
    """A resource with its document as it was last read."""

    document = Document(read_only=True)

    class Meta(ResourceRow.Meta):
        fields = (*ResourceRow.Meta.fields, "document", "first_seen_at")
        read_only_fields = fields
