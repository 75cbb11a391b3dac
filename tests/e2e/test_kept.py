"""What is typed stays, whatever else is pressed on the page."""

from playwright.sync_api import expect

from tests.e2e.conftest import SignIn
from tests.e2e.flow import open_resource

TYPED = "I am not sure about the size yet."


def test_text_in_the_review_box_outlives_another_comment(enter: SignIn) -> None:
    page = enter("chie").go("/change-requests/")
    page.get_by_role("link", name="More storage for the orders database in staging").first.click()
    box = page.get_by_label("What you want to say")
    box.fill(TYPED)
    change = page.locator(".change").first
    change.get_by_text("Comment on orders-stg").click()
    change.get_by_label("Comment", exact=True).fill("Which team owns it?")
    change.get_by_role("button", name="Comment", exact=True).last.click()
    expect(page.locator(".change").first).to_contain_text("Which team owns it?")
    expect(box).to_have_value(TYPED)
    page.get_by_role("button", name="Comment", exact=True).last.click()
    expect(page.locator("#review")).to_contain_text(TYPED)
    expect(box).to_have_value("")


def test_a_refresh_of_the_form_leaves_what_was_typed(enter: SignIn) -> None:
    visitor = enter("aiko")
    page = open_resource(visitor, "orders-stg", "stg")
    page.get_by_role("link", name="Propose a change").click()
    page.get_by_label("Title").fill("Half a thought")
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("header, .page-head").get_by_role("status")).to_contain_text("What you typed stays")
    expect(page.get_by_label("Title")).to_have_value("Half a thought")
