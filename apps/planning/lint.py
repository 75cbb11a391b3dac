"""What cfn-lint has against the resources as a plan leaves them.

Importing cfn-lint takes a second and a hundred megabytes, so this module imports it at first use, which only the
planner has. Takes values and gives values; knows nothing of who asked.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

from apps.catalog import schemas
from apps.catalog.faults import Place, placed
from apps.planning.template import Wanted, ordinal, template

Json = Any

# Rules about templates, or about what this product does otherwise: (prefix of rule ids, why they are not asked).
EXCLUDED = (
    ("E100", "the frame of a template, which is written here"),
    ("I100", "the size of a template, which nobody deploys"),
    ("E101", "functions, which are written here; a text that looks like one is sent as it is"),
    ("E102", "the same"),
    ("E103", "the same"),
    ("E105", "dynamic references, which CloudFormation resolves and no call does"),
    ("I1022", "style: Sub or Join"),
    ("W1", "the values of functions and parameters, which only a run knows"),
    ("E20", "parameters of templates"),
    ("I20", "the same"),
    ("W20", "the same"),
    ("W2501", "passwords as parameters: here a secret is a reference to one"),
    ("W2506", "the type of a parameter with an image"),
    ("E3004", "references in a circle, which plans break or refuse by themselves"),
    ("E3005", "DependsOn, which is not written"),
    ("W3005", "the same"),
    ("E3010", "the number of resources in a template"),
    ("I3010", "the same"),
    ("E3011", "names of resources in a template"),
    ("I3012", "the same"),
    ("E3035", "DeletionPolicy, which is CloudFormation's own"),
    ("E3036", "UpdateReplacePolicy, which is CloudFormation's own"),
    ("I3011", "the same; deletions and replacements ask for their own consent"),
    ("W3011", "the same"),
    ("I3013", "asks to spell out what AWS has a default for"),
    ("I3042", "partition, region and account as pseudo parameters: a change is for one account"),
    ("E3050", "what Ref gives for a role with a path, which differs from what its name is here"),
    ("W3002", "files for `aws cloudformation package`"),
    ("W3010", "zones are written out: a change is for one region"),
    ("E4", "metadata of templates"),
    ("W4", "the same"),
    ("I4", "the same"),
    ("E5", "modules of templates"),
    ("E6", "outputs of templates"),
    ("W6", "the same"),
    ("I6", "the same"),
    ("E7", "mappings of templates"),
    ("W7", "the same"),
    ("I7", "the same"),
    ("E8", "conditions of templates"),
    ("W8", "the same"),
)
# Engine versions are newer than any list of them, and AWS refuses an unknown one without touching the resource.
DATED = ("E3690", "E3691", "E3695")
ASKED = "E3062"  # classes of databases by engine: AWS itself is asked, and the rule takes 0.1 s a database
UNKNOWN_TYPE = "E3006"
BROKEN = ("E0000", "E0001", "E0002")
LONGEST, REMEMBERED = 300, 64
QUOTED = re.compile(r"^'(\w+)'")


@dataclass(frozen=True)
class Finding:
    """What a rule has against one property of a change's resource ("" = the whole resource; ordinal 0 = the request).

    `place` leads into the property, `message` is cfn-lint's. `refuses`: AWS would not take it. `unjudged`: the linter
    could not tell. `stood`: it was so before the change. `source` is an address that the rule gives, or "".
    """

    ordinal: int
    property: str
    rule: str
    message: str
    place: Place = ()
    refuses: bool = False
    unjudged: bool = False
    stood: bool = False
    source: str = ""

    def sentence(self) -> str:
        said = self.message.rstrip(".") if len(self.message) <= LONGEST else self.message[:LONGEST] + "…"
        answer = placed(self.place, f"{said} (cfn-lint {self.rule}).")
        return f"{answer} It was so before." if self.stood else answer


def release() -> str:
    """The version of cfn-lint."""
    return version("cfn-lint")


def findings(resources: Mapping[int, Wanted]) -> list[Finding]:
    """What is wrong with resources, by the ordinals of their changes, those of a region judged together.

    About 0.05 s for each of them. Raises whatever cfn-lint raises.
    """
    regions = dict.fromkeys(each.region for each in resources.values())
    return [finding for region in regions for finding in _found(resources, region)]


@dataclass(frozen=True)
class Match:
    """What a rule says of a place in a template, which is empty where it says it of no place in it."""

    rule: str
    path: Place
    message: str
    source: str

    @classmethod
    def of(cls, match: Any) -> "Match":
        path = tuple(getattr(match, "path", ()))
        return cls(str(match.rule.id), path, str(match.message), match.rule.source_url)


class Linter:
    """cfn-lint with its rules, which change while they run: one template at a time.

    What was said of the last templates is remembered: a request is planned more often than it changes.
    """

    def __init__(self) -> None:
        from cfnlint.config import _DEFAULT_RULESDIR, ConfigMixIn
        from cfnlint.decode.decode import decode_str
        from cfnlint.helpers import REGIONS
        from cfnlint.rules import Rules
        from cfnlint.runner.template import run_template_by_data

        self.regions = frozenset(REGIONS)
        known = Rules.create_from_directory(_DEFAULT_RULESDIR)
        self.rules = frozenset(known)
        self._rules = Rules({name: rule for name, rule in known.items() if name != ASKED})
        self._configured, self._decoded, self._run = ConfigMixIn, decode_str, run_template_by_data
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._asked)

    def matches(self, template: Mapping[str, Json], region: str) -> tuple[Match, ...]:
        """What the rules say, without those that are excluded, whatever file of options lies about."""
        return self._remembered(json.dumps(template), region)

    def _asked(self, text: str, region: str) -> tuple[Match, ...]:
        decoded, broken = self._decoded(text)
        options = ["--config-file", os.devnull]
        excluded = [prefix for prefix, _ in EXCLUDED]
        config = self._configured(options, regions=[region], include_checks=["I"], ignore_checks=excluded)
        found = broken or self._run(decoded, config, self._rules)
        return tuple(Match.of(match) for match in found if match.parent_id is None)


@cache
def loaded() -> Linter:
    """The linter, ready to run: two seconds once in a process."""
    return Linter()


def _found(resources: Mapping[int, Wanted], region: str) -> Iterator[Finding]:
    here = {number: each for number, each in resources.items() if each.region == region}
    linter = loaded()
    if region not in linter.regions:
        message = f"The linter knows no region {region}, so it judges nothing there"
        yield Finding(0, "", release(), message, unjudged=True)
        return
    for match in linter.matches(template(here), region):
        yield _finding(match, here)


def _finding(match: Match, resources: Mapping[int, Wanted]) -> Finding:
    rule, path = match.rule, match.path
    if rule in BROKEN or path[:1] != ("Resources",):
        return Finding(0, "", rule, "The linter failed in the middle, so its judgement is not complete", unjudged=True)
    number, place = ordinal(str(path[1])), path[3:]
    if rule == UNKNOWN_TYPE:
        wanted = resources[number]
        message = f"The linter knows no {wanted.type} in {wanted.region}, so it does not judge this resource"
        return Finding(number, "", rule, message, unjudged=True)
    name = str(place[0]) if place else _named(match, resources[number])
    refuses = rule.startswith("E") and rule not in DATED
    return Finding(number, name, rule, match.message, place[1:], refuses, source=match.source)


def _named(match: Match, wanted: Wanted) -> str:
    """The property that a finding about the whole resource is on: the one that it begins with, or its source's."""
    names = {name.lower(): name for name in schemas.registered(wanted.type, wanted.region).get("properties", ())}
    quoted = QUOTED.match(match.message)
    candidates = (quoted[1] if quoted else "", match.source.rpartition("-")[2])
    return next((names[each.lower()] for each in candidates if each.lower() in names), "")
