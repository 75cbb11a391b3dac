"""Which version of a secret a proposal means: what is approved is that one, whatever becomes the current one later."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from apps.aws import secrets
from apps.aws.gateway import Gateway
from apps.catalog.registry import native
from apps.planning.plan import PlanRefused, Problem, Proposal
from apps.planning.secrets import is_reference, swapped

Json = Any


def pinned(aws: Gateway, account: str, proposals: Iterable[Proposal]) -> list[Proposal]:
    """The proposals with a version in every reference to a secret.

    Raises `PlanRefused` for references to what isn't there, and `AwsError` where AWS can't be asked.
    """
    problems: list[Problem] = []
    answer = [_pinned(aws, account, each, problems) for each in proposals]
    if problems:
        raise PlanRefused(tuple(problems))
    return answer


def _pinned(aws: Gateway, account: str, proposal: Proposal, problems: list[Problem]) -> Proposal:
    declared = native(proposal.type)
    if declared is None:
        return proposal
    desired = dict(proposal.desired)
    for name, value in desired.items():
        try:
            desired[name] = swapped(declared, name, value, partial(_version, aws, account, proposal.region))
        except secrets.Absent as absent:
            problems.append(Problem(proposal.ordinal, name, "no_secret", str(absent)))
        except ValueError as error:
            problems.append(Problem(proposal.ordinal, name, "secret", str(error)))
    return replace(proposal, desired=desired)


def _version(aws: Gateway, account: str, region: str, text: Json) -> Json:
    return secrets.pinned(aws, account, region, text) if is_reference(text) else text
