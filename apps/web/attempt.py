"""Carrying out a command for a page that keeps what was typed: the refusal comes back as a value."""

from collections.abc import Callable

from apps.refusal import Refusal, Refused


def attempt(act: Callable[[], object]) -> Refusal | None:
    """Why the command refused, or None when it was carried out."""
    try:
        act()
    except Refused as refused:
        return refused.refusal
    return None
