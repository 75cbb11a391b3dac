"""The API's addresses. Each action parses, loads what the person may see, and calls the command that the page calls.

What a person may not see is not found. Whoever asks is signed in: there are no tokens.
"""

from collections.abc import Callable, Collection
from typing import Any, TypeVar, cast

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.v1 import paging
from apps.api.v1 import serializers as s
from apps.audit import queries as audit
from apps.audit.models import Event
from apps.audit.verbs import SENTENCES
from apps.catalog.registry import BY_NAME
from apps.changes import commands as changes
from apps.changes import queries as change_requests
from apps.changes.models import ChangeRequest
from apps.changes.states import State
from apps.environments import queries as environments
from apps.inventory import queries as inventory
from apps.inventory.models import Resource
from apps.people.models import User
from apps.people.queries import environments_of, sees_whole_log
from apps.reviews import commands as reviews
from apps.runs import commands as runs
from apps.runs import queries as run_queries
from apps.runs.models import Run
from apps.runs.states import RunState

View = TypeVar("View", bound=Callable[..., Response])


class Refusal(serializers.Serializer[Any]):
    """Why something may not be done: `code` is for programs, `sentence` for people, `faults` is by field."""

    code = serializers.CharField()
    sentence = serializers.CharField()
    faults = serializers.DictField(required=False)


def verb(
    takes: type[serializers.Serializer[Any]], gives: type[serializers.Serializer[Any]], code: int = 200
) -> Callable[[View], View]:
    """The schema of an action that calls a command."""
    described: Callable[[View], View] = extend_schema(
        request=takes, responses={code: gives, 400: Refusal, 409: Refusal}
    )
    return described


def narrowed_by(*names: str) -> Callable[[View], View]:
    """The schema of a list with filters; an empty filter doesn't narrow."""
    described: Callable[[View], View] = extend_schema(parameters=[OpenApiParameter(name, str) for name in names])
    return described


class Seen(viewsets.GenericViewSet[Any]):
    """What all of them share: who asks, and what that person may look at."""

    lookup_value_regex = r"[1-9][0-9]{0,17}"
    row: type[serializers.BaseSerializer[Any]]

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    @property
    def slugs(self) -> frozenset[str] | None:
        return environments_of(self.person)

    def wanted(self, **filters: Collection[str] | None) -> dict[str, str]:
        """The filters of a list by name, those with choices holding one of them; empty ones don't narrow.

        Raises `ValidationError` for a filter or a choice that there isn't: a list that was narrowed by a misspelt word
        would be taken for the answer.
        """
        given = self.request.query_params if self.action == "list" else QueryDict()
        faults = {name: [f"There is no such filter. There are {', '.join(sorted(filters))}."] for name in given}
        for name in {*filters, paging.CURSOR} & faults.keys():
            del faults[name]
        for name, choices in filters.items():
            if given.get(name) and choices is not None and given[name] not in choices:
                faults[name] = ["There is no such value here."]
        if faults:
            raise serializers.ValidationError(faults)
        return {name: given.get(name, "").replace("\x00", "") for name in filters}

    @property
    def environments(self) -> list[str]:
        return list(environments.visible(self.slugs).values_list("slug", flat=True))

    def parsed(self, takes: type[s.Closed]) -> dict[str, Any]:
        parser = takes(data=self.request.data)
        parser.is_valid(raise_exception=True)
        return dict(parser.validated_data)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.row if self.action == "list" else super().get_serializer_class()


