"""Whether a person may do what a role may do. A switched-off person may nothing."""

from apps.people.models import Role, User
from apps.people.queries import environments_of
from apps.people.queries import roles_in as roles

__all__ = ["can", "environments_of", "roles"]


def can(person: User, role: Role | str, environment: str) -> bool:
    """Whether the person has the role in the environment (its slug), or everywhere."""
    return person.is_active and person.bindings.filter(role=role, environment__in=("", environment)).exists()
