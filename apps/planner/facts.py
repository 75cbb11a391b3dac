"""What planning goes by: what was seen of each proposal's resource, and what is found about the whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.planning.plan import Observation

Json = Any
Check = dict[str, Json]  # as `changes.models.Revision.checks` keeps it
Seen = Mapping[int, Observation | None]  # by the ordinal of the proposal; None = it doesn't exist
Users = Mapping[int, Sequence[Observation]]  # what names the resource of a proposal
