"""Every verb that may stand in the log, with how it reads: the person, then these words.

`$subject` is the event's subject; every other `$name` is a member that the event's data must have.
"""

from collections.abc import Mapping
from functools import cache
from string import Template
from typing import Any, Protocol

SUBJECT = "subject"
SENTENCES: Mapping[str, str] = {
    "auth.signed_in": "signed in from $address",
    "auth.signed_out": "signed out",
    "auth.password_set": "set a new password from $address",
    "auth.refused": "was refused at sign-in as $subject from $address",
    "account.connected": "connected the account $subject",
    "account.changed": "changed the account $subject ($name)",
    "account.limited": "limited the account $subject to $calls_most calls at once",
    "environment.added": "added the environment $subject",
    "environment.changed": "changed the environment $subject",
    "environment.test_requested": "asked to test the connection of $subject",
    "environment.tested": "tested the connection of $subject ($way): $outcome",
    "person.added": "added $subject",
    "person.link_made": "made a link with which $subject sets a new password",
    "person.switched_off": "switched off $subject",
    "person.switched_on": "switched on $subject",
    "administrator.recovered": "made $subject an administrator from the command line",
    "role.given": "gave $subject the role $role",
    "role.taken": "took the role $role from $subject",
    "inventory.refresh_requested": "asked to read $subject again",
    "blueprint.exported": "took $file of $resources resources of $subject",
    "blueprint.saved": "saved version $version of the blueprint $subject",
    "promotion.started": "started to take $subject through $environments",
    "difference.expected": "marked differences of $subject as expected",
    "difference.unexpected": "marked differences of $subject as no longer expected",
    "blueprint.imported": "proposed $subject by importing version $version of the blueprint $blueprint",
    "change_request.proposed": "proposed $subject",
    "change_request.edited": "edited $subject",
    "change_request.submitted": "submitted $subject",
    "change_request.replanned": "asked for a new plan of $subject",
    "change_request.followed": "took $subject back to be planned again: $why",
    "change_request.planned": "planned $subject",
    "change_request.not_planned": "could not plan $subject",
    "change_request.commented": "commented on $subject",
    "change_request.suggestion_accepted": "took what $suggested_by suggested for $property of $subject",
    "change_request.thread_resolved": "resolved a thread of $subject",
    "change_request.thread_reopened": "opened a thread of $subject again",
    "change_request.usage_entered": "entered what is used of $part in $subject",
    "change_request.withdrawn": "withdrew $subject",
    "policy.added": "added the policy $subject",
    "policy.changed": "changed the policy $subject",
    "change_request.policies_overridden": "gave a reason to override policies in $subject",
    "rule.added": "added the rule $subject",
    "rule.changed": "changed the rule $subject",
    "team.added": "added the team $subject",
    "team.changed": "changed the team $subject",
    "emergency.declared": "declared an emergency with $subject: $reason",
    "emergency.begun": "applies $subject as an emergency: $reason",
    "emergency.reviewed": "reviewed the emergency of $subject: $text",
    "calendar.added": "added $subject to the calendar",
    "calendar.changed": "changed $subject in the calendar",
    "review.let_through": "let $subject through the freeze $window: $reason",
    "webhook.added": "added the webhook $subject",
    "webhook.changed": "changed the webhook $subject",
    "webhook.tested": "sent the webhook $subject a test",
    "webhook.replayed": "sent event $event to the webhook $subject again",
    "administration.asked": "asked a second administrator to $said",
    "administration.agreed": "agreed to $said, which $asked_by asked for",
    "administration.dropped": "dropped what $asked_by asked for: $said",
    "review.not_required": "needs no approval: $subject",
    "review.completed": "let $subject be approved: the last thread that held it up is resolved",
    "review.reminded": "asked again for a review of $subject",
    "review.kept": "kept approvals of $subject",
    "review.approved": "approved $subject",
    "review.changes_requested": "requested changes to $subject",
    "review.rejected": "rejected $subject",
    "run.scheduled": "wants $subject to start at $at",
    "run.unscheduled": "took back that $subject starts at $at",
    "run.not_started": "did not start $subject at $at: $reason",
    "run.queued": "began to apply $subject",
    "run.started": "made the first call of $subject",
    "run.cancel_requested": "asked to cancel the run of $subject",
    "run.held": "holds the run of $subject",
    "run.resumed": "let the run of $subject go on",
    "run.given_up": "gave up the run of $subject",
    "run.rollback_made": "made $rollback, which takes back $subject",
    "run.succeeded": "applied $subject",
    "run.failed": "failed to apply $subject",
    "run.cancelled": "cancelled the run of $subject",
    "run.attention": "needs a person for the run of $subject",
    "lock.released": "released $resource, which $subject held",
    "log.verification_requested": "asked to verify $subject",
    "log.verified": "verified $subject: $outcome",
    "worker.drained": "drained the worker $subject",
    "worker.undrained": "let the worker $subject take work again",
    "step.intended": "is about to make a call of $subject",
    "step.answered": "had an answer of AWS for $subject",
    "step.refused": "was refused by AWS at $subject",
    "step.unknown": "had no answer of AWS for $subject",
    "step.reconciled": "found out by looking what happened at $subject",
    "step.drifted": "found the live state moved at $subject",
    "step.skipped": "found nothing left to do at $subject",
    "step.attention": "needs a person at a call of $subject",
    "step.settled": "saw AWS settle $subject",
    "step.done": "finished a call of $subject",
    "step.failed": "failed at a call of $subject",
    "step.retried": "had step $step of $subject tried again",
    "step.left_out": "skipped step $step of $subject",
    "step.looked_again": "asked to look again at $subject",
}


