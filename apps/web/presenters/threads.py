"""Comments as threads: what was said first, the answers to it, and whether it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.changes.models import Comment, Resolution
from apps.web.presenters.values import Shown, show


@dataclass(frozen=True)
class Thread:
    """`settled` is the resolution that holds; `typed` is an answer that was refused."""

    first: Comment
    answers: tuple[Comment, ...]
    settled: Resolution | None
    typed: str = ""

    @property
    def suggested(self) -> Shown | None:
        """The value that it suggests."""
        return show(self.first.suggestion["value"]) if self.first.suggestion is not None else None

    @property
    def taken(self) -> bool:
        return self.settled is not None and self.settled.accepted

    @property
    def ordinal(self) -> int | None:
        return self.first.ordinal

    @property
    def about(self) -> str:
        return self.first.property

    @property
    def comments(self) -> tuple[Comment, ...]:
        return (self.first, *self.answers)


def threads(comments: Sequence[Comment], typed: tuple[int, str] = (0, "")) -> list[Thread]:
    """The threads in the order in which they began; `typed` is (the first comment's id, the refused answer)."""
    return [
        Thread(
            first,
            tuple(each for each in comments if each.answers_id == first.pk),
            _settled(first),
            typed[1] if typed[0] == first.pk else "",
        )
        for first in comments
        if first.answers_id is None
    ]


def _settled(first: Comment) -> Resolution | None:
    newest = next(iter(reversed(first.resolutions.all())), None)
    return newest if newest is not None and newest.resolved else None
