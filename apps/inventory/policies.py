"""What may be read again. Takes facts, gives a `Refusal` or None; asks nothing itself."""

from collections.abc import Collection

from apps.refusal import Refusal


def check_environment(name: str, *, seen: bool, enabled: bool) -> Refusal | None:
    """`seen`: the person has a role there."""
    if not seen:
        return Refusal("role", f"You have no role in {name}. Ask an administrator for one.")
    if not enabled:
        return Refusal("disabled", f"{name} is switched off. Ask an administrator to switch it on.")
    return None


def check_types(wanted: Collection[str], known: Collection[str]) -> Refusal | None:
    strange = next((name for name in wanted if name not in known), None)
    if strange is None:
        return None
    return Refusal("type", f"“{strange[:100]}” can't be read here yet. Choose one of the types of the list.")
