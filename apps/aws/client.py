"""A botocore client that all roles share: what is sent is signed with the credentials of the role that asks.

Making a client of EC2 takes 16 ms and 1 MB, and every attempt at a call has a session of its own.
"""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from botocore.credentials import Credentials, ReadOnlyCredentials

Json = Any
SIGNING: ContextVar[ReadOnlyCredentials] = ContextVar("signing")


class Borrowed(Credentials):
    """Those of the role that asks at this moment. Outside of a call there are none: `LookupError`."""

    def __init__(self) -> None:
        super().__init__("", "", method="assume-role")

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return SIGNING.get()

    def load_credentials(self) -> "Borrowed":
        """What botocore asks a provider of credentials for."""
        return self


@dataclass(frozen=True)
class Client:
    """`shared` for one role. Operations are named as boto3's methods; all raise botocore's errors."""

    shared: Any
    credentials: ReadOnlyCredentials = field(repr=False)

    @property
    def meta(self) -> Any:
        return self.shared.meta

    def call(self, operation: str, /, **parameters: Json) -> Json:
        return self._signed(getattr(self.shared, operation), **parameters)

    def pages(self, operation: str, /, **parameters: Json) -> Iterator[Json]:
        """The answer page by page, each asked for when it is wanted; one page where the operation has no more."""
        if not self.shared.can_paginate(operation):
            yield self.call(operation, **parameters)
            return
        pages = iter(self.shared.get_paginator(operation).paginate(**parameters))
        while (page := self._signed(next, pages, None)) is not None:
            yield page

    def whole(self, operation: str, /, **parameters: Json) -> Json:
        """All pages as one answer."""
        if not self.shared.can_paginate(operation):
            return self.call(operation, **parameters)
        return self._signed(self.shared.get_paginator(operation).paginate(**parameters).build_full_result)

    def _signed(self, ask: Callable[..., Json], *arguments: Json, **parameters: Json) -> Json:
        before = SIGNING.set(self.credentials)
        try:
            return ask(*arguments, **parameters)
        finally:
            SIGNING.reset(before)
