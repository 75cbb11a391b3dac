"""A refusal: why something may not be done, in a sentence for the person who asked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """`code` is stable and for programs, `sentence` is for people and says what to do."""

    code: str
    sentence: str


class Refused(Exception):
    """Raised once, by a command; one middleware and one API handler turn it into an answer."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


def check(*refusals: Refusal | None) -> None:
    """Raise `Refused` for the first refusal there is."""
    for refusal in refusals:
        if refusal is not None:
            raise Refused(refusal)
