"""What the lab is told to do and what it has seen."""

import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from apps.sandbox.endpoint import settle
from apps.sandbox.endpoint.faults import Fault, When, from_json
from apps.sandbox.endpoint.incoming import Incoming

CALLS_KEPT = 5000


@dataclass(frozen=True)
class Call:
    """A request that arrived: `at` in seconds since the epoch, `effect` whether moto carried it out."""

    at: float
    service: str
    operation: str
    account: str
    region: str
    caller: str
    session: str
    status: int
    effect: bool
    parameters: dict[str, Any]


@dataclass
class Lab:
    """Settle times and latency in seconds. `unknown_keys_are_root` keeps moto's habit, which is handy in tests."""

    latency: float = 0.0
    unknown_keys_are_root: bool = True
    faults: list[Fault] = field(default_factory=list)
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def configure(self, values: dict[str, Any]) -> None:
        """Take new values; what is not named stays. Raises `ValueError` or `TypeError` for what it doesn't know."""
        unknown = set(values) - {"settle", "latency", "faults"}
        unknown |= set(values.get("settle", {})) - set(settle.SECONDS)
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        faults = [from_json(fault) for fault in values["faults"]] if "faults" in values else self.faults
        with self.lock:
            self.faults = faults
            self.latency = float(values.get("latency", self.latency))
            settle.SECONDS.update({name: float(seconds) for name, seconds in values.get("settle", {}).items()})

    def fault_for(self, incoming: Incoming) -> Fault | None:
        """The first fault that matches, used up by one."""
        with self.lock:
            found = next((fault for fault in self.faults if fault.matches(incoming)), None)
            if found:
                found.times -= 1
            return found

    def record(self, call: Call) -> None:
        with self.lock:
            self.calls.append(call)

    def clear(self) -> None:
        with self.lock:
            self.faults, self.latency = [], 0.0
            self.calls.clear()

    def as_json(self) -> dict[str, Any]:
        with self.lock:
            return {
                "settle": dict(settle.SECONDS),
                "latency": self.latency,
                "faults": [asdict(fault) for fault in self.faults],
                "calls": [asdict(call) for call in self.calls],
            }


def comes_after(fault: Fault | None) -> bool:
    return fault is not None and fault.when is When.AFTER
