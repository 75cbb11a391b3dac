"""What views receive: a request of a signed-in person, seen by django-htmx."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from apps.environments import queries as environments
from apps.environments.models import Environment
from apps.people import queries as people
from apps.people.models import User


class PersonRequest(HttpRequest):
    """`LoginRequiredMiddleware` has made sure that somebody is signed in."""

    user: User
    htmx: HtmxDetails


def slugs(request: PersonRequest) -> frozenset[str] | None:
    """The environments that the person may look at; None means all."""
    return people.environments_of(request.user)


def visible_environments(request: PersonRequest) -> QuerySet[Environment]:
    return environments.visible(slugs(request))
