"""The verbs of a change request, each one short transaction that ends with its event. All raise `Refused`."""

from apps.changes.commands.comment import comment, resolve
from apps.changes.commands.decide import decide, mark_applied, record_made
from apps.changes.commands.draft import drop_change, edit, override_policies, propose, put_changes
from apps.changes.commands.planning import claim_planning, record_plan, refuse_plan, reopen_planning
from apps.changes.commands.properties import drop_property, keep_mine, revert_property, take_live
from apps.changes.commands.submit import replan, submit, withdraw
from apps.changes.commands.suggestion import accept_suggestion, suggest
from apps.changes.commands.usage import enter_usage
from apps.changes.policies import DraftInput

__all__ = [
    "DraftInput",
    "accept_suggestion",
    "claim_planning",
    "comment",
    "decide",
    "drop_change",
    "drop_property",
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
    "revert_property",
    "submit",
    "suggest",
    "take_live",
    "withdraw",
]