# How the events of a call read that say which call it was, and of what.
FULLER: Mapping[str, str] = {
    "step.intended": "is about to call $operation on $resource for $subject",
    "step.answered": "called $operation on $resource for $subject: AWS answered $http_status",
    "step.refused": "called $operation on $resource for $subject: AWS refused it",
    "step.unknown": "called $operation on $resource for $subject, without an answer",
    "step.reconciled": "found out by looking what $operation on $resource did for $subject",
    "step.drifted": "found $resource moved before $operation for $subject",
    "step.skipped": "found nothing left to do by $operation on $resource for $subject",
    "step.attention": "needs a person at $operation on $resource for $subject",
    "step.settled": "saw AWS settle $resource after $operation for $subject",
    "step.done": "finished $operation on $resource for $subject",
    "step.failed": "failed at $operation on $resource for $subject",
}


class UnknownVerb(ValueError):
    """The verb is not in `SENTENCES`; an event that nobody can read is not written."""


class MissingData(ValueError):
    """The event lacks what its sentence says."""


class Happened(Protocol):
    verb: str
    subject: str
    data: dict[str, Any]


@cache
def words(verb: str) -> Template:
    if verb not in SENTENCES:
        raise UnknownVerb(f"{verb!r} is not a verb of the log. Add it to {__name__}.SENTENCES.")
    return Template(SENTENCES[verb])


def check_readable(verb: str, data: Mapping[str, Any]) -> None:
    """Raises `UnknownVerb`, or `MissingData` for what the verb's sentence names and the data lacks."""
    missing = set(words(verb).get_identifiers()) - {SUBJECT} - data.keys()
    if missing:
        raise MissingData(f"{verb} needs {', '.join(sorted(missing))} in its data.")


@cache
def label(verb: str) -> str:
    """The words of a verb without what they were said about, for a list of them: "gave … the role …"."""
    template = words(verb)
    return template.substitute(dict.fromkeys(template.get_identifiers(), "…")).removesuffix(" …")


def sentence(event: Happened) -> str:
    """What was done, without the name of the person: "gave ben the role auditor"."""
    known = {**event.data, SUBJECT: event.subject}
    fuller = Template(FULLER.get(event.verb, ""))
    says_more = fuller.template and set(fuller.get_identifiers()) <= known.keys()
    return (fuller if says_more else words(event.verb)).substitute(known)
