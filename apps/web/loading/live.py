"""How fresh the live values are that the page of a request shows."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.utils import timezone

from apps.changes import queries
from apps.changes.models import ChangeRequest, Revision
from apps.inventory.document import digest
from apps.inventory.models import Resource

TRIES_MOST = 15


@dataclass(frozen=True)
class Live:
    """When the least fresh of the resources was read. `digest` is of all of them; `shown` is what a page has."""

    read_at: datetime
    digest: str
    shown: str = ""
    tries: int = 0

    @property
    def old(self) -> bool:
        return self.read_at < timezone.now() - queries.FRESH

    @property
    def waits(self) -> bool:
        """Whether it is worth asking once more."""
        return self.old and self.tries < TRIES_MOST

    @property
    def moved(self) -> bool:
        """Whether what the page shows is no longer what was read last."""
        return bool(self.shown) and self.shown != self.digest


def live(request: ChangeRequest, shown: str = "", tries: int = 0) -> Live | None:
    """None where nothing is shown as live: the request is closed, or makes new resources only."""
    keyed = queries.resources(request) if queries.is_open(request) else {}
    if not keyed:
        return None
    read = [_read(row, ordinal, request.revision) for ordinal, row in keyed.items()]
    states = " ".join(state for _, state in read)
    return Live(min(at for at, _ in read), sha256(states.encode()).hexdigest()[:16], shown, tries)


def _read(row: Resource, ordinal: int, revision: Revision | None) -> tuple[datetime, str]:
    """When and how a resource was seen last, by whoever read inventory or by the planner."""
    base = revision.bases.get(str(ordinal)) if revision else None
    if revision and base and row.observed_at < revision.created_at:
        return revision.created_at, digest(base)
    return row.observed_at, "" if row.gone_at else row.digest
