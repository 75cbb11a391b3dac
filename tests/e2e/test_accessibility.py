"""axe over every page, in both colour schemes and both widths, and no page wider than its window.

Each of some pages is looked at in one look, in turn; `make test-long` looks at all of them in every look.
"""

from collections.abc import Iterable
from itertools import product
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import SignIn
from tests.e2e.pages import every
from tests.e2e.screenshots import NARROW, SCHEMES, WIDE, WIDTHS

Look = tuple[Literal["light", "dark"], int]
AXE = Axe().axe_script
RUN = "async () => (await axe.run({resultTypes: ['violations']})).violations"


def violations(page: Page) -> list[str]:
    return [f"{each['id']}: {node['html'][:300]}" for each in page.evaluate(RUN) for node in each["nodes"][:3]]


def too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} pixels too wide"] if wide > 0 else []


def complaints(page: Page, looks: Iterable[Look]) -> dict[str, list[str]]:
    """What is wrong with an open page, by scheme and width."""
    said = {}
    page.evaluate(AXE)
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        said[f"{scheme} {width}"] = violations(page) + too_wide(page)
    return {name: found for name, found in said.items() if found}


@pytest.mark.parametrize(
    ("looks", "types"),
    [
        pytest.param([("light", WIDE), ("dark", NARROW)], 2, id="some"),
        pytest.param(list(product(SCHEMES, WIDTHS)), None, id="all", marks=pytest.mark.long),
    ],
)
def test_axe_finds_nothing_and_nothing_is_cut_off(enter: SignIn, looks: list[Look], types: int | None) -> None:
    visitor = enter("goro", bypass_csp=True)
    said = {}
    for number, (name, page) in enumerate(every(visitor, types)):
        here = looks if types is None else [looks[number % len(looks)]]
        if found := complaints(page, here):
            said[name] = found
    visitor.complaints[:] = [each for each in visitor.complaints if "404 (Not Found)" not in each]
    assert said == {}
