"""The mark of what a run creates: nobody can guess it, and nothing else has it.

It is the value of the tag `ringi:request`, made from the run's nonce and the content of the change. So neither another
run, nor another installation, nor the same request after an edit has it. When it is believed, says `origin`.
"""

import hashlib
import hmac

from apps.catalog.types import NativeType
from apps.planning import codec
from apps.planning.parameters import nodes
from apps.planning.plan import Change, Slot
from apps.runs.models import Run

TAGS = "Tags"


def of(run: Run, change: Change) -> str:
    """ "CR-12/1/" and 32 hex digits, for change 1 of request 12."""
    first = change.calls[0]
    content = codec.text([change.ordinal, change.type, change.region, change.name, first.operation, first.parameters])
    digits = hmac.new(run.nonce.encode(), content.encode(), hashlib.sha256).hexdigest()[:32]
    return f"CR-{run.change_request_id}/{change.ordinal}/{digits}"


def carried(native: NativeType, change: Change) -> bool:
    """Whether the create call itself sets the mark, and it can be read back."""
    return TAGS in native.properties and any(node == Slot("request") for node in nodes(change.calls[0].parameters))
