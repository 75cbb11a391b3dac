"""Named places where a worker can be made to die, so that tests can prove what survives it."""

import os

DIES_WITH = 86


def faultpoint(name: str) -> None:
    """End the process at once when the environment's RINGI_FAULTS (comma-separated) names this place."""
    if name in os.environ.get("RINGI_FAULTS", "").split(","):
        os._exit(DIES_WITH)
