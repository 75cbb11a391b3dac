"""The forms of a page as a browser would send them, and what stands in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "search", "url", "email", "number", "date"}


@dataclass
class Form:
    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    def data(self, **changes: str) -> dict[str, list[str]]:
        answer: dict[str, list[str]] = {}
        for name, value in self.values:
            answer.setdefault(name, []).append(changes.get(name, value))
        return answer


class Forms(HTMLParser):
    """Every form of a page with the values of its controls; `typed` are those that take text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = self._area = ""
        self._options: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        name = attributes.get("name", "")
        if tag == "form":
            self._form = Form(attributes.get("action", ""), attributes.get("method", "get"))
            self.found.append(self._form)
        elif self._form is None or "disabled" in attributes:
            return
        elif tag == "input" and name:
            self._input(attributes, self._form)
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((attributes.get("value", ""), "selected" in attributes))
        elif tag == "textarea":
            self._area = name
            self._form.values.append((name, ""))
            self._form.typed.append(name)

    def _input(self, attributes: dict[str, str], form: Form) -> None:
        kind, name = attributes.get("type", "text"), attributes["name"]
        if kind in {"checkbox", "radio"} and "checked" not in attributes:
            return
        form.values.append((name, attributes.get("value", "on" if kind == "checkbox" else "")))
        if kind in TYPED:
            form.typed.append(name)

    def handle_data(self, data: str) -> None:
        if self._area and self._form:
            name, value = self._form.values[-1]
            self._form.values[-1] = (name, value + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
            if self._form and self._form.values[-1][1].startswith("\n"):
                name, value = self._form.values[-1]
                self._form.values[-1] = (name, value[1:])
        elif tag == "select" and self._form:
            chosen = [value for value, selected in self._options if selected] or [v for v, _ in self._options[:1]]
            self._form.values += [(self._select, value) for value in chosen]
            self._select = ""


def posted(text: str) -> Iterator[Form]:
    """The forms of a page that are posted and take text."""
    return (form for form in Forms(text).found if form.method == "post" and form.typed)
