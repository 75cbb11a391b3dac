"""Who wants mail of what."""

from collections.abc import Collection, Mapping

from django.db import transaction

from apps.notifications.models import Kind, Preference
from apps.people.models import User

MAILED: Mapping[str, bool] = {
    Kind.REVIEW: True,
    Kind.DECISION: True,
    Kind.CONVERSATION: True,
    Kind.TROUBLE: True,
    Kind.RUN: False,
    Kind.EMERGENCY: True,
    Kind.ADMINISTRATION: True,
}


def of(person: User) -> dict[str, bool]:
    """Every kind, and whether it is mailed."""
    return {**MAILED, **dict(Preference.objects.filter(person=person).values_list("kind", "mail"))}


def wanting(people: Collection[int], kind: str) -> set[int]:
    """Those of the people, by their ids, who want mail of a kind."""
    said = dict(Preference.objects.filter(person__in=people, kind=kind).values_list("person", "mail"))
    return {pk for pk in people if said.get(pk, MAILED[kind])}


@transaction.atomic
def save(*, by: User, mailed: Collection[str]) -> None:
    """What a person wants for themselves: mail of these kinds, and of no others."""
    for kind in Kind.values:
        Preference.objects.update_or_create(person=by, kind=kind, defaults={"mail": kind in mailed})
