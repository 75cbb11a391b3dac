"""What a demo leaves behind that ends without being asked to."""

from pathlib import Path

from tests.e2e.stack import environments_of, listen, started
from tests.waiting import until


def test_no_process_outlives_a_demo_that_is_killed(directory: Path) -> None:
    demo = started(directory)
    try:
        listen(demo)
    finally:
        demo.kill()
        demo.wait()
    until(lambda: not environments_of(directory.parent), lambda: str(environments_of(directory.parent)))
