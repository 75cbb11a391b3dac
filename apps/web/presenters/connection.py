"""How the workers get into an environment, as its settings show it: what each test found, and the template."""

from dataclasses import dataclass
from typing import Any

from apps.environments import connection, template
from apps.environments.models import ConnectionTest, Environment, TestState
from apps.web.presenters.marks import Chip

UNDER_WAY = (TestState.QUEUED, TestState.RUNNING)


@dataclass(frozen=True)
class Way:
    """One process through one role; `findings` are sentences."""

    test: ConnectionTest
    chip: Chip
    findings: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.test.get_process_display()}, {'write' if self.test.writes else 'read'} role"


def tests(environment: Environment) -> dict[str, Any]:
    """The context of the card of the tests."""
    rows = list(environment.connection_tests.all())
    ways = [Way(row, chip(row), tuple(each["sentence"] for each in row.findings)) for row in rows]
    return {"environment": environment, "ways": ways, "under_way": any(row.state in UNDER_WAY for row in rows)}


def page(environment: Environment) -> dict[str, Any]:
    known = template.principals()
    unknown = [process for process in ("planner", "executor") if process not in known]
    return tests(environment) | {"template": template.text(environment), "unknown": unknown}


def chip(test: ConnectionTest) -> Chip:
    match test.state:
        case TestState.QUEUED:
            return Chip("Waits for the worker", "info", "clock")
        case TestState.RUNNING:
            return Chip("Being tested", "info", "loader")
    words = connection.outcome(test.findings)
    hinders = any(each["hinders"] for each in test.findings)
    tone, icon = ("bad", "x") if hinders else ("warn", "triangle-alert") if test.findings else ("good", "check")
    return Chip(words[0].upper() + words[1:], tone, icon)
