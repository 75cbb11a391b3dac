"""Whether a person may do what a role may do."""

from apps.people.models import Role, User


def can(person: User, role: Role, environment: str) -> bool:
    """Whether the person has the role in the environment (its slug), or everywhere. Switched-off people may nothing."""
    return person.is_active and person.bindings.filter(role=role, environment__in=("", environment)).exists()
