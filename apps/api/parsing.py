"""What the API reads: strict JSON of a limited size."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from apps import strict

MOST_BYTES = 2 * 1024 * 1024


class StrictJSONParser(JSONParser):
    """UTF-8 JSON up to 2 MiB, as strict as `apps.strict`."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise ParseError(f"This is larger than {MOST_BYTES // 1024 // 1024} MiB. Send less at once.")
        try:
            return strict.loads(raw.decode())  # type: ignore[no-any-return]
        except ValueError as error:
            raise ParseError(f"This is not JSON that can be accepted. {error}") from None
