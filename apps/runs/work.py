"""One claimed step with what was approved for it, and the ways in which working on it can end early."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from apps.aws import resolve
from apps.aws.gateway import Gateway
from apps.catalog import hidden
from apps.catalog.types import NativeType
from apps.environments.models import Environment
from apps.planning.plan import Action, Call, Change, Output, Plan
from apps.runs import mark
from apps.runs.claim import Claim
from apps.runs.models import Run, Step
from apps.runs.states import StepState

Json = Any
Open = Callable[[Environment, str], Gateway]


@dataclass(frozen=True)
class Doors:
    """How to get to AWS: with the read role for looking, with the write role for approved calls."""

    reader: Open
    writer: Open


class Postpone(Exception):
    """Not now: the step is due again in `seconds`, and `cause` says in words what it waits for."""

    def __init__(self, seconds: float, cause: str) -> None:
        super().__init__(cause)
        self.seconds = seconds
        self.cause = cause


class Stop(Exception):
    """The step ends (FAILED, CANCELLED) or needs a person (ATTENTION); `drift` as in `Run.drift`.

    With `whole` it is about the whole run: nothing of it starts any more, however many failures it may have.
    """

    def __init__(
        self, state: StepState, sentence: str, drift: tuple[Mapping[str, Json], ...] = (), *, whole: bool = False
    ) -> None:
        super().__init__(sentence)
        self.state = state
        self.sentence = sentence
        self.drift = drift
        self.whole = whole


@dataclass(frozen=True)
class Work:
    """`call` and `change` were decoded from the approved text; `outputs` are those of the run's calls, by change.

    `native` is the declaration of the change's type.
    """

    claim: Claim
    plan: Plan
    call: Call
    change: Change
    native: NativeType
    outputs: Mapping[int, Mapping[str, Json]]

    @property
    def step(self) -> Step:
        return self.claim.step

    @property
    def run(self) -> Run:
        return self.step.run

    @property
    def environment(self) -> Environment:
        return self.run.change_request.environment

    @property
    def creates(self) -> bool:
        """Whether this is the call that brings the resource into being."""
        return self.change.action is Action.CREATE and self.call.key == self.change.calls[0].key

    @property
    def deletes(self) -> bool:
        return self.change.action is Action.DELETE and self.call.key == self.change.calls[-1].key

    @property
    def known(self) -> resolve.Known:
        """What may be put into parameters: the outputs of this run, and what follows from its nonce.

        A secret stands there as it is seen on a resource; only `intent` fetches it, for the call itself.
        """
        outputs = {Output(change, name): v for change, given in self.outputs.items() for name, v in given.items()}
        return resolve.Known(outputs, token=self.token, mark=self.mark, secret=lambda _: hidden.HIDDEN)

    def filled(self, value: Json) -> Json:
        """`value` with its nodes replaced. Raises `AwsError` (INVALID) for one that has no value in this run."""
        return resolve.value(value, self.known)

    @property
    def mark(self) -> str:
        """What the tag `ringi:request` says on a resource that this run creates for the change."""
        return mark.of(self.run, self.change)

    @property
    def token(self) -> str:
        """The idempotency token of the call."""
        return resolve.token(self.run.nonce, self.call.key)

    def with_outputs(self, outputs: Mapping[str, Json]) -> "Work":
        """The same work, knowing what its own call gave."""
        known = {**self.outputs.get(self.change.ordinal, {}), **outputs}
        return replace(self, outputs={**self.outputs, self.change.ordinal: known})
