"""What people do again and again in these tests, through the pages."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.stack import Visitor


def open_resource(visitor: Visitor, name: str, environment: str = "prod") -> Page:
    page = visitor.go(f"/resources/?environment={environment}&q={name}")
    page.get_by_role("link", name=name, exact=True).click()
    return page


def propose(visitor: Visitor, name: str, environment: str = "prod", **values: str) -> Page:
    """Open the form of a resource and fill its controls by their labels."""
    page = open_resource(visitor, name, environment)
    page.get_by_role("link", name="Propose a change").click()
    fill(page, **values)
    return page


def fill(page: Page, **values: str) -> None:
    for label, value in values.items():
        page.get_by_label(re.compile(f"^{label}\\b")).first.fill(value)


def save(page: Page) -> str:
    """Save the form in its draft; the number of the request."""
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.locator(".request-head")).to_contain_text("CR-")
    found = re.search(r"CR-\d+", page.inner_text(".request-head .number"))
    assert found
    return found[0]


def submit(page: Page) -> str:
    """Hand the request in and wait for its plan; its address."""
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator(".request-head")).to_contain_text("In review")
    return page.url.split("#")[0]


def approve(reviewer: Visitor, address: str) -> None:
    reviewer.page.goto(address)
    reviewer.page.get_by_role("button", name="Approve revision").click()
    expect(reviewer.page.locator(".request-head")).to_contain_text("Approved")


def apply(page: Page, address: str) -> None:
    page.goto(address)
    button = page.get_by_role("button", name="Apply now")
    asks = button.get_attribute("popovertarget")
    button.click()
    if asks:
        page.get_by_role("button", name=re.compile("^Apply in ")).click()
    expect(page).to_have_url(re.compile(r"/runs/\d+/"))


def ends(page: Page, state: str) -> None:
    """The open page of a run shows its end by itself."""
    expect(page.locator(".run-state")).to_contain_text(state, timeout=120_000)
