"""axe over every page, in both colour schemes and both widths, and no page wider than its window."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import SignIn
from tests.e2e.pages import every
from tests.e2e.screenshots import SCHEMES, WIDTHS


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:300]}" for each in found for node in each["nodes"][:3]]


def too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} pixels too wide"] if wide > 0 else []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_is_cut_off(enter: SignIn, scheme: str, width: int) -> None:
    visitor = enter(
        "goro", color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce", bypass_csp=True
    )
    said = {}
    for name, page in every(visitor):
        said[name] = violations(page) + too_wide(page)
    visitor.complaints[:] = [each for each in visitor.complaints if "404 (Not Found)" not in each]
    assert {name: found for name, found in said.items() if found} == {}
