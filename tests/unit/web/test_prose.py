"""Markdown as people write it in reasons and comments, and nothing that it could smuggle in."""

import re

import pytest

from apps.web.presenters.prose import TAGS, prose


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and `code`\nnext line", "<p><strong>bold</strong> and <code>code</code><br>\nnext line</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("```\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("# no heading", "<p># no heading</p>"),
    ],
)
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert prose(text).strip() == html


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See CR-7, and CR-12.", ["/change-requests/7/", "/change-requests/12/"]),
        ("理由。CR-3を見る", ["/change-requests/3/"]),
        ("CR-0 XCR-7 CR-7x CR-7-b CR-12345678901", []),
        ("`CR-7`", []),
        ("https://docs.aws.amazon.com/a?b=1", ["https://docs.aws.amazon.com/a?b=1"]),
        ("[the page](https://example.com/)", ["https://example.com/"]),
        ("www.example.com and somebody@example.com", []),
    ],
)
def test_references_and_addresses_become_links(text: str, links: list[str]) -> None:
    assert re.findall(r'href="([^"]*)"', prose(text)) == links


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "![x](https://example.com/pixel.png)",
        '<a href="https://example.com" onclick="alert(1)">x</a>',
        "<svg/onload=alert(1)>",
        '[x](https://example.com "y" onmouseover=alert(1))',
        "<style>*{display:none}</style>",
    ],
)
def test_nothing_gets_through_but_text_and_links(text: str) -> None:
    html = prose(text)
    assert set(re.findall(r"<([a-z]+)", html)) <= TAGS
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert not re.search(r'<a href="(?!https?:|mailto:|/)', html)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("@ben, look", '<p><strong class="mention">@ben</strong>, look</p>'),
        ("(@Ben) and @chie.", '<p>(<strong class="mention">@Ben</strong>) and @chie.</p>'),
        ("**ask @ben**", '<p><strong>ask <strong class="mention">@ben</strong></strong></p>'),
        ("`@ben` a@ben", "<p><code>@ben</code> a@ben</p>"),
        ("```\n@ben\n```", "<pre><code>@ben\n</code></pre>"),
        (
            "[x](https://example.com/?q=@ben)",
            '<p><a href="https://example.com/?q=@ben" rel="noopener noreferrer">x</a></p>',
        ),
    ],
)
def test_who_is_mentioned_is_set_off_and_nobody_else(text: str, html: str) -> None:
    assert prose(text, frozenset({"ben"})).strip() == html
    assert "mention" not in prose(text)
