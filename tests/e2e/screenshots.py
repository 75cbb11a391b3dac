"""`make screenshots`: a picture of every page, light and dark, wide and narrow, in .build/screenshots."""

import sys
from pathlib import Path
from typing import Literal

from tests.e2e.pages import every
from tests.e2e.stack import ROOT, chromium, running, sign_in

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = WIDE, NARROW = 1440, 390


def take(url: str, into: Path) -> None:
    with chromium() as browser:
        for scheme in SCHEMES:
            for width in WIDTHS:
                size = {"width": width, "height": 900}
                visitor = sign_in(browser, url, "goro", color_scheme=scheme, viewport=size, reduced_motion="reduce")
                for name, page in every(visitor):
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=into / f"{name}-{scheme}-{width}.png", full_page=True)


if __name__ == "__main__":
    place = ROOT / ".build" / "screenshots"
    place.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 1:
        take(sys.argv[1], place)
    else:
        with running() as stack:
            take(stack.url, place)
