"""Puts what only the run knows into the parameters of a call, right before it is made.

Only outputs that this run recorded, its token and its mark, and secrets that the caller can fetch. Whatever is left
over is a refusal: nothing half-filled is ever sent.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.aws.gateway import AwsError, ErrorKind
from apps.catalog.types import Join
from apps.planning.plan import Call, Output, SecretRef, Slot

Json = Any

NAMESPACE = uuid.UUID("5e0e7f6c-6a51-5c8b-9a0e-2d4d1f1c7b11")
PLAIN = re.compile(r"[\x21-\x7e]{1,2048}")


@dataclass(frozen=True)
class Known:
    """What a run knows at a call: outputs of earlier calls, its idempotency token, the mark of what it makes.

    `secret` gives what a reference stands for, or what is shown in its place to those who only look.
    """

    outputs: Mapping[Output, Json] = field(default_factory=dict)
    token: str = ""
    mark: str = ""
    secret: Callable[[SecretRef], str] | None = None


def parameters(call: Call, known: Known) -> dict[str, Json]:
    """The parameters to send. Raises `AwsError` (INVALID) for a node that can't be filled in."""
    return {name: value(member, known) for name, member in call.parameters.items()}


def value(node: Json, known: Known) -> Json:
    """One tree with its nodes filled in. Raises as `parameters` does."""
    match node:
        case Output():
            return _output(node, known)
        case Join(separator, items):
            return separator.join(value(item, known) for item in items)
        case SecretRef():
            return _secret(node, known)
        case Slot("token") if known.token:
            return known.token
        case Slot("request") if known.mark:
            return known.mark
        case Mapping():
            return {name: value(member, known) for name, member in node.items()}
        case list() | tuple():
            return [value(item, known) for item in node]
        case None | bool() | int() | float() | str():
            return node
        case _:
            raise AwsError(ErrorKind.INVALID, "The plan holds something that can't be filled in. Plan it again.")


def token(nonce: str, key: str) -> str:
    """The idempotency token of a call, 36 characters: the same whenever the same run makes it again, and no other."""
    return str(uuid.uuid5(NAMESPACE, f"{nonce}/{key}"))


def _output(node: Output, known: Known) -> str:
    found = known.outputs.get(node)
    if not isinstance(found, str) or not PLAIN.fullmatch(found):
        sentence = f"{node.attribute} of change {node.change} is not known to this run. Look at that change first."
        raise AwsError(ErrorKind.INVALID, sentence)
    return found


def _secret(node: SecretRef, known: Known) -> str:
    if known.secret is None:
        raise AwsError(ErrorKind.INVALID, "Nobody fetches secrets here.")
    return known.secret(node)
