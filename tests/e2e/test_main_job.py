"""The product's main job, from the form to the audit log, as the people at the screen do it."""

import re

from playwright.sync_api import Page, expect

from apps.sandbox.estate import PRODUCTION, TOKYO, Account
from tests.e2e.conftest import SignIn
from tests.e2e.flow import apply, ends, propose, save, submit
from tests.e2e.stack import Stack, Visitor

TITLE = "More room for the quarter's end"
SAID = "Orders is quiet after six. Do it then."


def test_two_resources_are_resized_after_somebody_else_approved_the_very_calls(stack: Stack, enter: SignIn) -> None:
    aiko, ben = enter("aiko"), enter("ben")
    address = drafted(aiko)
    the_author_can_not_approve(aiko.page)
    ben.page.goto(address)
    the_reviewer_sees_all_of_it(ben.page)
    the_reviewer_comments_and_approves(ben.page)
    with stack.settling():
        apply(aiko.page, address)
        expect(aiko.page.locator("#progress")).to_contain_text("modifying")
    ends(aiko.page, "Succeeded")
    the_page_asks_no_more(aiko.page)
    aws_has_the_new_values(stack)
    the_log_tells_all_of_it(enter("emi"), address)


def drafted(aiko: Visitor) -> str:
    """One request with two changes, handed in; its address."""
    page = propose(aiko, "warehouse-prod", NumberOfNodes="6", Title=TITLE, Reason="Reports take eleven hours.")
    expect(page.locator("#panel")).to_contain_text("redshift.modify_cluster")
    cr = save(page)
    page = propose(aiko, "orders-prod", DBInstanceClass="db.r6g.2xlarge")
    page.get_by_label("Add to", exact=True).select_option(label=f"{cr} {TITLE}")
    assert save(page) == cr
    return submit(page)


def the_author_can_not_approve(page: Page) -> None:
    expect(page.get_by_role("button", name="Approve revision 1")).to_have_count(0)
    page.get_by_role("button", name="Waiting for").click()
    expect(page.get_by_role("dialog")).to_contain_text("somebody else")
    expect(page.locator("#review").get_by_role("button", name="Approve")).to_have_count(0)
    page.keyboard.press("Escape")


def the_reviewer_sees_all_of_it(page: Page) -> None:
    changes = page.locator("#changes")
    for text in ("NumberOfNodes", "DBInstanceClass", "db.r6g.xlarge", "db.r6g.2xlarge", "Interrupts"):
        expect(changes).to_contain_text(text)
    for call in ("redshift.modify_cluster(", "rds.modify_db_instance(", "ApplyImmediately=true"):
        expect(changes).to_contain_text(call)


def the_reviewer_comments_and_approves(page: Page) -> None:
    page.get_by_label("What you want to say").fill(SAID)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#review")).to_contain_text(SAID)
    page.get_by_role("button", name="Approve revision 1").click()
    expect(page.locator(".request-head")).to_contain_text("Approved")


def the_page_asks_no_more(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.wait_for_timeout(3000)
    assert asked == []


def aws_has_the_new_values(stack: Stack) -> None:
    outside = Account(stack.aws, PRODUCTION, TOKYO)
    cluster = outside.client("redshift").describe_clusters(ClusterIdentifier="warehouse-prod")["Clusters"][0]
    assert cluster["NumberOfNodes"] == 6
    database = outside.client("rds").describe_db_instances(DBInstanceIdentifier="orders-prod")["DBInstances"][0]
    assert database["DBInstanceClass"] == "db.r6g.2xlarge"


def the_log_tells_all_of_it(emi: Visitor, address: str) -> None:
    number = address.rstrip("/").rsplit("/", 1)[1]
    page = emi.go("/audit/")
    page.get_by_label("Search what it was done to").fill(f"CR-{number}")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"subject=CR-{number}"))
    expect(page.get_by_role("link", name="CSV")).to_have_attribute("href", re.compile(f"subject=CR-{number}"))
    log = page.locator("#results")
    for verb in ("proposed", "submitted", "planned", "commented", "approved", "queued", "started", "succeeded"):
        expect(log).to_contain_text(re.compile(verb, re.IGNORECASE))
    page.get_by_role("link", name="Verification").click()
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("main")).to_contain_text("every chain is whole")
