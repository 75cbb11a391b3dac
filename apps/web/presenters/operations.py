"""What is under way, as the operations page shows it: workers, what they have claimed, and what runs hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.runs.models import ResourceLock, Worker
from apps.web.presenters.marks import Chip

SILENT = Chip("Silent", "bad", "heart-off", "It hasn't shown a sign of life for more than half a minute.")
DRAINING = Chip("Draining", "warn", "hourglass", "It finishes what it has and takes nothing new.")
DRAINED = Chip("Drained", "warn", "check", "It has nothing left and takes nothing new.")
WORKING = Chip("At work", "good", "check")
CHIPS = (WORKING, DRAINING, DRAINED, SILENT)
KINDS = {"planner": "plans", "reader": "readings", "executor": "steps of runs"}


@dataclass(frozen=True)
class Queue:
    """How much wants a worker of a kind now, and since when the first of it does."""

    name: str
    kind: str
    count: int
    since: datetime | None


@dataclass(frozen=True)
class WorkerView:
    worker: Worker
    chip: Chip
    holds: int


@dataclass(frozen=True)
class LockView:
    """A resource by its parts: `key` is account/region/type/name, and a name may hold a slash."""

    lock: ResourceLock

    @property
    def parts(self) -> list[str]:
        return self.lock.key.split("/", 3)

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def where(self) -> str:
        return " · ".join(part.removeprefix("AWS::").replace("::", " ") for part in self.parts[2::-1])


def chip(worker: Worker, holds: int) -> Chip:
    if not worker.alive:  # type: ignore[attr-defined]  # annotated by `watch.workers`
        return SILENT
    if worker.draining:
        return DRAINING if holds else DRAINED
    return WORKING


def nobody(kind: str, workers: Sequence[Worker], now: datetime) -> str:
    """A sentence where no worker of the kind takes work now, "" where one does. The newest sign is said."""
    alive = [each for each in workers if each.alive]  # type: ignore[attr-defined]  # annotated by `watch.workers`
    if any(not each.draining for each in alive):
        return ""
    if alive:
        return f"Every {kind} is being drained and takes nothing new, so this waits."
    if not workers:
        return f"No {kind} is at work, so this waits. An administrator has to start one."
    silent = (now - max(each.seen_at for each in workers)).total_seconds()
    return f"No {kind} has shown itself for {round(silent)} s, so this waits. An administrator has to look at it."


def missing(rows: Iterable[WorkerView]) -> list[str]:
    """A sentence for each kind of work that nobody takes now."""
    working = {each.worker.kind for each in rows if each.chip is WORKING}
    return [
        f"No {kind} takes work now, so {what} wait. Start one, or let a drained one take work again."
        for kind, what in KINDS.items()
        if kind not in working
    ]
