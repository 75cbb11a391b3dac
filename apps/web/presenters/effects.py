"""What a change does to a running resource, as chips and in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from apps.catalog.types import Effect, EffectKind, Property
from apps.planning.plan import Action, Call, Change, Plan
from apps.web.presenters.marks import Chip

IRREVERSIBLE = "Cannot be undone"
STOPS = (EffectKind.INTERRUPTS, EffectKind.REBOOTS)
REPLACES = Chip("Replaces", "bad", "replace")


@dataclass(frozen=True)
class Times:
    """What was worked out for a plan, in minutes: of each call by key, and out of service by ordinal.

    Where it is empty nothing was worked out yet, and what the types declare is shown.
    """

    calls: Mapping[str, float] = field(default_factory=dict)
    outages: Mapping[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, evaluation: Mapping[str, Any]) -> "Times":
        """As a revision keeps them (`changes.models.Revision.evaluation`)."""
        speed = evaluation.get("speed") or {"calls": (), "interruptions": ()}
        calls = {each["key"]: each["minutes"] for each in speed["calls"]}
        return cls(calls, {each["ordinal"]: each["minutes"] for each in speed["interruptions"]})

    def outage(self, change: Change) -> float:
        declared = [each.effect.minutes for each in change.differences if each.effect.kind in STOPS]
        return self.outages.get(change.ordinal, float(max(declared, default=0)))


DECLARED = Times()


def effect(value: Effect, about: float = 0) -> Chip:
    """The chip of an effect that lasts `about` so many minutes (0 = not said); its title is the source."""
    said = f" ~{minutes(about)}" if about else ""
    match value.kind:
        case EffectKind.ONLINE:
            return Chip("Online", "good", "zap", value.source or "The resource stays in service.")
        case EffectKind.INTERRUPTS:
            return Chip(f"Interrupts{said}", "warn", "clock-alert", value.source)
        case EffectKind.REBOOTS:
            return Chip(f"Reboots{said}", "warn", "power", value.source)
        case EffectKind.REPLACES:
            return replace(REPLACES, title=value.source)
        case EffectKind.UNKNOWN:
            return Chip("Effect unknown", "warn", "circle-question-mark", value.source)
        case EffectKind.EXPOSES:
            return Chip("Opens to everybody", "bad", "globe", value.source)
        case _:
            assert_never(value.kind)


def irreversible(sentence: str) -> tuple[Chip, ...]:
    return (Chip(IRREVERSIBLE, "bad", "lock", sentence),) if sentence else ()


def of_property(declared: Property) -> tuple[Chip, ...]:
    """What changing this property does, for the form; nothing is said where it is harmless."""
    harmless = declared.effect.kind is EffectKind.ONLINE
    return (
        *(() if harmless else (effect(declared.effect, declared.effect.minutes),)),
        *irreversible(declared.irreversible),
    )


def of_change(change: Change, times: Times = DECLARED) -> tuple[Chip, ...]:
    """The strongest effect of a change and whether it can be taken back."""
    if change.action is Action.DELETE:
        return (Chip("Deletes", "bad", "trash-2", change.irreversible), *irreversible(change.irreversible))
    lost = change.irreversible or next((d.irreversible for d in change.differences if d.irreversible), "")
    replaced = change.replaces and change.effect.kind is not EffectKind.REPLACES
    return (*((REPLACES,) if replaced else ()), effect(change.effect, times.outage(change)), *irreversible(lost))


def waits(call: Call, times: Times = DECLARED) -> str:
    """What a call waits for, in words; "" when it doesn't."""
    wait = call.wait
    if wait is None:
        return ""
    until = " or ".join("it no longer exists" if each == "gone" else each for each in wait.until) or "AWS has settled"
    word = until if until.startswith(("it ", "AWS ")) else f"it is {until}"
    return f"Then waits until {word}, about {minutes(times.calls.get(call.key, wait.minutes))}."


def minutes(value: float) -> str:
    """Minutes as people say them: "under a minute", "12 min"."""
    return "under a minute" if value < 1 else f"{value:.0f} min"


MOST_ASKED = 8


def asks(plan: Plan, times: Times = DECLARED) -> list[str]:
    """What somebody should know once more before the plan is carried out; nothing where it harms nobody."""
    found = [sentence for change in plan.changes for sentence in _asks(change, times)]
    more = len(found) - MOST_ASKED
    return [*found[:MOST_ASKED], *([f"{more} more of that kind."] if more > 0 else [])]


def _asks(change: Change, times: Times) -> Iterator[str]:
    if change.action is Action.DELETE:
        yield f"{change.name} is deleted. {change.irreversible}".strip()
        return
    if change.replaces:
        yield f"{change.name} is replaced by a new one."
    if any(each.effect.kind in STOPS for each in change.differences):
        longest = times.outage(change)
        yield f"{change.name} is interrupted{f' for about {minutes(longest)}' if longest else ''}."
    for each in change.differences:
        if each.irreversible:
            yield f"{each.property} of {change.name} can't be taken back. {each.irreversible}"
