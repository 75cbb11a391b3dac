"""Carrying out a command for a page that keeps what was typed: the refusal comes back as a value."""

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form

from apps.refusal import Refusal, Refused

T = TypeVar("T")


def outcome(act: Callable[[], T]) -> T | Refusal:
    """What the command gave, or why it refused."""
    try:
        return act()
    except Refused as refused:
        return refused.refusal


def into(form: Form, act: Callable[[], T]) -> T | None:
    """What the command gave; None where it refused, which then stands at the field of that name, or over the form."""
    answer = outcome(act)
    if not isinstance(answer, Refusal):
        return answer
    form.add_error(answer.code if answer.code in form.fields else None, answer.sentence)
    return None


def attempt(act: Callable[[], object]) -> Refusal | None:
    """Why the command refused, or None when it was carried out."""
    answer = outcome(act)
    return answer if isinstance(answer, Refusal) else None
