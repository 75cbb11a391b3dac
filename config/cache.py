"""What people tried at the sign-in, and what was rung for. Where Redis doesn't answer, each process counts alone.

Counting alone is a weaker limit for as long as the outage lasts; nobody being able to sign in would be worse.
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
SECONDS = 2
QUIET_SECONDS = 10.0


class LastingCache(RedisCache):
    """Redis, or the memory of this process for ten seconds after Redis has failed."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, **params.pop("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self.own = LocMemCache("while-redis-is-away", {})
        self.away_until = 0.0

    def add(self, *args: Any, **more: Any) -> Any:
        return self._asked(super().add, self.own.add, *args, **more)

    def get(self, *args: Any, **more: Any) -> Any:
        return self._asked(super().get, self.own.get, *args, **more)

    def set(self, *args: Any, **more: Any) -> Any:
        return self._asked(super().set, self.own.set, *args, **more)

    def delete(self, *args: Any, **more: Any) -> Any:
        return self._asked(super().delete, self.own.delete, *args, **more)

    def _asked(self, there: Callable[..., Any], here: Callable[..., Any], *args: Any, **more: Any) -> Any:
        if monotonic() >= self.away_until:
            try:
                return there(*args, **more)
            except (RedisError, OSError) as error:
                log.warning("cache does not answer", extra={"error": type(error).__name__})
                self.away_until = monotonic() + QUIET_SECONDS
        return here(*args, **more)
