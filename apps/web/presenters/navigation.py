"""The navigation: its groups, and which item is the current one."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from apps.people.models import User


@dataclass(frozen=True)
class Item:
    label: str
    icon: str
    url: str
    current: bool


@dataclass(frozen=True)
class Group:
    label: str
    items: tuple[Item, ...]


GROUPS = (
    (
        "",
        (
            ("Inbox", "inbox", "web:inbox"),
            ("Change requests", "git-pull-request", "web:change_requests"),
            ("Runs", "play", "web:runs"),
        ),
    ),
    (
        "Estate",
        (
            ("Resources", "boxes", "web:resources"),
            ("Environments", "layers", "web:environments"),
            ("Compare", "columns-2", "web:compare"),
            ("Blueprints", "shapes", "web:blueprints"),
        ),
    ),
    (
        "Record",
        (
            ("Evaluation", "gauge", "web:evaluation"),
            ("Audit log", "scroll-text", "web:audit"),
            ("Settings", "settings", "web:settings"),
        ),
    ),
)


def groups(path: str, person: User | AnonymousUser) -> list[Group]:
    """All groups for a signed-in person, none for anybody else. The longest matching address is current."""
    if not person.is_authenticated:
        return []
    return [Group(label, tuple(_item(*item, path) for item in items)) for label, items in GROUPS]


def _item(label: str, icon: str, name: str, path: str) -> Item:
    url = reverse(name)
    return Item(label, icon, url, path == url if url == "/" else path.startswith(url))
