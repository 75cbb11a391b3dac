"""Markdown in reasons and comments as HTML: paragraphs, lists, quotes, code, emphasis and links, and nothing else.

Raw HTML stays text, pictures and headings are off, and what comes out is cleaned once more. CR-7 becomes a link.
"""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

import nh3
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from apps.changes.commands.comment import MENTION

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
    made.core.ruler.push("mentions", _mark_mentions)
    return made


def _to_request(_linkify: Any, match: Any) -> None:
    match.url = reverse("web:change_request", args=[int(match.raw.partition("-")[2])])


def _mark_mentions(state: StateCore) -> None:
    """Sets off the names after an @ of those who are mentioned (`people` of the environment), outside of code."""
    for block in state.tokens:
        if block.children:
            block.children = [part for token in block.children for part in _parts(token, state.env["people"])]


def _parts(token: Token, people: Collection[str]) -> Iterator[Token]:
    at = 0
    for found in MENTION.finditer(token.content) if token.type == "text" else ():
        if found[1].lower() in people:
            yield Token("text", "", 0, content=token.content[at : found.start()])
            yield Token("mention_open", "strong", 1, attrs={"class": "mention"})
            yield Token("text", "", 0, content=found[0])
            yield Token("mention_close", "strong", -1)
            at = found.end()
    yield token if not at else Token("text", "", 0, content=token.content[at:])


@lru_cache(maxsize=512)
def prose(text: str, people: frozenset[str] = frozenset()) -> SafeString:
    """The text as HTML that is safe to show; the user names of `people` are set off where they are mentioned."""
    cleaned = nh3.clean(
        _markdown().render(text, {"people": people}),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "strong": {"class"}},
        url_schemes={"http", "https", "mailto"},
    )
    return mark_safe(cleaned)  # noqa: S308 -- nh3 has just cleaned it
