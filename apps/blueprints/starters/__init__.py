"""Templates to begin with: sets that are built again and again, each a file beside this one."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from apps.blueprints import reading

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Starter:
    """`key` is what addresses call it, `title` its description, `text` the template as YAML."""

    key: str
    title: str
    text: str
    resources: int

    @property
    def name(self) -> str:
        return self.key.replace("-", " ").capitalize()


@cache
def starters() -> tuple[Starter, ...]:
    """All of them, by name."""
    return tuple(_starter(path) for path in sorted(HERE.glob("*.yaml")))


def starter(key: str) -> Starter | None:
    return next((each for each in starters() if each.key == key), None)


def _starter(path: Path) -> Starter:
    text = path.read_text()
    template = reading.read(text).template
    return Starter(path.stem, str(template["Description"]), text, len(template["Resources"]))
