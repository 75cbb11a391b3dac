"""Waiting for what is to come, however slow the machine is."""

import time
from collections.abc import Callable

GUARD_SECONDS = 300.0


def until(
    condition: Callable[[], bool], otherwise: Callable[[], str] = str, going: Callable[[], bool] = lambda: True
) -> None:
    """Wait until `condition` holds.

    Fails as soon as `going` says that what it waits for has ended, with what `otherwise` tells. The guard is no
    expectation: it only keeps a defect from holding the tests for ever.
    """
    give_up = time.monotonic() + GUARD_SECONDS
    while not condition():
        assert going(), f"it ended before: {otherwise()}"
        assert time.monotonic() < give_up, f"it never came: {otherwise()}"
        time.sleep(0.1)
