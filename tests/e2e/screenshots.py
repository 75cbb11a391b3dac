"""`make screenshots`: a picture of every page, light and dark, wide and narrow, in .build/screenshots.

The README's picture is taken along with them: a request that waits for a reviewer, as that reviewer sees it.
"""

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from tests.e2e.flow import fill, propose, save, submit
from tests.e2e.pages import every
from tests.e2e.stack import ROOT, chromium, running, sign_in

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = WIDE, NARROW = 1440, 390
JAPANESE = "四半期末の集計に備えて注文データベースを大きくし、結果を置くバケットを作る"
LONG = "集計に十一時間かかっています。\n\n- 夜間に終わらせる\n- `" + "a" * 120 + "`\n\nSee CR-7."
NAME = "kumo-quarterly-settlement-and-reconciliation-results-for-2026"
SAID = (
    "**注文は18時以降は静か**です。それ以降に実行してください。 https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
    + "x" * 90
)
README = ROOT / "docs" / "screenshots" / "change-request.png"


def take(url: str, into: Path) -> None:
    with chromium() as browser:
        take_for_readme(browser, url)
        demand(browser, url)
        for scheme in SCHEMES:
            for width in WIDTHS:
                size = {"width": width, "height": 900}
                visitor = sign_in(browser, url, "goro", color_scheme=scheme, viewport=size)
                for name, page in every(visitor):
                    shoot(page, into / f"{name}-{scheme}-{width}.png", full_page=True)


def take_for_readme(browser: Browser, url: str) -> None:
    visitor = sign_in(browser, url, "ben", color_scheme="light", viewport={"width": 1280, "height": 1000})
    visitor.page.get_by_role("link", name="More storage for the orders database in staging").first.click()
    shoot(visitor.page, README, full_page=False)


def demand(browser: Browser, url: str) -> None:
    """A request that asks much of a page: another script, a word without an end, a name of 60 characters."""
    visitor = sign_in(browser, url, "aiko")
    page = propose(visitor, "orders-prod", DBInstanceClass="db.r6g.4xlarge", Title=JAPANESE, Reason=LONG)
    number = save(page).removeprefix("CR-")
    page = visitor.go(f"/propose/?environment=prod&region=ap-northeast-1&type=AWS::S3::Bucket&draft={number}")
    fill(page, BucketName=NAME)
    save(page)
    page.get_by_label("What you want to say").fill(SAID)
    page.get_by_role("button", name="Comment", exact=True).click()
    submit(page)


def shoot(page: Page, path: Path, full_page: bool) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=full_page)


if __name__ == "__main__":
    place = ROOT / ".build" / "screenshots"
    place.mkdir(parents=True, exist_ok=True)
    README.parent.mkdir(exist_ok=True)
    if len(sys.argv) > 1:
        take(sys.argv[1], place)
    else:
        with running() as stack:
            take(stack.url, place)
