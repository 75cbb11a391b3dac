"""What a demo leaves behind that ends without being asked to."""

import re
from pathlib import Path

from tests.e2e.stack import environments_of, started
from tests.waiting import until

ROLES = {"web", "planner", "executor", "beat"}


def roles(directory: Path) -> set[str]:
    """Of the processes that run."""
    texts = b"".join(environments_of(directory.parent).values())
    return {found.decode() for found in re.findall(rb"RINGI_PROCESS=(\w+)\0", texts)}


def test_no_process_outlives_a_demo_that_is_killed(directory: Path) -> None:
    demo = started(directory)
    try:
        assert demo.stdout is not None
        said = next(line for line in demo.stdout if line.startswith("  aws"))
        until(lambda: roles(directory) >= ROLES, lambda: f"{said} {roles(directory)}", lambda: demo.poll() is None)
    finally:
        demo.kill()
        demo.wait()
    until(lambda: not environments_of(directory.parent), lambda: str(environments_of(directory.parent)))
