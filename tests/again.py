"""What fell is run once more by itself. Passing then, it is named as unsteady: the next thing to mend."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FALLEN = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
MOST = 20


def fallen() -> list[str]:
    """The tests that failed in the last run, by their ids."""
    return sorted(json.loads(FALLEN.read_text())) if FALLEN.exists() else []


def main() -> int:
    names = fallen()
    if not 0 < len(names) <= MOST:
        print(f"{len(names)} tests fell: nothing that running them again could excuse.")
        return 1
    print(f"Once more, by themselves: {len(names)} tests.", flush=True)
    code = subprocess.run([sys.executable, "-m", "pytest", "-n", "1", *names], cwd=ROOT, check=False).returncode
    if code == 0:
        print(*(f"unsteady: {name}" for name in names), sep="\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
