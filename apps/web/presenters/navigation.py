"""The navigation: its groups, and which item is the current one."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Item:
    """`key` leads there after "g"."""

    label: str
    icon: str
    url: str
    key: str
    current: bool


@dataclass(frozen=True)
class Group:
    label: str
    items: tuple[Item, ...]


GROUPS = (
    (
        "",
        (
            ("Inbox", "inbox", "web:inbox", "i"),
            ("Change requests", "git-pull-request", "web:change_requests", "c"),
            ("Runs", "play", "web:runs", "u"),
        ),
    ),
    (
        "Estate",
        (
            ("Resources", "boxes", "web:resources", "r"),
            ("Environments", "layers", "web:environments", "e"),
            ("Compare", "columns-2", "web:compare", "o"),
            ("Blueprints", "shapes", "web:blueprints", "b"),
        ),
    ),
    (
        "Record",
        (
            ("Evaluation", "gauge", "web:evaluation", "v"),
            ("Audit log", "scroll-text", "web:audit", "a"),
            ("Settings", "settings", "web:settings", "s"),
        ),
    ),
)


FOR_ADMINISTRATORS = ("web:settings",)


def groups(path: str, *, administers: bool) -> list[Group]:
    """All groups, without what only administrators open for others. The longest matching address is current."""
    hidden = () if administers else FOR_ADMINISTRATORS
    return [
        Group(label, tuple(_item(*item, path) for item in items if item[2] not in hidden)) for label, items in GROUPS
    ]


def _item(label: str, icon: str, name: str, key: str, path: str) -> Item:
    url = reverse(name)
    return Item(label, icon, url, key, path == url if url == "/" else path.startswith(url))
