"""What inventory derives from a resource document: its digest and the text that a search looks through."""

import hashlib
import json
from typing import Any

from apps.planning.plan import Observation


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the document, whatever the order of its members; only compared with itself. `ValueError` for NaN."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def search_text(seen: Observation) -> str:
    """Lower-case name, identifier, ARN, type and tags, a word or more each."""
    tags = [f"{tag.get('Key')}={tag.get('Value')}" for tag in seen.document.get("Tags") or []]
    return " ".join([seen.name, seen.identifier, seen.arn, seen.type, *tags]).lower()
