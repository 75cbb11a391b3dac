"""What cfn-lint says of a plan: what AWS would refuse goes back to the draft, the rest are checks of the revision.

Only what a request causes counts. What was wrong with a resource before is said where the request touches it, and
stops nobody. Where the linter can't judge, a check says so.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from apps.planner import alike, documents
from apps.planner.facts import Check, Seen, Users
from apps.planning import lint
from apps.planning.documents import after
from apps.planning.lint import Finding
from apps.planning.plan import Action, Change, Plan, PlanRefused, Problem
from apps.planning.template import Wanted

log = logging.getLogger(__name__)
Json = Any
NAME = "cfn-lint"


def checks(plan: Plan, seen: Seen, users: Users) -> list[Check]:
    """The checks of a plan's resources as they will be. Raises `PlanRefused` for what AWS would not take."""
    before = {change.ordinal: documents.before(change, seen, users) for change in plan.changes}
    changes = {change.ordinal: change for change in plan.changes if change.action is not Action.DELETE}
    if not changes:
        return []
    try:
        found = list(_compared(changes, before))
    except Exception as error:
        log.exception("cfn-lint failed")
        sentence = f"cfn-lint {lint.release()} failed ({type(error).__name__}), so nothing was judged by it."
        return [_check("warn", sentence)]
    if problems := tuple(_problem(finding, changes, seen) for finding in found if finding.refuses):
        raise PlanRefused(problems)
    told = [each for each in found if not each.stood or each.property in _touched(changes[each.ordinal])]
    warnings = [_check("warn", each.sentence(), each.ordinal, each.property, each.source) for each in told]
    return warnings or [_passed(len(changes), len(found))]


def _compared(changes: Mapping[int, Change], before: Mapping[int, Mapping[str, Json]]) -> Iterator[Finding]:
    """The findings; those that stood before a change refuse nothing. One update is judged for all that are alike."""
    wanted = {n: _wanted(change, before[n]) for n, change in changes.items()}
    updated = {n: change for n, change in changes.items() if change.action is Action.UPDATE}
    old = {n: Wanted(change.type, change.region, before[n]) for n, change in updated.items()}
    groups = alike.groups(updated, old, wanted)
    spared = {n for ordinals in groups.values() for n in ordinals[1:]}
    found = lint.findings({n: each for n, each in wanted.items() if n not in spared})
    suspected = {finding.ordinal for finding in found}
    stood = Counter(_key(finding) for finding in lint.findings({n: old[n] for n in groups if n in suspected}))
    for finding in dict.fromkeys(found):
        new = finding.unjudged or not stood[_key(finding)]
        judged = finding if new else replace(finding, refuses=False, stood=True)
        stood[_key(finding)] -= 1
        yield from (replace(judged, ordinal=n) for n in groups.get(finding.ordinal, [finding.ordinal]))


def _wanted(change: Change, live: Mapping[str, Json]) -> Wanted:
    return Wanted(change.type, change.region, after(change, live), change.action is Action.CREATE)


def _touched(change: Change) -> set[str]:
    return {difference.property for difference in change.differences}


def _key(finding: Finding) -> tuple[int, str, str, str]:
    return finding.ordinal, finding.property, finding.rule, finding.message


def _problem(finding: Finding, changes: Mapping[int, Change], seen: Seen) -> Problem:
    """At its field, or at the request where nobody proposed the change."""
    sentence = f"{finding.sentence()} Change the request and submit it again."
    if finding.ordinal in seen:
        return Problem(finding.ordinal, finding.property, "lint", sentence)
    return Problem(0, "", "lint", f"{changes[finding.ordinal].name}, {finding.property}: {sentence}")


def _passed(number: int, stood: int) -> Check:
    whole = "1 resource" if number == 1 else f"{number} resources"
    left = f" What was so before, where nothing is changed ({stood}), is not counted." if stood else ""
    return _check("pass", f"cfn-lint {lint.release()} has nothing against what becomes of {whole}.{left}")


def _check(outcome: str, sentence: str, ordinal: int = 0, prop: str = "", source: str = "") -> Check:
    check = {"name": NAME, "outcome": outcome, "sentence": sentence, "ordinal": ordinal, "property": prop}
    return check | ({"source": source} if source else {})
