"""The executor is killed in the middle of a call, in the way that machines do it: at once and without a word."""

import os
import signal

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SignIn
from tests.e2e.flow import apply, approve, ends, propose, save, submit
from tests.e2e.stack import Stack
from tests.waiting import until

SILENT = {"kind": "timeout", "service": "rds", "operation": "ModifyDBInstance", "when": "after", "seconds": 30}


@pytest.mark.long
def test_a_call_whose_worker_was_killed_is_found_done_and_never_repeated(stack: Stack, enter: SignIn) -> None:
    aiko, ben = enter("aiko"), enter("ben")
    page = propose(aiko, "orders-stg", environment="stg", MaxAllocatedStorage="900", Title="Room to grow")
    save(page)
    address = submit(page)
    approve(ben, address)
    before = modified(stack)
    stack.lab("state", faults=[SILENT])
    apply(page, address)
    until(lambda: modified(stack) > before)
    os.kill(stack.child("executor"), signal.SIGKILL)
    expect(page.locator(".run-state")).not_to_contain_text("Succeeded")
    ends(page, "Succeeded")
    assert modified(stack) == before + 1


def modified(stack: Stack) -> int:
    """How often a database was modified so far."""
    calls = stack.lab("state")["calls"]
    return len([call for call in calls if call["operation"] == "ModifyDBInstance" and call["effect"]])
