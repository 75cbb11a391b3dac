"""What can be created, by service; before it what is created most in the environment."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from apps.catalog.plain import words
from apps.catalog.registry import TYPES, native
from apps.catalog.types import NativeType
from apps.changes import queries as changes
from apps.environments.models import Environment

MOST = 6


@dataclass(frozen=True)
class Family:
    """Types under one heading, each with the words by which it is found beside its title."""

    name: str
    natives: Sequence[tuple[NativeType, str]]


def families(environment: Environment) -> list[Family]:
    """The services by name; nothing stands before them where nothing was created yet."""
    creatable = sorted((each for each in TYPES if each.create), key=lambda each: each.name)
    services = groupby(creatable, key=lambda each: each.name.split("::")[1])
    found = [Family(name, [(each, words(each)) for each in group]) for name, group in services]
    often = [each for name in changes.most_created(environment, MOST) if (each := native(name)) and each.create]
    return [Family("Created most here", [(each, words(each)) for each in often]), *found] if often else found
