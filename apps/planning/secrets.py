"""References to secrets as people write them: CloudFormation's dynamic references, which hold no secret themselves.

    {{resolve:secretsmanager:ID-OR-ARN:SecretString:KEY:STAGE:VERSION}}    everything behind ID-OR-ARN may be left out
    {{resolve:ssm-secure:NAME:VERSION}}                                    VERSION may be left out

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html. They stand alone, in a property
declared secret or as a variable of an `Environment` in one; anywhere else what they stand for could be read by all.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.catalog import hidden
from apps.catalog.types import NativeType
from apps.planning.plan import SecretRef

Json = Any
OPENS = "{{resolve:"
WHOLE = re.compile(r"\{\{resolve:(secretsmanager|ssm-secure):([^{}\s]+)\}\}")
SECRET = re.compile(
    r"(?P<id>arn:aws[a-z-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@!-]+|[\w/+=.@!-]+)"
    r"(?::SecretString(?::(?P<key>[^:]*)(?::(?P<stage>[\w-]*)(?::(?P<version>[\w-]*))?)?)?)?"
)
PARAMETER = re.compile(r"(?P<id>[\w./-]+)(?::(?P<version>[1-9]\d*))?")
MANAGER, STORE = "secretsmanager", "ssm-secure"
FORM = "{{resolve:secretsmanager:NAME:SecretString:KEY}} or {{resolve:ssm-secure:NAME}}"


@dataclass(frozen=True)
class Named:
    """What a reference names. `key` is a member of a secret that is a JSON object, "" = the whole text."""

    service: str
    id: str
    key: str = ""
    stage: str = ""
    version: str = ""

    def __str__(self) -> str:
        if self.service == STORE:
            return f"{OPENS}{STORE}:{self.id}{':' if self.version else ''}{self.version}}}}}"
        return f"{OPENS}{MANAGER}:{self.id}:SecretString:{self.key}:{self.stage}:{self.version}}}}}"


def parse(text: str) -> Named:
    """Raises `ValueError` with a sentence for what is no reference."""
    whole = WHOLE.fullmatch(text)
    found = (SECRET if whole[1] == MANAGER else PARAMETER).fullmatch(whole[2]) if whole else None
    if whole is None or found is None:
        raise ValueError(f"This is no reference to a secret. Write {FORM}.")
    parts = {name: part or "" for name, part in found.groupdict().items()}
    if parts.get("stage") and parts["version"]:
        raise ValueError("A version is named by its stage or by its id, not by both. Leave one of them out.")
    return Named(whole[1], **parts)


def is_reference(value: Json) -> bool:
    return isinstance(value, str) and WHOLE.fullmatch(value) is not None


def placed(native: NativeType, name: str, value: Json) -> Json:
    """A value as it is planned: references become nodes where a secret may stand, and stay text anywhere else."""
    return swapped(native, name, value, lambda text: SecretRef(text) if is_reference(text) else text)


def swapped(native: NativeType, name: str, value: Json, put: hidden.Put) -> Json:
    """The value with `put` of every text where a secret may stand."""
    declared = native.properties.get(name)
    if declared is None or not declared.secret:
        return value
    return put(value) if isinstance(value, str) else hidden.swapped(value, put)


def plain(native: NativeType, desired: Mapping[str, Json]) -> str:
    """The first property that holds a secret itself where only a reference may stand, "" for none."""
    texts = {name: value for name, value in desired.items() if isinstance(value, str) and not is_reference(value)}
    return next((name for name in texts if name in native.properties and native.properties[name].secret), "")


def wrong(native: NativeType, name: str, value: Json) -> Iterator[tuple[str, str]]:
    """What is wrong with a planned value, as code and sentence."""
    declared = native.properties.get(name)
    if declared and declared.secret and isinstance(value, str):
        yield "plain_secret", f"{name} is secret. Give a reference to the secret instead of its text: {FORM}."
    for node in _texts(value):
        if isinstance(node, str) and OPENS in node:
            yield "misplaced_secret", f"A reference to a secret can't stand in {name} like that. {WHERE}"
        if isinstance(node, SecretRef):
            if declared is None or not declared.secret:
                yield "misplaced_secret", f"{name} is not secret, so a secret there would be readable. Remove it."
            elif said := _unpinned(node):
                yield "unpinned_secret", said


WHERE = "It stands alone, as the value of a variable or of a secret property; else the secret would be readable."


def _unpinned(node: SecretRef) -> str:
    try:
        named = parse(node.reference)
    except ValueError as error:
        return str(error)
    return "" if named.version else "The version of the secret is not known. Write the reference as a text."


def _texts(value: Json) -> Iterator[Json]:
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    else:
        yield value
