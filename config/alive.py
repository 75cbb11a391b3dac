"""A worker's sign of life: a file that is touched while its event loop turns. The health check looks at the file's age.

It is gone while the worker looks for its broker, so a worker that hears no bell is not called healthy.
"""

from pathlib import Path
from typing import Any

from celery import bootsteps

SECONDS = 10.0


def alive(path: Path) -> type[bootsteps.StartStopStep]:
    """A step of the consumer, which begins anew with every connection: it touches `path` every ten seconds.

    It comes after all that a start says to the broker, each of which waits without end for one that has gone.
    """

    class Alive(bootsteps.StartStopStep):
        requires = ("celery.worker.consumer.connection:Connection", "celery.worker.consumer.tasks:Tasks")

        def start(self, consumer: Any) -> None:
            path.touch()
            self.entry = consumer.timer.call_repeatedly(SECONDS, path.touch)

        def stop(self, consumer: Any) -> None:
            path.unlink(missing_ok=True)
            if entry := getattr(self, "entry", None):
                entry.cancel()

    return Alive
