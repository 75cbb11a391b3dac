"""Who may change accounts, environments and roles. Takes facts, gives a `Refusal` or None; asks nothing itself."""

from apps.refusal import Refusal


def check_administers(administrator: bool) -> Refusal | None:
    if administrator:
        return None
    return Refusal("not_administrator", "Only administrators of this installation may do this. Ask one of them.")


def check_keeps_administrator(*, takes_administrator: bool, others: int) -> Refusal | None:
    """`others` counts the other bindings that make an active person administrator everywhere."""
    if others or not takes_administrator:
        return None
    return Refusal("last_administrator", "This is the last administrator. Give the role to somebody else first.")
