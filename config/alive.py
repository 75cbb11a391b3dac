"""A worker's sign of life: a file that is touched while its event loop turns. The health check looks at the file's age.

The loop does not turn while a worker looks for its broker, so a worker that hears no bell is not called healthy.
"""

from pathlib import Path
from typing import Any

from celery import bootsteps

SECONDS = 10.0


def alive(path: Path) -> type[bootsteps.StartStopStep]:
    """A step of the worker that touches `path` every ten seconds, and removes it at the end."""

    class Alive(bootsteps.StartStopStep):
        requires = ("celery.worker.components:Timer", "celery.worker.components:Hub")

        def start(self, worker: Any) -> None:
            worker.timer.call_after(0, path.touch)
            worker.timer.call_repeatedly(SECONDS, path.touch)

        def stop(self, worker: Any) -> None:
            path.unlink(missing_ok=True)

    return Alive
