"""What was done again and again, each with its verdict and the working behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from apps.blueprints import habits
from apps.blueprints.worth import Assumptions, Done, Habit, Used, Verdict, used, verdict
from apps.blueprints.worth import habits as repeated
from apps.catalog import registry
from apps.web.presenters.marks import Chip

MOST = 50
VERBS = {"create": "made", "update": "changed", "delete": "deleted"}
CODIFY, BUTTONS, IS = (
    Chip("Worth codifying", "good", "shapes"),
    Chip("Buttons", "", "mouse-pointer-click"),
    "is a blueprint",
)


USED, ONCE = Chip("Earns its keep", "good", "shapes"), Chip("Used once", "", "shapes")


@dataclass(frozen=True)
class HabitView:
    """`codify` leads to the export of what the newest of them made, "" where nothing of it is left."""

    title: str
    chip: Chip
    sentence: str
    working: Sequence[str]
    times: Sequence[Done]
    codify: str
    gone: bool


@dataclass(frozen=True)
class Page:
    """`blueprints` are those that were imported and applied, each with a sentence about it."""

    habits: Sequence[HabitView]
    blueprints: Sequence[tuple[Used, Chip, str]]


def page(slugs: frozenset[str] | None, assumed: Assumptions, now: datetime) -> Page:
    done = habits.done(slugs, now)
    return Page(
        [_view(each, verdict(each, assumed), assumed) for each in repeated(done)[:MOST]],
        [(each, USED if len(each.times) > 1 else ONCE, _of_blueprint(each)) for each in used(done)[:MOST]],
    )


def _of_blueprint(each: Used) -> str:
    times, places = len(each.times), len(each.environments)
    where = each.environments[0] if places == 1 else f"{places} environments"
    by_hand = each.minutes_by_hand
    beside = "" if by_hand is None else f" By hand the same took {by_hand:.0f} min ({len(each.by_hand)} of them)."
    often = "once" if times == 1 else f"{times} times"
    return f"Imported {often} in the last year in {where}, {each.minutes:.0f} min each.{beside}"


def _view(habit: Habit, found: Verdict, assumed: Assumptions) -> HabitView:
    left = habits.resources(habit.newest.request)
    address = f"{reverse('web:export')}?{urlencode({'resource': left}, doseq=True)}" if left else ""
    chip = Chip(IS.capitalize(), "good", "shapes") if habit.blueprint else CODIFY if found.codify else BUTTONS
    return HabitView(
        _title(habit), chip, _sentence(habit, found), _working(habit, found, assumed), habit.times, address, not left
    )


def _title(habit: Habit) -> str:
    """What is done, in words: "2 EC2 instances and a load balancer"."""
    counts: dict[tuple[str, str, tuple[str, ...]], int] = dict(habit.shape)
    parts = [_part(*change, count) for change, count in counts.items()]
    return ", ".join(parts)


def _part(action: str, type_name: str, names: Sequence[str], count: int) -> str:
    declared = registry.native(type_name)
    title = declared.title if declared else type_name
    many = f"{count} × " if count > 1 else ""
    of = f": {', '.join(names[:4])}{' and more' if len(names) > 4 else ''}" if names else ""
    return f"{many}{title} {VERBS.get(action, action)}{of}"


def _sentence(habit: Habit, found: Verdict) -> str:
    places = len(habit.environments)
    where = habit.environments[0] if places == 1 else f"{places} environments"
    what = "Made" if habit.creates else "Changed"
    failed = f", {habit.failures} failed run{'s' if habit.failures > 1 else ''}" if habit.failures else ""
    end = "codify" if found.codify else "buttons"
    end = f"the blueprint {habit.blueprint} does it" if habit.blueprint else end
    return f"{what} {len(habit.times)} times in the last year in {where}, {found.minutes:.0f} min each{failed}: {end}."


def _working(habit: Habit, found: Verdict, assumed: Assumptions) -> list[str]:
    again, types = len(habit.times) - 1, len(habit.types)
    source = "as you say" if assumed.minutes_each is not None else "the median of what the log shows"
    return [
        f"Saved: {again} × {found.minutes:.0f} min ({source}) × {assumed.share:g} % = {found.saved:.1f} h; "
        "the first time has to be done in any case.",
        f"Code costs {assumed.hours_base:g} h + {types} × {assumed.hours_per_type:g} h by type: {found.cost:.1f} h.",
        f"That is {found.ratio:.1f} times what it would have cost.",
    ]
