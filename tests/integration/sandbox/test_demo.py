"""What a demo leaves behind that ends without being asked to."""

import time
from pathlib import Path

from tests.e2e.stack import environments_of, listen, started


def test_no_process_outlives_a_demo_that_is_killed(directory: Path) -> None:
    demo = started(directory)
    try:
        listen(demo)
    finally:
        demo.kill()
        demo.wait()
    give_up = time.monotonic() + 60
    while environments_of(directory.parent) and time.monotonic() < give_up:
        time.sleep(0.5)
    assert environments_of(directory.parent) == {}
