"""What a change does to a running resource, as chips and in words."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from apps.catalog.types import Effect, EffectKind, Property
from apps.planning.plan import Action, Change, Plan, Settle
from apps.web.presenters.marks import Chip

IRREVERSIBLE = "Cannot be undone"
STOPS = (EffectKind.INTERRUPTS, EffectKind.REBOOTS)
REPLACES = Chip("Replaces", "bad", "replace")


def effect(value: Effect) -> Chip:
    """The chip of an effect; its title is the source."""
    about = f" ~{value.minutes} min" if value.minutes else ""
    match value.kind:
        case EffectKind.ONLINE:
            return Chip("Online", "good", "zap", value.source or "The resource stays in service.")
        case EffectKind.INTERRUPTS:
            return Chip(f"Interrupts{about}", "warn", "clock-alert", value.source)
        case EffectKind.REBOOTS:
            return Chip(f"Reboots{about}", "warn", "power", value.source)
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
    return (*(() if harmless else (effect(declared.effect),)), *irreversible(declared.irreversible))


def of_change(change: Change) -> tuple[Chip, ...]:
    """The strongest effect of a change and whether it can be taken back."""
    if change.action is Action.DELETE:
        return (Chip("Deletes", "bad", "trash-2", change.irreversible), *irreversible(change.irreversible))
    lost = change.irreversible or next((d.irreversible for d in change.differences if d.irreversible), "")
    replaced = change.replaces and change.effect.kind is not EffectKind.REPLACES
    return (*((REPLACES,) if replaced else ()), effect(change.effect), *irreversible(lost))


def waits(wait: Settle | None) -> str:
    """What a call waits for, in words; "" when it doesn't."""
    if wait is None:
        return ""
    until = " or ".join("it no longer exists" if each == "gone" else each for each in wait.until) or "AWS has settled"
    word = until if until.startswith(("it ", "AWS ")) else f"it is {until}"
    return f"Then waits until {word}, about {minutes(wait.minutes)}."


def minutes(value: float) -> str:
    """Minutes as people say them: "under a minute", "12 min"."""
    return "under a minute" if value < 1 else f"{value:.0f} min"


MOST_ASKED = 8


def asks(plan: Plan) -> list[str]:
    """What somebody should know once more before the plan is carried out; nothing where it harms nobody."""
    found = [sentence for change in plan.changes for sentence in _asks(change)]
    more = len(found) - MOST_ASKED
    return [*found[:MOST_ASKED], *([f"{more} more of that kind."] if more > 0 else [])]


def _asks(change: Change) -> Iterator[str]:
    if change.action is Action.DELETE:
        yield f"{change.name} is deleted. {change.irreversible}".strip()
        return
    if change.replaces:
        yield f"{change.name} is replaced by a new one."
    stops = [each.effect.minutes for each in change.differences if each.effect.kind in STOPS]
    if stops:
        longest = max(stops)
        yield f"{change.name} is interrupted{f' for about {minutes(longest)}' if longest else ''}."
    for each in change.differences:
        if each.irreversible:
            yield f"{each.property} of {change.name} can't be taken back. {each.irreversible}"
