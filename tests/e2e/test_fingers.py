"""On a telephone: what is pressed is large enough, and the head of a request leaves half of the screen."""

from playwright.sync_api import Page

from tests.e2e.conftest import SignIn

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LEAST = 44
PRESSED = ".button, .tabs a, summary, select, textarea, input:not([type=hidden], [type=checkbox], [type=radio])"
SMALL = f"""() => [...document.querySelectorAll("{PRESSED}")]
  .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden, [popover]:not(:popover-open)"))
  .filter((each) => each.offsetWidth > 1 && each.offsetHeight < {LEAST})
  .map((each) => each.outerHTML.slice(0, 120))"""


def small(page: Page) -> list[str]:
    return list(page.evaluate(SMALL))


def test_a_finger_finds_every_button(enter: SignIn) -> None:
    visitor = enter("ben", **PHONE)
    paths = ["/", "/change-requests/", "/change-requests/7/", "/runs/1/", "/resources/?q=prod", "/audit/"]
    said = {path: small(visitor.go(path)) for path in paths}
    group = visitor.go("/resources/?q=app-prod").get_by_role("link", name="app-prod").get_attribute("href") or ""
    number = group.strip("/").rsplit("/", 1)[1]
    said["form"] = small(enter("aiko", **PHONE).go(f"/propose/?resource={number}"))
    assert {path: found for path, found in said.items() if found} == {}


def test_half_of_a_small_screen_is_left_for_the_content(enter: SignIn) -> None:
    page = enter("ben", **PHONE).go("/change-requests/7/")
    page.mouse.wheel(0, 2000)
    head = page.locator(".request-head").bounding_box()
    assert head is not None
    assert head["y"] + head["height"] <= PHONE["viewport"]["height"] / 2
