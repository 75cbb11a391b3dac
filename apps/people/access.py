"""Whether a person may do what a role may do. A switched-off person may nothing."""

from apps.people.models import Role, RoleBinding, User
from apps.people.queries import environments_of
from apps.people.queries import roles_in as roles

__all__ = ["can", "environments_of", "holders", "roles"]


def holders(role: Role | str, environment: str) -> list[User]:
    """Everyone who has the role in the environment (its slug), or everywhere, by name."""
    bindings = RoleBinding.objects.filter(role=role, environment__in=("", environment)).values("user")
    return list(User.objects.filter(is_active=True, pk__in=bindings).order_by("full_name"))


def can(person: User, role: Role | str, environment: str) -> bool:
    """Whether the person has the role in the environment (its slug), or everywhere. Asks nothing of who is prefetched
    with their bindings."""
    held = person.bindings.all() if person.is_active else ()
    return any(each.role == role and each.environment in ("", environment) for each in held)
