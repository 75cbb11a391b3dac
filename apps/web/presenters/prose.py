"""Markdown in reasons and comments as HTML: paragraphs, lists, quotes, code, emphasis and links, and nothing else.

Raw HTML stays text, pictures and headings are off, and what comes out is cleaned once more. CR-7 becomes a link.
"""

from functools import lru_cache
from typing import Any

import nh3
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

REFERENCE = r"^[1-9][0-9]{0,8}(?![A-Za-z0-9_-])"
TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "s", "strong", "ul"}
OFF = ("heading", "lheading", "image", "html_block", "html_inline", "hr", "table")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    made.enable(["linkify", "strikethrough"]).disable(OFF, ignoreInvalid=True)
    linkify: Any = made.linkify
    linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    linkify.add("cr-", {"validate": REFERENCE, "normalize": _to_request})
    return made


def _to_request(_linkify: Any, match: Any) -> None:
    match.url = reverse("web:change_request", args=[int(match.raw.partition("-")[2])])


@lru_cache(maxsize=512)
def prose(text: str) -> SafeString:
    """The text as HTML that is safe to show."""
    cleaned = nh3.clean(
        _markdown().render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
    )
    return mark_safe(cleaned)  # noqa: S308 -- nh3 has just cleaned it
