"""Fills the generated form with a whole document, as somebody would who knows what is wanted."""

from collections import Counter
from typing import Any

from playwright.sync_api import Locator, Page

Json = Any
done: Counter[str] = Counter()  # the fields filled and the clicks made
OPEN = "e => { for (let at = e.closest('details'); at; at = at.parentElement.closest('details')) at.open = true; }"


PEERS = {"CidrIp", "CidrIpv6", "SourceSecurityGroupId", "SourcePrefixListId"}  # written in one control


def compose(page: Page, document: dict[str, Json]) -> None:
    for name, value in document.items():
        put(page, name, value)


def put(page: Page, name: str, value: Json) -> None:
    """Write a value where the form has it, opening and adding the parts that it needs."""
    if name.endswith("Tags"):
        for number, tag in enumerate(value):
            page.locator(f'[name="{name}-key"]').nth(number).fill(tag["Key"])
            page.locator(f'[name="{name}-value"]').nth(number).fill(tag["Value"])
            done["fields"] += 2
    elif isinstance(value, dict):
        opened(page, name)
        for member, inner in value.items():
            put(page, f"{name}-{'Source' if member in PEERS else member}", inner)
    elif isinstance(value, list) and not control(page, name).count():
        for number, item in enumerate(value):
            if not page.locator(f'[name="{name}-{number}"], [name^="{name}-{number}-"]').count():
                ask(page, "add", name)
            put(page, f"{name}-{number}", item)
    else:
        write(control(page, name), "\n".join(value) if isinstance(value, list) else shown(value))


def shown(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def opened(page: Page, name: str) -> None:
    if not page.locator(f'[name^="{name}-"]').count():
        ask(page, "open", name)


def ask(page: Page, verb: str, name: str) -> None:
    """Press a button of a part and wait for the form that comes back."""
    button = page.locator(f'button[name="do"][value="{verb}:{name}"]')
    unfold(button)
    with page.expect_response(lambda answer: "/propose/" in answer.url and answer.request.method == "POST"):
        button.click()
    done["clicks"] += 1
    page.locator(f'[name="{name}"], [name^="{name}-"]').first.wait_for(state="attached")


def control(page: Page, name: str) -> Locator:
    return page.locator(f'[name="{name}"]:not([type="hidden"])')


def unfold(inner: Locator) -> None:
    """Open what the control is folded away in."""
    inner.evaluate(OPEN)


def write(found: Locator, text: str) -> None:
    done["fields"] += 1
    unfold(found)
    if found.evaluate("each => each.tagName") == "SELECT":
        found.select_option(text)
    else:
        found.fill(text)
