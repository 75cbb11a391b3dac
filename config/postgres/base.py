"""Django's way to PostgreSQL, which waits while the server starts, or for a place where it has none left.

Every thread keeps its connection for a minute. Others get room, too: where the server was full a moment ago, each
process gives its own back after every request instead, so that those who wait get one.
"""

import random
import time

from django.db.backends.postgresql import base
from psycopg2 import OperationalError

FULL = ("too many clients", "too many connections", "remaining connection slots are reserved")
STARTING = ("the database system is starting up", "the database system is not yet accepting connections")
WAIT_SECONDS, SCARCE_SECONDS = 15.0, 60.0


class Scarce:
    """Until when this process keeps no connection, on the clock of `time.monotonic`."""

    until = 0.0


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):  # type: ignore[no-untyped-def]
        """Raises `OperationalError` where no place became free in time, and at once for any other reason."""
        give_up = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                return super().get_new_connection(conn_params)
            except OperationalError as error:
                full = says(error, FULL)
                if time.monotonic() > give_up or not (full or says(error, STARTING)):
                    raise
                if full:
                    Scarce.until = time.monotonic() + SCARCE_SECONDS
                time.sleep(random.uniform(0.05, 0.2))  # noqa: S311 -- so that those who wait don't ask together

    def close_if_unusable_or_obsolete(self) -> None:
        """Called before and after every request."""
        super().close_if_unusable_or_obsolete()
        if self.connection is not None and not self.in_atomic_block and time.monotonic() < Scarce.until:
            self.close()


def says(error: Exception, words: tuple[str, ...]) -> bool:
    """PostgreSQL says it in words only, since there is no connection yet that could carry a code."""
    return any(each in str(error) for each in words)
