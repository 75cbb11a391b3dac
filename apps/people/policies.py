"""Who may add people and change their roles. Takes facts, gives a `Refusal` or None; asks nothing itself."""

import re
from collections.abc import Collection

from apps.refusal import Refusal
from apps.unseen import holds_unseen

USERNAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,149}")
NOBODY = Refusal("username", "Nobody has this user name. The log has the names of all administrators there were.")
SLUG = re.compile(r"[a-z][a-z0-9-]{0,29}")  # of an environment


def check_administers(administrator: bool) -> Refusal | None:
    if administrator:
        return None
    return Refusal("not_administrator", "Only administrators of this installation may do this. Ask one of them.")


def check_keeps_administrator(*, takes_administrator: bool, others: int) -> Refusal | None:
    """`others` counts the other bindings that make an active person administrator everywhere."""
    if others or not takes_administrator:
        return None
    return Refusal("last_administrator", "This is the last administrator. Give the role to somebody else first.")


def check_not_oneself(oneself: bool) -> Refusal | None:
    return Refusal("oneself", "Nobody switches themselves off. Ask another administrator.") if oneself else None


def check_first(administrators: int) -> Refusal | None:
    if not administrators:
        return None
    return Refusal("not_first", "There is an administrator already. Let them add people in Settings.")


def check_person(*, username: str, full_name: str) -> Refusal | None:
    if not USERNAME.fullmatch(username):
        return Refusal("username", "A user name has lower-case letters, digits, - and _ only, such as aiko.")
    if not full_name.strip() or holds_unseen(full_name):
        return Refusal("full_name", "Give the person's full name, as colleagues know it.")
    return None


def check_free(taken: bool) -> Refusal | None:
    return Refusal("username", "Somebody has this user name already. Choose a different one.") if taken else None


def check_link(valid: bool) -> Refusal | None:
    if valid:
        return None
    return Refusal("link", "This link was used meanwhile. Ask an administrator of Ringi for a new one.")


def check_binding(*, role: str, roles: Collection[str], environment: str) -> Refusal | None:
    """`environment` is a slug, or "" for all environments."""
    if role not in roles:
        return Refusal("role", f"There is no such role. Choose one of {', '.join(roles)}.")
    if environment and not SLUG.fullmatch(environment):
        return Refusal("environment", "There is no such environment. Choose one from the list.")
    return None
