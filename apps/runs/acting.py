"""Who may act on a run: a requester or reviewer of its environment."""

from apps.people.access import can
from apps.people.models import Role, User
from apps.refusal import check
from apps.runs import finish, policies
from apps.runs.models import Run


def actionable(by: User, run: Run) -> Run:
    """The run with its request, both locked. Raises `Refused` for somebody without a role."""
    current = finish.locked(run.pk)
    environment = current.change_request.environment
    check(policies.check_may_act(may(by, environment.slug), environment.name))
    return current


def may(by: User, slug: str) -> bool:
    return can(by, Role.REQUESTER, slug) or can(by, Role.REVIEWER, slug)
