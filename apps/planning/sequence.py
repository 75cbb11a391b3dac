"""The calls of one change while they are compiled.

Keeps the document as it is after the calls so far, so that each call says what it expects to find: a run's own writes
are then not taken for somebody else's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.catalog.types import NativeType, Wait
from apps.planning.plan import Call, Repeat, Settle

Json = Any


@dataclass
class Sequence:
    """Calls of one change in order. `touched` are the properties that every call expects to find as in `state`."""

    native: NativeType
    ordinal: int
    region: str
    name: str
    touched: tuple[str, ...]
    state: dict[str, Json]
    arn: str = ""
    started: str = ""
    calls: list[Call] = field(default_factory=list)

    def add(
        self,
        operation: str,
        parameters: Mapping[str, Json],
        purpose: str,
        *,
        repeat: Repeat = Repeat.ABSOLUTE,
        sets: Mapping[str, Json] | None = None,
        sends: Iterable[str] = (),
        guards: Iterable[str] = (),
        expects_status: str = "",
        leaves_status: str = "",
        wait: Wait | None = None,
        outputs: Mapping[str, str] | None = None,
    ) -> None:
        """Append a call. `sends` are properties that it carries along unchanged: it expects and sets them too.

        `guards` are properties that it only expects, since it acts on what they hold: afterwards that is gone.
        """
        sets = {name: self.state.get(name) for name in sends} | dict(sets or {})
        names = dict.fromkeys([*self.touched, *sends, *guards])
        self.calls.append(
            Call(
                key=f"{self.ordinal}.{len(self.calls) + 1}",
                service=self.native.service,
                operation=operation,
                region=self.region,
                parameters=dict(parameters),
                repeat=repeat,
                purpose=purpose,
                expects={name: self.state.get(name) for name in names},
                sets=sets,
                expects_status=expects_status,
                leaves_status=leaves_status or self._leaves(wait),
                outputs=dict(outputs or {}),
                wait=self._settle(wait, sets),
                after=(self.calls[-1].key,) if self.calls else (),
            )
        )
        self.state.update(sets)
        self.state.update(dict.fromkeys(guards))

    @property
    def known(self) -> dict[str, Json]:
        """What arguments may be taken from: the document as it is now and, where there is one, the ARN."""
        return self.state | ({"arn": self.arn} if self.arn else {})

    @property
    def steady(self) -> str:
        """The status that a call expects when the type has only one in which a change may start.

        Where others admit a change, too, the first call expects what was seen; the calls before a later one decide.
        """
        if self.native.admits:
            return "" if self.calls else self.started
        return self.native.settled[0] if len(self.native.settled) == 1 else ""

    @staticmethod
    def _leaves(wait: Wait | None) -> str:
        return wait.until[0] if wait and len(wait.until) == 1 else ""

    def _settle(self, wait: Wait | None, sets: Mapping[str, Json]) -> Settle | None:
        """The wait, expected to take as long as the longest effect of what the call sets."""
        if wait is None:
            return None
        known = ((self.native.properties.get(name), self.state.get(name), after) for name, after in sets.items())
        effects = [declared.effect_between(before, after) for declared, before, after in known if declared]
        minutes = max([wait.minutes, *(effect.minutes for effect in effects)])
        failed = tuple(status for status in wait.failed if status != self.started)  # what it starts from is no failure
        return Settle(wait.until, failed, minutes, wait.timeout_minutes)


def listing(names: Iterable[str]) -> str:
    """Names as people write them: "a", "a and b", "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
