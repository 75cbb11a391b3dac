"""A rule tried on what was planned lately, before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.changes.models import ChangeRequest
from apps.reviews.drawing import Drawn, Ruling, draw
from apps.reviews.flow import facts_of_revision, rulings

LATELY = 200


@dataclass(frozen=True)
class Trial:
    """What one request would have been asked for without the rule, and with it."""

    request: ChangeRequest
    before: tuple[Drawn, ...]
    after: tuple[Drawn, ...]


def tried(candidate: Ruling, instead_of: Sequence[int] = ()) -> tuple[int, list[Trial]]:
    """On how many requests it was tried, the newest that have a plan, and those for which it makes a difference.

    `instead_of` are the versions whose place it takes.
    """
    current = rulings()
    others = [ruling for ruling in current if ruling.version not in instead_of]
    planned = ChangeRequest.objects.filter(revision__isnull=False).order_by("-pk")
    requests = list(planned.select_related("environment", "revision")[:LATELY])
    found = []
    for request in requests:
        assert request.revision is not None  # noqa: S101 - as asked for above
        request.revision.change_request = request
        facts = facts_of_revision(request.revision)
        before, after = draw(current, facts), draw([*others, candidate], facts)
        if [(s.needed, s.who) for s in before] != [(s.needed, s.who) for s in after]:
            found.append(Trial(request, before, after))
    return len(requests), found
