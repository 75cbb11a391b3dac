"""Secrets by their references: the version that one means, asked with the read role, and what it holds, with the other.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html and
dynamic-references-ssm-secure-strings.html say what a reference means.
"""

import json
from dataclasses import replace
from typing import Any, Protocol

from apps.aws.gateway import AwsError, ErrorKind
from apps.planning.secrets import STORE, Named, parse

Json = Any
CURRENT = "AWSCURRENT"


class Asks(Protocol):
    """As much of a gateway as is needed here."""

    def ask(self, service: str, operation: str, region: str, parameters: dict[str, Json]) -> Any: ...


class Absent(Exception):
    """The secret or its version isn't there; says so in a sentence."""


def pinned(aws: Asks, account: str, region: str, text: str) -> str:
    """The reference with the version that it means now. What the secret holds is not read.

    Raises `ValueError` for what is no reference, `Absent`, and `AwsError` where AWS can't be asked.
    """
    named = parse(text)
    try:
        found = _parameter(aws, region, named) if named.service == STORE else _secret(aws, account, region, named)
    except AwsError as error:
        if error.kind is ErrorKind.MISSING:
            raise Absent(f"There is no secret {named.id} in {region}. Create it first, or name another one.") from None
        raise
    return str(found)


def _secret(aws: Asks, account: str, region: str, named: Named) -> Named:
    if named.id.startswith("arn:") and named.id.split(":")[3:5] != [region, account]:
        raise Absent(f"{named.id} is not in {region} of account {account}. Name a secret that is.")
    about = aws.ask("secretsmanager", "describe_secret", region, {"SecretId": named.id})
    if about.get("DeletedDate"):
        raise Absent(f"The secret {named.id} waits for its deletion. Restore it in AWS, or name another one.")
    versions = about.get("VersionIdsToStages") or {}
    stage = named.stage or CURRENT
    version = named.version or next((each for each, stages in versions.items() if stage in stages), "")
    if version not in versions:
        raise Absent(f"The secret {named.id} has no version {named.version or stage}. Name another one.")
    return replace(named, id=about["ARN"], stage="", version=version)


def _parameter(aws: Asks, region: str, named: Named) -> Named:
    wanted = [{"Key": "Name", "Option": "Equals", "Values": [named.id]}]
    rows = aws.ask("ssm", "describe_parameters", region, {"ParameterFilters": wanted}).get("Parameters") or []
    if not rows:
        raise Absent(f"There is no parameter {named.id} in {region}. Create it first, or name another one.")
    newest = int(rows[0].get("Version") or 0)
    if rows[0].get("Type") != "SecureString":
        raise Absent(f"The parameter {named.id} is no SecureString, so it keeps nothing secret. Name another one.")
    if int(named.version or newest) > newest:
        raise Absent(f"The parameter {named.id} has no version {named.version}; {newest} is the newest.")
    return replace(named, version=named.version or str(newest))


def fetched(aws: Asks, region: str, reference: str) -> str:
    """What a pinned reference stands for. Raises `AwsError`; no sentence holds any of it."""
    named = parse(reference)
    if named.service == STORE:
        asked = {"Name": f"{named.id}:{named.version}", "WithDecryption": True}
        return str(aws.ask("ssm", "get_parameter", region, asked)["Parameter"]["Value"])
    asked = {"SecretId": named.id, "VersionId": named.version}
    text = aws.ask("secretsmanager", "get_secret_value", region, asked).get("SecretString")
    if text is None:
        raise _unusable(named, "is no text")
    return _member(named, text) if named.key else str(text)


def _member(named: Named, text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        raise _unusable(named, f"is no JSON object, so it has no {named.key}") from None
    if not isinstance(found, dict) or named.key not in found:
        raise _unusable(named, f"has no {named.key}")
    return found[named.key] if isinstance(found[named.key], str) else json.dumps(found[named.key])


def _unusable(named: Named, what: str) -> AwsError:
    sentence = f"The secret {named.id} {what}. No call was made: propose the change again with another reference."
    return AwsError(ErrorKind.INVALID, sentence)
