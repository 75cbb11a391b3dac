"""Rules in words."""

from collections.abc import Iterator, Mapping

from apps.environments.models import Environment
from apps.reviews.conditions import Condition
from apps.reviews.drawing import REVIEWERS, Ask

EFFECTS = {
    "interrupts": "interrupts, reboots, replaces or deletes",
    "replaces": "replaces or deletes",
    "exposes": "opens something to everybody",
}
ACTIONS = {"create": "creates", "update": "changes", "delete": "deletes"}


def condition(found: Condition, environments: Mapping[str, Environment], *, asks: bool) -> str:
    """When a rule holds that `asks` for approvals, or says that none is required; a sentence without its end."""
    said = list(_parts(found, environments, asks=asks))
    if not asks:
        said += ["online, can be undone, deletes nothing, of low risk"]
        said += ["it costs nothing more"] if found.cost_up_to is None else []
    return "; ".join(said) or "always"


def _parts(found: Condition, environments: Mapping[str, Environment], *, asks: bool) -> Iterator[str]:
    if found.emergency:
        yield "in an emergency"
    if found.environments:
        names = [environments[slug].name if slug in environments else slug for slug in found.environments]
        yield f"in {' or '.join(names)}"
    if found.production:
        yield "in production"
    if found.accounts:
        yield f"in account {' or '.join(found.accounts)}"
    if found.actions:
        yield f"it {' or '.join(ACTIONS[each] for each in found.actions)}"
    if found.types:
        yield f"{' or '.join(name.partition('::')[2] for name in found.types)}"
    if found.touches:
        yield f"{'' if asks else 'nothing but '}{found.touches} is touched"
    if found.tag:
        yield f"tagged {found.tag}"
    if found.effect:
        yield f"it {EFFECTS[found.effect]}"
    if found.irreversible:
        yield "it can't be undone"
    yield from _money_and_risk(found)


def _money_and_risk(found: Condition) -> Iterator[str]:
    if found.cost_over is not None:
        yield f"it costs more than ${found.cost_over:,.2f} a month"
    if found.cost_up_to is not None:
        yield f"it costs no more than ${found.cost_up_to:,.2f} a month"
    if found.risk:
        yield f"its risk is {found.risk}{' or high' if found.risk == 'medium' else ''}"


def asked(asks: tuple[Ask, ...], names: Mapping[str, str]) -> str:
    """What a rule asks for: "2 reviewers and 1 of Network owners"."""
    if not asks:
        return "no approval required"
    return " and ".join(
        f"{ask.needed} reviewer{'s' if ask.needed > 1 else ''}"
        if ask.who == REVIEWERS
        else f"{ask.needed} of {names.get(ask.who, 'somebody who is gone')}"
        for ask in asks
    )