class ChangeRequests(mixins.ListModelMixin, mixins.RetrieveModelMixin, Seen):
    queryset = ChangeRequest.objects.none()
    serializer_class, row = s.ChangeRequestOut, s.ChangeRequestRow
    pagination_class = paging.Keyset

    def get_queryset(self) -> QuerySet[ChangeRequest]:
        rows = change_requests.visible(self.slugs)
        rows = change_requests.listed(rows) if self.action == "list" else rows
        wanted = self.wanted(state=[each.value for each in State], environment=self.environments)
        rows = rows.filter(state=wanted["state"]) if wanted["state"] else rows
        return rows.filter(environment__slug=wanted["environment"]) if wanted["environment"] else rows

    @narrowed_by("state", "environment")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @verb(s.ProposeIn, s.ChangeRequestOut, 201)
    def create(self, request: Request) -> Response:
        """Store a draft."""
        parser = s.ProposeIn(data=request.data)
        parser.is_valid(raise_exception=True)
        draft = parser.draft()
        environment = environments.visible(self.slugs).filter(slug=draft.pop("environment")).first()
        if environment is None:
            raise serializers.ValidationError({"environment": ["There is no such environment for you."]})
        proposed = changes.propose(by=self.person, environment=environment, **draft)
        return self.shown(proposed, status.HTTP_201_CREATED)

    @verb(s.EditIn, s.ChangeRequestOut)
    def update(self, request: Request, pk: str) -> Response:
        """Write the whole draft anew; the reviews of a submitted request are then stale."""
        found = self.found()
        parser = s.EditIn(data=request.data)
        parser.is_valid(raise_exception=True)
        return self.shown(changes.edit(by=self.person, change_request=found, **parser.draft()))

    @verb(s.EditionIn, s.ChangeRequestOut)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Have the draft planned and opened for review."""
        found = self.found()
        return self.shown(changes.submit(by=self.person, change_request=found, **self.parsed(s.EditionIn)))

    @verb(s.NothingIn, s.ChangeRequestOut)
    @action(detail=True, methods=["post"])
    def replan(self, request: Request, pk: str) -> Response:
        """Plan the same wishes on what is live now."""
        found = self.found()
        return self.shown(changes.replan(by=self.person, change_request=found, **self.parsed(s.NothingIn)))

    @verb(s.ReasonIn, s.ChangeRequestOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take the request back for good."""
        found = self.found()
        return self.shown(changes.withdraw(by=self.person, change_request=found, **self.parsed(s.ReasonIn)))

    @verb(s.CommentIn, s.CommentOut, 201)
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, pk: str) -> Response:
        """Say something about the request, one of its changes, or one property of a change."""
        found = self.found()
        said = changes.comment(by=self.person, change_request=found, **self.parsed(s.CommentIn))
        return Response(s.CommentOut(said).data, status=status.HTTP_201_CREATED)

    @verb(s.ResolveIn, s.CommentOut)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Say that a thread of comments is settled, or open it again."""
        found = self.found()
        return Response(
            s.CommentOut(changes.resolve(by=self.person, change_request=found, **self.parsed(s.ResolveIn))).data
        )

    @verb(s.DecisionIn, s.ChangeRequestOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve exactly the plan that has this digest."""
        found = self.found()
        reviews.approve(by=self.person, change_request=found, **self.parsed(s.DecisionIn))
        return self.shown(found)

    @verb(s.ExplainedDecisionIn, s.ChangeRequestOut)
    @action(detail=True, methods=["post"], url_path="request-changes")
    def request_changes(self, request: Request, pk: str) -> Response:
        """Send the request back to its authors."""
        found = self.found()
        reviews.request_changes(by=self.person, change_request=found, **self.parsed(s.ExplainedDecisionIn))
        return self.shown(found)

    @verb(s.ExplainedDecisionIn, s.ChangeRequestOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Say no for good."""
        found = self.found()
        reviews.reject(by=self.person, change_request=found, **self.parsed(s.ExplainedDecisionIn))
        return self.shown(found)

    @verb(s.DigestIn, s.RunOut, 201)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Start a run of the approved plan that has this digest."""
        found = self.found()
        run = runs.start(by=self.person, change_request=found, **self.parsed(s.DigestIn))
        return Response(s.RunOut(run).data, status=status.HTTP_201_CREATED)

    def found(self) -> ChangeRequest:
        return get_object_or_404(change_requests.visible(self.slugs), pk=self.kwargs["pk"])

    def shown(self, request: ChangeRequest, code: int = status.HTTP_200_OK) -> Response:
        fresh = change_requests.visible(self.slugs).get(pk=request.pk)
        return Response(s.ChangeRequestOut(fresh).data, status=code)


class Runs(mixins.ListModelMixin, mixins.RetrieveModelMixin, Seen):
    queryset = Run.objects.none()
    serializer_class, row = s.RunOut, s.RunRow
    pagination_class = paging.Keyset

    def get_queryset(self) -> QuerySet[Run]:
        rows = run_queries.visible(self.slugs)
        rows = run_queries.listed(rows) if self.action == "list" else rows
        wanted = self.wanted(state=[each.value for each in RunState], environment=self.environments)
        rows = rows.filter(state=wanted["state"]) if wanted["state"] else rows
        environment = wanted["environment"]
        return rows.filter(change_request__environment__slug=environment) if environment else rows

    @narrowed_by("state", "environment")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @verb(s.NothingIn, s.RunOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Make no further call; what AWS has accepted is followed to its end."""
        found = get_object_or_404(run_queries.visible(self.slugs), pk=pk)
        return Response(s.RunOut(runs.cancel(by=self.person, run=found, **self.parsed(s.NothingIn))).data)


class AuditEvents(mixins.ListModelMixin, Seen):
    queryset = Event.objects.none()
    serializer_class = row = s.EventOut
    pagination_class = paging.NewestEvents

    def get_queryset(self) -> QuerySet[Event]:
        asked = self.wanted(person=None, environment=self.environments, subject=None, verb=SENTENCES)
        wanted = audit.Wanted(asked["person"], asked["environment"], asked["subject"], asked["verb"])
        return audit.events(wanted, self.slugs, whole=sees_whole_log(self.person))

    @narrowed_by("person", "environment", "subject", "verb")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


class Resources(mixins.ListModelMixin, mixins.RetrieveModelMixin, Seen):
    queryset = Resource.objects.none()
    serializer_class, row = s.ResourceOut, s.ResourceRow
    pagination_class = paging.ByName

    def get_queryset(self) -> QuerySet[Resource]:
        if self.action == "list":
            wanted = self.wanted(text=None, environment=self.environments, type=BY_NAME, state=None)
            return inventory.search(inventory.Wanted(**wanted), self.slugs)
        return inventory.visible(self.slugs)

    @narrowed_by("text", "environment", "type", "state")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)
