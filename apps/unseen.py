"""Characters that nobody sees, or that turn the direction of writing: a text with them could read as another one.

Joiners (U+200C, U+200D) and variation selectors are left: Persian, emoji and the names of many people are written with
them. So is the ideographic space, which is seen.
"""

import re

_ALWAYS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\u2800"  # hyphens, fillers and blanks
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"  # no width, directions, specials
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"  # formats of notations, tags
)
UNSEEN = re.compile(f"[{_ALWAYS}]")
IN_A_LINE = re.compile(f"[{_ALWAYS}\t\n]")


def holds_unseen(text: str) -> bool:
    """Whether a text of one line holds any of them; tabs and line breaks count, too."""
    return IN_A_LINE.search(text) is not None
