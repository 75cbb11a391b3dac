"""The verbs of a change request, each one short transaction that ends with its event. All raise `Refused`."""

from apps.changes.commands.comment import comment, resolve
from apps.changes.commands.conflict import keep_mine, take_live
from apps.changes.commands.decide import decide, mark_applied, record_made
from apps.changes.commands.draft import drop_change, edit, override_policies, propose, put_changes
from apps.changes.commands.planning import claim_planning, record_plan, refuse_plan, reopen_planning
from apps.changes.commands.submit import replan, submit, withdraw
from apps.changes.commands.usage import enter_usage
from apps.changes.policies import DraftInput

__all__ = [
    "DraftInput",
    "claim_planning",
    "comment",
    "decide",
    "drop_change",
    "edit",
    "enter_usage",
    "keep_mine",
    "mark_applied",
    "override_policies",
    "propose",
    "put_changes",
    "record_made",
    "record_plan",
    "refuse_plan",
    "reopen_planning",
    "replan",
    "resolve",
    "submit",
    "take_live",
    "withdraw",
]
