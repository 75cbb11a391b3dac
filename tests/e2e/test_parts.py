"""The processes of the running demo: what each of them knows, and that there is only one demo in a place."""

import subprocess
from pathlib import Path

from tests.e2e.stack import ROOT, Stack, environments_of


def keys(texts: list[bytes]) -> set[bytes]:
    found = {part for text in texts for part in text.split(b"\0") if part.startswith(b"AWS_ACCESS_KEY_ID=")}
    assert found
    return found


def test_every_process_has_the_keys_of_its_role_and_no_others(stack: Stack) -> None:
    running = list(environments_of(stack.directory.parent).values())
    webs, planners, executors = (
        [text for text in running if f"RINGI_PROCESS={role}\0".encode() in text]
        for role in ("web", "planner", "executor")
    )
    assert webs
    assert not any(b"\0AWS_" in text for text in webs)
    assert not any(b"DATABASE_OWNER_URL" in text for text in (*webs, *planners, *executors))
    assert keys(planners).isdisjoint(keys(executors))


def test_a_second_demo_in_the_same_place_is_refused(stack: Stack) -> None:
    command = [*map(str, stack.process.args)]  # type: ignore[union-attr]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (second.returncode, "already" in second.stdout) == (1, True)
    assert Path(stack.directory).exists()
