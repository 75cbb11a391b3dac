"""Opens the approval flow of a new revision. Who may decide was frozen when the request was submitted."""

from apps.changes.models import ChangeRequest, Revision
from apps.people.access import holders
from apps.people.models import Role, User
from apps.planning.plan import Problem
from apps.reviews.models import FlowStep
from apps.reviews.policies import NEEDED, RULE


def eligible(request: ChangeRequest) -> list[User]:
    """Of the reviewers at the time of submission those who still are, and are no authors, by name."""
    authors = set(request.authors.values_list("user_id", flat=True))
    reviewers = holders(Role.REVIEWER, request.environment.slug)
    frozen = request.reviewers
    return [p for p in reviewers if (frozen is None or p.pk in frozen) and p.pk not in authors]


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
