"""What a plan costs and risks decides who has to agree, and every number shows its working."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.flow import propose, save, submit
from tests.e2e.stack import Visitor

RULE = "Expensive or risky"


def test_a_rule_on_cost_and_risk_picks_the_flow_and_the_working_is_on_the_page(enter: SignIn) -> None:
    goro, aiko, ben = enter("goro"), enter("aiko"), enter("ben")
    rule(goro)
    try:
        cheap = proposed(aiko, "Longer backups in staging", BackupRetentionPeriod="6")
        expect(at(ben, cheap).locator("#review")).to_contain_text("0 of 1")
        dear = proposed(aiko, "Much larger orders in staging", DBInstanceClass="db.r6g.4xlarge")
        page = at(ben, dear)
        the_flow_says_why(page)
        the_working_is_there(page)
        page.get_by_role("button", name="Approve revision 1").click()
        expect(page.locator(".request-head")).to_contain_text("In review")
        chie = at(enter("chie"), dear)
        chie.get_by_role("button", name="Approve revision 1").click()
        expect(chie.locator(".request-head")).to_contain_text("Approved")
    finally:
        switched_off(goro)


def at(visitor: Visitor, address: str) -> Page:
    visitor.page.goto(address)
    return visitor.page


def rule(goro: Visitor) -> None:
    page = goro.go("/settings/rules/")
    page.get_by_role("link", name="Add a rule").click()
    page.get_by_label("Name").fill(RULE)
    page.get_by_label("Staging").check()
    page.get_by_label("Costs more than").fill("500")
    page.get_by_label("Approvals, line 1").fill("2")
    page.get_by_label("Of whom, line 1").select_option(label="Reviewers there")
    page.get_by_role("button", name="Try it on what was planned lately").click()
    expect(page.locator("#tried")).to_contain_text("nothing is saved yet")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.locator("table").first).to_contain_text("in Staging; it costs more than $500.00 a month")


def switched_off(goro: Visitor) -> None:
    page = goro.go("/settings/rules/")
    page.get_by_role("link", name=RULE).click()
    page.get_by_label("Enabled").uncheck()
    page.get_by_role("button", name="Save a new version").click()
    expect(page.locator("table").first).to_contain_text("switched off")


def proposed(aiko: Visitor, title: str, **fields: str) -> str:
    page = propose(aiko, "orders-stg", "stg", Title=title, Reason="To see what it costs.", **fields)
    save(page)
    return submit(page)


def the_flow_says_why(page: Page) -> None:
    review = page.locator("#review")
    expect(review).to_contain_text("0 of 2")
    expect(review).to_contain_text(re.compile(rf"{RULE}: It costs \$1,437\.19 more a month"))


def the_working_is_there(page: Page) -> None:
    expect(page.locator(".verdict")).to_contain_text("Costs +$1,437.19 a month")
    cost = page.locator("#cost")
    after = cost.get_by_role("row", name="Instance").locator("details").last
    after.locator("summary").click()
    expect(after).to_contain_text("730 Hrs × $2.25 = $1,642.50")
    expect(after).to_contain_text("Price of 2026-11-01")
    expect(page.locator("#speed")).to_contain_text("rds.modify_db_instance")
    expect(page.locator("#risk")).to_contain_text("interrupts or reboots a resource")
