"""Which resource a creation made, and whether it is certain that this installation made it.

Believed is only what an attempt is recorded for that could have made it, under a mark that the resource carries, and
only while it shows nothing else than the creation set: the chosen name, the parent, the wanted values. What carries no
mark at birth is believed where AWS said yes to an attempt and gives its name only once; what has no such name either,
such as a route, where it is exactly as it was to be made. Whatever isn't certain goes to a person.
"""

from collections.abc import Mapping

from apps.aws.gateway import Gateway
from apps.planning.plan import Action, Observation
from apps.runs import mark, sight
from apps.runs.models import Attempt, Run
from apps.runs.states import AttemptState, StepState
from apps.runs.work import Stop, Work

COULD_HAVE = (AttemptState.INTENDED, AttemptState.ACKED, AttemptState.RECONCILED)
Marks = Mapping[str, bool]


def look(work: Work, aws: Gateway) -> Observation | None:
    """The resource of this step as it is now; one whose name AWS chose is found by its mark.

    Raises `Stop` where more than one could be it.
    """
    change, identifier = work.change, sight.identifier_of(work)
    if identifier:
        return aws.read(change.type, change.region, identifier)
    marks = recorded(work)
    listed = aws.list(change.type, change.region) if marks else ()
    found = [seen for seen in listed if _made(work, marks, seen)]
    if len(found) > 1:
        names = ", ".join(seen.identifier for seen in found)
        sentence = f"More than one resource could be the {change.name} of this request: {names}. Look and decide."
        raise Stop(StepState.ATTENTION, sentence)
    return found[0] if found else None


def is_ours(work: Work, seen: Observation) -> bool:
    """Whether this installation made the resource, for this very change."""
    return _made(work, recorded(work), seen)


def recorded(work: Work) -> Marks:
    """The marks under which attempts at this creation are recorded, of all runs of the request, each with whether AWS
    is known to have carried it out."""
    if work.change.action is not Action.CREATE:
        return {}
    runs = Run.objects.filter(change_request=work.run.change_request_id)
    marks = [mark.of(run, work.change) for run in runs]
    attempts = Attempt.objects.filter(mark__in=marks, state__in=COULD_HAVE)
    done = [(each, state != AttemptState.INTENDED) for each, state in attempts.values_list("mark", "state")]
    return dict(sorted(done, key=lambda row: row[1]))


def _made(work: Work, marks: Marks, seen: Observation) -> bool:
    made = work.change.calls[0].sets
    if mark.carried(work.native, work.change):
        return seen.request in marks and not sight.contradicts(work, seen, made)
    if mark.TAGS in work.native.properties and sight.identifier_of(work):
        return any(marks.values()) and not sight.contradicts(work, seen, made)
    return bool(marks) and sight.shows(work, seen, made)
