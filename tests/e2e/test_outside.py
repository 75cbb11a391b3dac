"""Somebody changes a resource in the console while its request is under way."""

import re

from playwright.sync_api import expect

from apps.sandbox.estate import PRODUCTION, TOKYO, Account
from tests.e2e.conftest import SignIn
from tests.e2e.flow import apply, approve, ends, propose, save, submit
from tests.e2e.stack import Stack

BUCKET = "kumo-models-prod"
BLOCKED = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def test_a_change_made_outside_after_the_approval_stops_the_run_before_any_call(stack: Stack, enter: SignIn) -> None:
    aiko, ben = enter("aiko"), enter("ben")
    page = propose(aiko, BUCKET, Title="Let the website read the models", Reason="Demo day.")
    page.get_by_label("RestrictPublicBuckets").select_option("no")
    save(page)
    address = submit(page)
    approve(ben, address)

    s3 = Account(stack.aws, PRODUCTION, TOKYO).client("s3")
    moved = {name: name != "BlockPublicAcls" for name in BLOCKED}
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=moved)
    apply(page, address)
    ends(page, "Failed")
    expect(page.locator("#progress")).to_contain_text("Live state moved")
    assert s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"] == moved

    page.get_by_role("button", name="Plan again on what is live").click()
    expect(page).to_have_url(re.compile(r"/change-requests/\d+/"))
    expect(page.locator(".request-head")).to_contain_text("revision 2")
    expect(page.locator("#changes")).to_contain_text("Proposed from, and live now")
