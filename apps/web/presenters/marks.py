"""How a state looks: its word, its colour and its icon. Unknown states keep their own word and no colour."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chip:
    """`tone` is "", "good", "warn", "bad" or "info"; `icon` is a lucide name; `title` is a longer explanation."""

    label: str
    tone: str = ""
    icon: str = ""
    title: str = ""


CHANGE_REQUEST = {
    "draft": Chip("Draft", "", "file-pen"),
    "planning": Chip("Planning", "info", "loader"),
    "in_review": Chip("In review", "info", "eye"),
    "changes_requested": Chip("Changes requested", "warn", "undo-2"),
    "approved": Chip("Approved", "good", "check"),
    "rejected": Chip("Rejected", "bad", "x"),
    "withdrawn": Chip("Withdrawn", "", "ban"),
}

RUN = {
    "queued": Chip("Queued", "info", "clock"),
    "running": Chip("Running", "info", "loader"),
    "attention": Chip("Needs attention", "warn", "triangle-alert"),
    "succeeded": Chip("Succeeded", "good", "check"),
    "failed": Chip("Failed", "bad", "x"),
    "cancelled": Chip("Cancelled", "", "ban"),
}

STEP = {
    "pending": Chip("Pending", "", "circle-dashed"),
    "ready": Chip("Ready", "info", "clock"),
    "running": Chip("Running", "info", "loader"),
    "waiting": Chip("Waiting", "info", "hourglass"),
    "done": Chip("Done", "good", "check"),
    "failed": Chip("Failed", "bad", "x"),
    "attention": Chip("Needs attention", "warn", "triangle-alert"),
    "cancelled": Chip("Cancelled", "", "ban"),
    "skipped": Chip("Skipped", "warn", "skip-forward"),
}

SCAN = {
    "queued": Chip("Queued", "info", "clock"),
    "running": Chip("Reading", "info", "loader"),
    "done": Chip("Read", "good", "check"),
    "failed": Chip("Could not be read", "bad", "x"),
}

VERIFICATION = {
    "queued": Chip("Queued", "info", "clock"),
    "running": Chip("Checking", "info", "loader"),
    "done": Chip("Checked", "good", "check"),
    "failed": Chip("Interrupted", "bad", "x"),
}

DECISION = {
    "approve": Chip("Approved", "good", "check"),
    "request_changes": Chip("Requested changes", "warn", "undo-2"),
    "reject": Chip("Rejected", "bad", "x"),
}

ACTION = {
    "create": Chip("Create", "good", "plus"),
    "update": Chip("Update", "info", "pencil"),
    "replace": Chip("Replace", "warn", "replace"),
    "delete": Chip("Delete", "bad", "minus"),
}

CHECK = {
    "pass": Chip("Pass", "good", "check"),
    "warn": Chip("Warn", "warn", "triangle-alert"),
    "fail": Chip("Fail", "bad", "x"),
}

KINDS = {
    "change_request": CHANGE_REQUEST,
    "run": RUN,
    "step": STEP,
    "scan": SCAN,
    "verification": VERIFICATION,
    "decision": DECISION,
    "action": ACTION,
    "check": CHECK,
}

# AWS's own status words, seen on resources: settled ones are good, the rest is on its way or in trouble.
SETTLED = frozenset({"available", "running", "active", "in-use", "enabled", "ok"})
STOPPED = frozenset({"stopped", "paused", "terminated", "disabled", "inactive"})
TROUBLED = frozenset({"failed", "inaccessible-encryption-credentials", "incompatible-parameters", "storage-full"})


def state(kind: str, value: str) -> Chip:
    """The chip for a state of one kind of thing. Raises `KeyError` for an unknown kind."""
    return KINDS[kind].get(str(value), Chip(str(value).replace("_", " ").capitalize()))


def status(value: str) -> Chip:
    """The chip for the status that AWS reports for a resource."""
    word = value.lower()
    if word in SETTLED:
        return Chip(value, "good")
    if word in TROUBLED or word.startswith("incompatible"):
        return Chip(value, "bad", "triangle-alert")
    return Chip(value) if word in STOPPED else Chip(value, "info", "loader")
