"""Members of ECS and EKS begin with a small letter in the API and with a capital in the registry schemas."""

from collections.abc import Callable, Mapping
from typing import Any

Json = Any
# Maps of people's own names.
FREE = ("options", "dockerLabels", "driverOpts", "labels")


def shown(value: Json) -> Json:
    """As the registry schema writes it."""
    return _renamed(value, lambda name: name[:1].upper() + name[1:])


def sent(value: Json) -> Json:
    """As the API writes it."""
    return _renamed(value, lambda name: name[:1].lower() + name[1:])


def _renamed(value: Json, rename: Callable[[str], str]) -> Json:
    if isinstance(value, Mapping):
        return {
            rename(name): member if name[:1].lower() + name[1:] in FREE else _renamed(member, rename)
            for name, member in value.items()
        }
    return [_renamed(item, rename) for item in value] if isinstance(value, list) else value
