"""A new set goes from development over staging to production without a line of code; what it takes is printed."""

import re
import sys

import pytest
from playwright.sync_api import Page, expect

from apps.sandbox.estate import NON_PRODUCTION, PRODUCTION, TOKYO, Account
from tests.e2e.conftest import SignIn
from tests.e2e.flow import ends
from tests.e2e.stack import Stack

NAME = "Worker queue"
MOST = 10
STAGES = (("Development", NON_PRODUCTION), ("Staging", NON_PRODUCTION), ("Production", PRODUCTION))


class Hand:
    """A hand on a page that counts what it does: fields filled, things pressed, and addresses opened."""

    def __init__(self, page: Page) -> None:
        self.page, self.done = page, 0

    def press(self, role: str, name: str) -> None:
        self.done += 1
        self.page.get_by_role(role, name=re.compile(f"^{name}")).first.click()  # type: ignore[arg-type]

    def fill(self, label: str, value: str) -> None:
        self.done += 1
        self.page.get_by_label(label).fill(value)

    def open(self, address: str) -> None:
        self.done += 1
        self.page.goto(address)

    def head(self, said: str) -> None:
        expect(self.page.locator(".request-head")).to_contain_text(said)


def test_a_set_is_promoted_stage_by_stage_each_with_its_own_review(
    stack: Stack, enter: SignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    author, reviewer = Hand(enter("aiko").go("/blueprints/")), Hand(enter("ben").page)
    author.press("link", "Queue worker")
    author.fill("Name", NAME)
    text = author.page.get_by_label("Template")
    text.fill(without_service(text.input_value()))
    author.press("button", "Keep it as a blueprint")
    author.press("link", "Promote through several")
    author.page.get_by_label("Disaster recovery").uncheck()
    author.press("button", "Start")
    expect(author.page.get_by_role("heading", level=1)).to_contain_text(f"Promotion of {NAME}")
    counts = [stage(author, reviewer, name) for name, _ in STAGES]
    with capsys.disabled():
        said = ", ".join(f"{name}: {count} actions" for (name, _), count in zip(STAGES, counts, strict=True))
        sys.stdout.write(f"\n{said}\n")
    assert max(counts) <= MOST, counts
    for name, account in STAGES:
        queues = Account(stack.aws, account, TOKYO).client("sqs").list_queues()["QueueUrls"]
        assert f"mail-{name[:3].lower()}" in [url.rpartition("/")[2] for url in queues]


def without_service(template: str) -> str:
    """The queues and the alarm alone, whose waits are short."""
    parameters, resources = template.split("Resources:\n")
    kept = resources.split("  Log:\n")[0]
    asked = [
        part for part in re.split(r"(?m)^(?=  \w+:$)", parameters) if re.match(r"  (Name|Seconds|Attempts):", part)
    ]
    return "Parameters:\n" + "".join(asked) + "Resources:\n" + kept


def stage(author: Hand, reviewer: Hand, name: str) -> int:
    """One stage from its strip to its success; how much was done for it."""
    before = author.done + reviewer.done
    author.press("button", "Make the request")
    author.page.locator("summary", has_text="Unchanged").click()
    author.done += 1
    author.fill("Name", f"mail-{name[:3].lower()}")
    author.press("button", "Make the change request")
    strip = author.page.get_by_label("Stages")
    expect(strip.locator("[aria-current=step]")).to_contain_text(name)
    author.press("button", "Submit for review")
    author.head("In review")
    address = author.page.url.split("#")[0]
    reviewer.open(address)
    reviewer.press("button", "Approve revision")
    reviewer.head("Approved")
    author.open(address)
    author.press("button", "Apply now")
    ends(author.page, "Succeeded")
    author.page.goto(address)
    expect(author.page.get_by_label("Stages").locator("[aria-current=step]")).to_contain_text("Applied")
    return author.done + reviewer.done - before
