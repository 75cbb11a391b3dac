"""The product's main job, from the form to the audit log, as the people at the screen do it."""

import re

from playwright.sync_api import Page, expect

from apps.sandbox.estate import PRODUCTION, TOKYO, Account
from tests.e2e.conftest import SignIn
from tests.e2e.stack import Stack, Visitor

TITLE = "More room for the quarter's end"


def open_resource(visitor: Visitor, name: str) -> Page:
    page = visitor.go(f"/resources/?environment=prod&q={name}")
    page.get_by_role("link", name=name, exact=True).click()
    return page


def propose(visitor: Visitor, name: str, **values: str) -> Page:
    """Fill the form of a resource; what the request is called comes from the caller."""
    page = open_resource(visitor, name)
    page.get_by_role("link", name="Propose a change").click()
    for label, value in values.items():
        page.get_by_label(re.compile(f"^{label}")).first.fill(value)
    return page


def reference(page: Page) -> str:
    found = re.search(r"CR-\d+", page.inner_text(".request-head .number"))
    assert found
    return found[0]


def drafted(aiko: Visitor) -> str:
    """One request with two changes; its address."""
    page = propose(aiko, "warehouse-prod", NumberOfNodes="6", Title=TITLE, Reason="Reports take eleven hours.")
    expect(page.locator("#panel")).to_contain_text("redshift.modify_cluster")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    cr = reference(page)
    page = propose(aiko, "orders-prod", DBInstanceClass="db.r6g.2xlarge")
    page.get_by_label("Add to").select_option(label=f"{cr} {TITLE}")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.locator(".request-head")).to_contain_text(cr)
    return page.url.split("#")[0]


def test_two_resources_are_resized_after_somebody_else_approved_the_very_calls(stack: Stack, enter: SignIn) -> None:
    aiko = enter("aiko")
    address = drafted(aiko)
    page = aiko.page
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("In review").first).to_be_visible()
    the_author_can_not_approve(page)

    ben = enter("ben")
    ben.page.goto(address)
    the_reviewer_sees_all_of_it(ben.page)
    ben.page.get_by_label("What you want to say").fill("Orders is quiet after six. Do it then.")
    ben.page.get_by_role("button", name="Comment", exact=True).click()
    expect(ben.page.locator("#review")).to_contain_text("Orders is quiet after six. Do it then.")
    ben.page.get_by_role("button", name="Approve revision 1").click()
    expect(ben.page.get_by_text("Approved").first).to_be_visible()

    page.goto(address)
    page.get_by_role("button", name="Apply now").click()
    expect(page).to_have_url(re.compile(r"/runs/\d+/"))
    expect(page.locator("#progress")).to_contain_text("modifying")
    expect(page.locator(".run-state")).to_contain_text("Succeeded", timeout=120_000)
    polls: list[str] = []
    page.on("request", lambda sent: polls.append(sent.url))
    page.wait_for_timeout(3000)
    assert polls == []

    outside = Account(stack.aws, PRODUCTION, TOKYO)
    cluster = outside.client("redshift").describe_clusters(ClusterIdentifier="warehouse-prod")["Clusters"][0]
    assert cluster["NumberOfNodes"] == 6
    database = outside.client("rds").describe_db_instances(DBInstanceIdentifier="orders-prod")["DBInstances"][0]
    assert database["DBInstanceClass"] == "db.r6g.2xlarge"
    the_log_tells_all_of_it(enter("emi"), address)


def the_author_can_not_approve(page: Page) -> None:
    page.get_by_role("button", name="Approve revision 1").click()
    expect(page.get_by_role("dialog")).to_contain_text("somebody else")
    expect(page.locator("#review").get_by_role("button", name="Approve")).to_have_count(0)
    page.keyboard.press("Escape")


def the_reviewer_sees_all_of_it(page: Page) -> None:
    changes = page.locator("#changes")
    for text in ("NumberOfNodes", "DBInstanceClass", "db.r6g.xlarge", "db.r6g.2xlarge", "Interrupts"):
        expect(changes).to_contain_text(text)
    expect(changes).to_contain_text("redshift.modify_cluster(")
    expect(changes).to_contain_text("rds.modify_db_instance(")
    expect(changes).to_contain_text("ApplyImmediately=true")


def the_log_tells_all_of_it(emi: Visitor, address: str) -> None:
    number = address.rstrip("/").rsplit("/", 1)[1]
    page = emi.go(f"/audit/?q=CR-{number}")
    log = page.locator("main")
    for verb in ("proposed", "submitted", "planned", "commented", "approved", "queued", "started", "succeeded"):
        expect(log).to_contain_text(re.compile(verb, re.IGNORECASE))
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("main")).to_contain_text(re.compile("no break|intact|unbroken|whole", re.IGNORECASE))
