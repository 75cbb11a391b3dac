"""A press counts, whenever it comes: on a page that still arrives or moves, on a machine that is busy."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.flow import propose
from tests.e2e.stack import Visitor

TIMES = 30
HELD_MILLISECONDS = 90


@contextmanager
def busy_cores(how_many: int = 2) -> Iterator[None]:
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(how_many)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def press(page: Page, button: Locator) -> None:
    """As a hand does it: where the button is seen, down, a moment, up. Nothing waits for the page to be ready."""
    button.wait_for(state="visible")
    box = button.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(HELD_MILLISECONDS)
    page.mouse.up()


def decided(ben: Visitor, address: str, number: int) -> None:
    """Say something, and approve as soon as the page with it begins to appear."""
    page = ben.page
    page.goto(address)
    page.get_by_label("What you want to say").fill(f"Fine, {number}")
    page.get_by_role("button", name="Comment", exact=True).click(no_wait_after=True)
    page.wait_for_url(f"{address}#review", wait_until="commit")
    press(page, page.locator(".request-head").get_by_role("button", name="Approve revision"))
    expect(page.locator(".request-head")).to_contain_text("Approved")


@pytest.mark.long
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_every_press_of_submit_after_save_and_of_approve_after_a_comment_counts(enter: SignIn, motion: str) -> None:
    aiko, ben = enter("aiko", reduced_motion=motion), enter("ben", reduced_motion=motion)
    with busy_cores():
        for number in range(TIMES // 2):
            page = propose(aiko, "orders-stg", "stg", MaxAllocatedStorage=str(500 + number), Title=f"Room {number}")
            page.get_by_role("button", name="Save in the draft").click(no_wait_after=True)
            page.wait_for_url("**/change-requests/**", wait_until="commit")
            press(page, page.locator(".request-head").get_by_role("button", name="Submit for review"))
            expect(page.locator(".request-head")).to_contain_text("In review")
            decided(ben, page.url.split("#")[0], number)
