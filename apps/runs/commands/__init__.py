"""The verbs of a run. Each is one short transaction that ends with its event; all raise `Refused`.

Workers are only rung for; the sweep finds what nobody heard.
"""

from apps.runs.commands.due import sweep
from apps.runs.commands.schedule import schedule, start_due, unschedule
from apps.runs.commands.start import facts, start
from apps.runs.commands.step import look_again, retry, skip
from apps.runs.commands.stop import cancel, give_up, hold, resume

__all__ = [
    "cancel",
    "facts",
    "give_up",
    "hold",
    "look_again",
    "resume",
    "retry",
    "schedule",
    "skip",
    "start",
    "start_due",
    "sweep",
    "unschedule",
]
