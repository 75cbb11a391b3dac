"""The daily ways by keyboard alone. The presses are counted; a text that is typed counts as one."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import SignIn
from tests.e2e.flow import propose, save, submit

TEN = 10
ENGINEER, REVIEWER, AUDITOR = 12, 4, 6  # the most presses that each way may take
Tell = Callable[[str, object], None]


@dataclass
class Keys:
    """A keyboard on a page that counts."""

    page: Page
    pressed: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.pressed += 1

    def focused(self) -> str:
        """The name of what has the focus, as assistive technology says it."""
        return str(
            self.page.evaluate("document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText")
        )


def test_a_resize_is_proposed_and_approved_without_a_mouse(enter: SignIn, record_property: Tell) -> None:
    aiko, ben = Keys(enter("aiko").page), Keys(enter("ben").page)
    address = proposed(aiko)
    reference = f"CR-{address.rstrip('/').rsplit('/', 1)[1]}"
    approved(ben, reference)
    record_property("presses", f"engineer {aiko.pressed} to a submitted resize, reviewer {ben.pressed} to an approval")
    assert aiko.pressed <= ENGINEER
    assert ben.pressed <= REVIEWER


@pytest.mark.long
def test_ten_requests_are_decided_one_after_the_other(enter: SignIn, record_property: Tell) -> None:
    aiko, ben = enter("aiko"), Keys(enter("ben").page)
    for number in range(TEN):
        page = propose(aiko, "orders-stg", "stg", MaxAllocatedStorage=str(700 + number), Title=f"Room {number}")
        save(page)
        submit(page)
    ben.page.reload()
    began = time.monotonic()
    ben.press("j", "Enter")
    for decided in range(TEN):
        if decided:
            ben.press("n")
        expect(ben.page.locator(".request-head").get_by_role("button", name="Approve revision")).to_be_visible()
        ben.press("Control+Enter")
        expect(ben.page.locator(".request-head")).to_contain_text("Approved")
    taken = time.monotonic() - began
    record_property("presses", f"reviewer {ben.pressed} and {taken:.0f} s to decide {TEN} requests")
    assert ben.pressed <= 2 * TEN + 1


def test_what_is_typed_before_the_scripts_are_there_is_searched_for(enter: SignIn) -> None:
    emi = enter("emi")
    page = emi.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/htmx*.js", hold)
    page.goto(f"{emi.url}/resources/", wait_until="commit")
    page.get_by_label("Search resources").fill("orders-prod dbinstance")
    page.wait_for_timeout(500)
    for route in held:
        route.continue_()
    assert held
    expect(page.locator("#results [data-row]")).to_have_text(["orders-prod"])


def proposed(keys: Keys) -> str:
    """From the inbox to a request in review; its address."""
    page = keys.page
    keys.press("p")
    expect(page.get_by_label("Search resources")).to_be_focused()
    keys.type("orders-prod dbinstance")
    expect(page.locator("#results [data-row]")).to_have_text(["orders-prod"])
    keys.press("ArrowDown", "p")
    expect(page.get_by_label("Title")).to_be_focused()
    keys.type("More room for orders")
    keys.press("Tab", "Tab")
    keys.type("InstanceClass")
    keys.press("Tab")
    assert keys.focused().startswith("DBInstanceClass")
    keys.type("db.r6g.2xlarge")
    keys.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Saved in CR-")
    keys.press("Control+Enter")
    expect(page.locator(".request-head")).to_contain_text("In review")
    return page.url


def approved(keys: Keys, reference: str) -> None:
    """From the inbox to the approval of the newest request that waits."""
    page = keys.page
    page.reload()
    expect(page.locator("#you")).to_contain_text(reference)
    keys.press("j", "Enter")
    expect(page.locator(".request-head")).to_contain_text(reference)
    keys.press("Control+Enter")
    expect(page.locator(".request-head")).to_contain_text("Approved")


def test_an_auditor_finds_what_happened_without_a_mouse(enter: SignIn, record_property: Tell) -> None:
    keys = Keys(enter("emi").page)
    keys.press("g", "a")
    expect(keys.page.get_by_role("heading", name="Audit log")).to_be_visible()
    keys.press("/")
    expect(keys.page.get_by_label("Search what it was done to")).to_be_focused()
    keys.type("orders-prod")
    expect(keys.page).to_have_url(re.compile("subject=orders-prod"))
    expect(keys.page.locator("#results")).to_contain_text("orders-prod")
    keys.press("ArrowDown", "Enter")
    expect(keys.page.locator("#results details[open]")).to_contain_text("orders-prod")
    record_property("presses", f"auditor {keys.pressed} to what happened to a resource")
    assert keys.pressed <= AUDITOR


def test_the_keys_are_listed_and_stay_out_of_texts(enter: SignIn) -> None:
    page = enter("aiko").page
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Propose a change")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Resources")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("gap?")
    expect(page.get_by_label("Search resources")).to_have_value("gap?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
