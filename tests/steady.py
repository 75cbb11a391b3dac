"""`make test-steady`: every test, three times, while two loops hold the cores. What fell is printed at the end."""

import subprocess
import sys
import time

from tests.again import ROOT, fallen
from tests.e2e.test_presses import busy_cores

TIMES = 3


def main() -> int:
    fell: list[str] = []
    with busy_cores(2):
        for number in range(1, TIMES + 1):
            began = time.monotonic()
            code = subprocess.run([sys.executable, "-m", "pytest", "-n", "3"], cwd=ROOT, check=False).returncode
            names = [f"run {number}: {name}" for name in fallen()] if code else []
            fell.extend(names or ([f"run {number}: pytest ended with {code}"] if code else []))
            print(
                f"Run {number} of {TIMES}: {'red' if code else 'green'}, {time.monotonic() - began:.0f} s", flush=True
            )
    print(*(fell or ["Nothing fell."]), sep="\n")
    return 1 if fell else 0


if __name__ == "__main__":
    sys.exit(main())
