"""Who a person is and where they may look. Environments are named by slug; a binding without one counts for all."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, prefetch_related_objects

from apps.people.models import Role, RoleBinding, User

EVERYWHERE = None


def environments_of(person: User) -> frozenset[str] | None:
    """The slugs of the environments in which the person has any role; None means all of them."""
    slugs = frozenset(person.bindings.values_list("environment", flat=True))
    return EVERYWHERE if "" in slugs else slugs


def roles_in(person: User, environment: str) -> frozenset[Role]:
    """The person's roles in one environment, those that count everywhere included."""
    rows = person.bindings.filter(environment__in=("", environment)).values_list("role", flat=True)
    return frozenset(Role(role) for role in rows)


def is_administrator(person: User | AnonymousUser) -> bool:
    """Whether the person administers this installation: administrator everywhere, not of one environment only."""
    return has_everywhere(person, Role.ADMINISTRATOR)


def administrators() -> int:
    """How many people administer the installation now."""
    everywhere = RoleBinding.objects.filter(role=Role.ADMINISTRATOR, environment="", user__is_active=True)
    return everywhere.values("user").distinct().count()


def sees_whole_log(person: User | AnonymousUser) -> bool:
    """Whether the person reads events that belong to no environment, such as sign-ins and settings."""
    return has_everywhere(person, Role.AUDITOR, Role.ADMINISTRATOR)


def has_everywhere(person: User | AnonymousUser, *roles: Role) -> bool:
    if person.pk is None:
        return False
    return RoleBinding.objects.filter(user_id=person.pk, role__in=roles, environment="").exists()


def held(person: User) -> list[RoleBinding]:
    """The roles of somebody who is signed in, asked for once however often they are needed."""
    prefetch_related_objects([person], "bindings")
    return list(person.bindings.all()) if person.is_active else []


def administers(person: User) -> bool:
    """As `is_administrator`, for pages that ask several things about whoever is signed in."""
    return any(each.role == Role.ADMINISTRATOR and not each.environment for each in held(person))


def proposes(person: User) -> bool:
    """Whether the person may propose a change anywhere."""
    return any(binding.role == Role.REQUESTER for binding in held(person))


def people() -> list[User]:
    """Everyone with their bindings, by name, those switched off last."""
    return list(User.objects.prefetch_related("bindings").order_by("-is_active", "full_name", "username"))


def colleagues(slugs: frozenset[str] | None) -> list[tuple[str, str]]:
    """(user name, full name) of everyone with a role in the environments, by name; None means everyone there is."""
    rows = User.objects.order_by("full_name", "username")
    if slugs is not None:
        rows = rows.filter(Exists(RoleBinding.objects.filter(user=OuterRef("pk"), environment__in=slugs | {""})))
    return list(rows.values_list("username", "full_name"))
