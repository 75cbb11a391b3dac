"""Several people at one moment, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from apps.refusal import Refused


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Every verb in its own connection, started together; what it gave or raised."""
    barrier = Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return verb()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))
