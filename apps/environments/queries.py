"""Accounts and environments as pages read them. `slugs` is what `people.queries.environments_of` gives: None = all."""

from django.db.models import QuerySet

from apps.environments.models import Account, Environment


def visible(slugs: frozenset[str] | None) -> QuerySet[Environment]:
    """The environments a person may look at, in their own order, with their accounts."""
    rows = Environment.objects.select_related("account")
    return rows if slugs is None else rows.filter(slug__in=slugs)


def accounts() -> QuerySet[Account]:
    """All accounts with their environments, by name."""
    return Account.objects.prefetch_related("environments").order_by("name")
