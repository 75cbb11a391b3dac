"""Opens the approval flow of a new revision, with those who may decide frozen as they are now."""

from apps.changes.models import ChangeRequest, Revision
from apps.people.access import can
from apps.people.models import Role, User
from apps.planning.plan import Problem
from apps.reviews.models import FlowStep
from apps.reviews.policies import NEEDED, RULE


def eligible(request: ChangeRequest) -> list[User]:
    """The reviewers of the environment who are no authors, by name."""
    authors = request.authors.values_list("user_id", flat=True)
    people = User.objects.filter(is_active=True).exclude(pk__in=authors).order_by("full_name")
    return [person for person in people if can(person, Role.REVIEWER, request.environment.slug)]


def check_flow(request: ChangeRequest) -> tuple[Problem, ...]:
    """Why no flow could ever complete, if so."""
    if len(eligible(request)) >= NEEDED:
        return ()
    sentence = f"Nobody but its authors reviews in {request.environment.name}. Ask an administrator to add a reviewer."
    return (Problem(0, "", "no_reviewer", sentence),)


def open_flow(revision: Revision) -> None:
    """The flow of first light: one step whose scope is the whole plan."""
    request = revision.change_request
    FlowStep.objects.create(
        revision=revision,
        ordinal=1,
        name="Review",
        rule=RULE,
        needed=NEEDED,
        scope_digest=revision.digest,
        eligible=[person.pk for person in eligible(request)],
    )
