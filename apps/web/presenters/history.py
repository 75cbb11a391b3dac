"""What happened to a request, from its stream of the log: repeated edits merge, a run's steps fold into one line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from apps.audit.models import Event
from apps.audit.verbs import sentence

RECENT = 8
LOOKS = {
    "change_request.proposed": ("file-plus", ""),
    "change_request.edited": ("pencil", ""),
    "change_request.submitted": ("send", "info"),
    "change_request.replanned": ("refresh-cw", "info"),
    "change_request.followed": ("refresh-cw", "warn"),
    "change_request.planned": ("list-checks", "info"),
    "change_request.not_planned": ("triangle-alert", "warn"),
    "change_request.commented": ("message-square", ""),
    "change_request.suggestion_accepted": ("check", "good"),
    "change_request.thread_resolved": ("message-square", "good"),
    "change_request.thread_reopened": ("message-square", "info"),
    "change_request.withdrawn": ("ban", ""),
    "review.approved": ("check", "good"),
    "review.changes_requested": ("undo-2", "warn"),
    "review.rejected": ("x", "bad"),
    "emergency.declared": ("siren", "bad"),
    "emergency.begun": ("siren", "bad"),
    "emergency.reviewed": ("check", "good"),
    "run.scheduled": ("clock", "info"),
    "run.unscheduled": ("ban", ""),
    "run.not_started": ("triangle-alert", "warn"),
    "run.queued": ("play", "info"),
    "run.started": ("play", "info"),
    "run.succeeded": ("check-check", "good"),
    "run.failed": ("x", "bad"),
    "run.cancelled": ("ban", ""),
    "run.attention": ("triangle-alert", "warn"),
}
MERGED = ("change_request.edited",)
WRITTEN = ("change_request.commented", "review.approved", "review.changes_requested", "review.rejected")


@dataclass(frozen=True)
class Entry:
    """One line of `components/timeline.html`; with `prose`, what is said is a person's Markdown."""

    at: datetime
    who: str
    text: str
    icon: str = "circle-dot"
    tone: str = ""
    said: str = ""
    prose: bool = False


def timeline(events: Iterable[Event], comments: Mapping[int, str]) -> list[Entry]:
    """Entries in order. `comments` holds the texts by id, which the log does not keep."""
    return [_merged(list(group), comments) for _, group in groupby(events, key=_alike())]


def _alike() -> Callable[[Event], tuple[str, str, int]]:
    """A key that is equal for neighbours that belong on one line."""

    def key(event: Event) -> tuple[str, str, int]:
        if event.verb.startswith("step."):
            return ("step", "", 0)
        if event.verb in MERGED:
            return (event.verb, event.actor, 0)
        return (event.verb, event.actor, event.seq)

    return key


def _merged(events: list[Event], comments: Mapping[int, str]) -> Entry:
    last = events[-1]
    if last.verb.startswith("step."):
        count = len(events)
        return Entry(last.at, last.actor_name, f"worked on the run: {count} event{'s' if count > 1 else ''}", "cog")
    entry = _entry(last, comments)
    return replace(entry, text=f"{entry.text} {len(events)} times") if len(events) > 1 else entry


def _entry(event: Event, comments: Mapping[int, str]) -> Entry:
    icon, tone = LOOKS.get(event.verb, ("circle-dot", ""))
    return Entry(event.at, event.actor_name, sentence(event), icon, tone, _said(event, comments), event.verb in WRITTEN)


def _said(event: Event, comments: Mapping[int, str]) -> str:
    if event.verb == "change_request.commented":
        return comments.get(int(event.data.get("comment") or 0), "")
    if event.verb == "change_request.not_planned":
        return "\n".join(str(problem.get("sentence", "")) for problem in event.data.get("problems", []))
    return str(event.data.get("text") or event.data.get("reason") or event.data.get("failure") or "")
