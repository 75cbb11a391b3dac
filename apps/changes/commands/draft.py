"""Writing a draft. Everyone who writes becomes an author, and every edit is a new edition."""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.changes.models import ChangeRequest, DraftChange
from apps.changes.move import add_author, check_may_author, log, move
from apps.changes.naming import with_logical_names, with_names
from apps.changes.ordinals import renumbered, users
from apps.changes.policies import DraftInput, check_draft, check_role, check_text, check_title
from apps.changes.states import Verb
from apps.environments.models import Environment
from apps.people.access import can
from apps.people.models import Role, User
from apps.refusal import Refusal, Refused, check

GONE = Refusal("change", "This change is no longer part of the request. Reload the page.")


@transaction.atomic
def propose(
    *,
    by: User,
    environment: Environment,
    title: str,
    reason: str,
    changes: Sequence[DraftInput],
    rolls_back: ChangeRequest | None = None,
    after: ChangeRequest | None = None,
    now: datetime | None = None,
) -> ChangeRequest:
    """Store a new draft. It may be empty or incomplete until it is submitted."""
    now = now or timezone.now()
    check(
        check_role(can(by, Role.REQUESTER, environment.slug), environment.name),
        check_title(title),
        check_draft(changes, environment.regions),
    )
    request = ChangeRequest.objects.create(
        environment=environment,
        title=title.strip(),
        reason=reason,
        rolls_back=rolls_back,
        after=after,
        created_by=by,
        created_at=now,
        updated_at=now,
    )
    add_author(request, by)
    changes = with_logical_names(with_names(environment, changes))
    _write(request, changes)
    log(request, "change_request.proposed", by, now, title=request.title, changes=_facts(changes))
    return request


@transaction.atomic
def edit(
    *,
    by: User,
    change_request: ChangeRequest,
    edition: int,
    title: str,
    reason: str,
    changes: Sequence[DraftInput],
    now: datetime | None = None,
) -> ChangeRequest:
    """Write the whole draft anew. A submitted or approved request becomes a draft again: its reviews are then stale."""
    now = now or timezone.now()
    request = editable(by, change_request, edition)
    check(check_title(title), check_draft(changes, request.environment.regions))
    changes = _remembering(request, with_names(request.environment, changes))
    move(request, Verb.EDIT, now=now, **_edited(request), title=title.strip(), reason=reason)
    add_author(request, by)
    _write(request, changes)
    log(request, "change_request.edited", by, now, edition=request.edition, changes=_facts(changes))
    return request


@transaction.atomic
def put_changes(
    *,
    by: User,
    change_request: ChangeRequest,
    edition: int,
    changes: Sequence[DraftInput],
    now: datetime | None = None,
) -> ChangeRequest:
    """Add changes, each in place of the one about the same resource."""
    now = now or timezone.now()
    request = editable(by, change_request, edition)
    kept = drafted(request)
    for change in changes:
        same = (n for n, other in enumerate(kept) if change.resource and other.resource == change.resource)
        at = next(same, len(kept))
        kept[at : at + 1] = [change]
    kept = _remembering(request, with_names(request.environment, kept))
    return rewrite(request, by, kept, now)


@transaction.atomic
def drop_change(
    *,
    by: User,
    change_request: ChangeRequest,
    edition: int,
    ordinal: int,
    with_users: bool = False,
    now: datetime | None = None,
) -> ChangeRequest:
    """Take one change out, with those that need what it gives if so asked; those behind them move up."""
    now = now or timezone.now()
    request = editable(by, change_request, edition)
    kept = drafted(request)
    if not 1 <= ordinal <= len(kept):
        raise Refused(GONE)
    return rewrite(request, by, without(kept, ordinal, with_users), now)


@transaction.atomic
def override_policies(
    *, by: User, change_request: ChangeRequest, edition: int, ordinal: int, reason: str, now: datetime | None = None
) -> ChangeRequest:
    """Say why one change is right although it breaks policies that may be overridden; reviewers read it."""
    now = now or timezone.now()
    request = editable(by, change_request, edition)
    kept = drafted(request)
    if not 1 <= ordinal <= len(kept):
        raise Refused(GONE)
    check(check_text(reason, "why the policies don't hold here"))
    change = kept[ordinal - 1]
    kept[ordinal - 1] = replace(change, consents={**change.consents, "policies": reason.strip()})
    changed = rewrite(request, by, kept, now)
    log(changed, "change_request.policies_overridden", by, now, resource=change.name, reason=reason.strip())
    return changed


def without(changes: Sequence[DraftInput], ordinal: int, with_users: bool = False) -> list[DraftInput]:
    """The changes without one, outputs of the others under their new ordinals. Raises `Refused` if one needs it."""
    needing = users([change.desired for change in changes], ordinal)
    if needing and not with_users:
        names = ", ".join(changes[number - 1].name for number in sorted(needing))
        gone = changes[ordinal - 1].name
        need = "needs" if len(needing) == 1 else "need"
        raise Refused(Refusal("needed", f"{names} {need} what {gone} gives. Drop them together, or change them first."))
    left = [number for number in range(1, len(changes) + 1) if number not in {ordinal, *needing}]
    numbers = {old: new for new, old in enumerate(left, 1)}
    kept = (changes[number - 1] for number in left)
    return [replace(change, desired=renumbered(change.desired, numbers)) for change in kept]


def taken_out(changes: Sequence[DraftInput], ordinal: int, with_users: bool = False) -> list[DraftInput]:
    """What `without` leaves out, as it can be put back behind the others: outputs under the ordinals of then."""
    if not 1 <= ordinal <= len(changes):
        return []
    needing = users([change.desired for change in changes], ordinal) if with_users else set()
    gone = sorted({ordinal, *needing})
    order = [number for number in range(1, len(changes) + 1) if number not in gone] + gone
    numbers = {old: new for new, old in enumerate(order, 1)}
    back = (changes[number - 1] for number in gone)
    return [replace(change, desired=renumbered(change.desired, numbers)) for change in back]


def drafted(request: ChangeRequest) -> list[DraftInput]:
    """The changes of the draft in their order."""
    names = [each.name for each in fields(DraftInput)]
    return [DraftInput(**row) for row in request.draft_changes.order_by("ordinal").values(*names)]


def _remembering(request: ChangeRequest, changes: Sequence[DraftInput]) -> list[DraftInput]:
    """The changes, each with what a run has made for the one of that type and name before, and its logical name."""
    left = [each for each in drafted(request) if each.action == "create"]
    return with_logical_names([_remembered(each, left) if each.action == "create" else each for each in changes])


def _remembered(change: DraftInput, left: list[DraftInput]) -> DraftInput:
    """The change with what is known of the same one among those that are `left`, from which that one is taken."""
    alike = [each for each in left if (each.type, each.region, each.name) == (change.type, change.region, change.name)]
    old = next((each for each in alike if each.logical == change.logical), alike[0] if alike else None)
    if old is None:
        return replace(change, made="")
    left.remove(old)
    return replace(change, made=old.made, logical=change.logical or old.logical)


def editable(by: User, request: ChangeRequest, edition: int) -> ChangeRequest:
    """The request as it is now. Raises `Refused` unless the person may edit exactly this edition."""
    fresh = ChangeRequest.objects.select_related("environment").get(pk=request.pk)
    check_may_author(by, fresh, Verb.EDIT, edition)
    return fresh


def rewrite(request: ChangeRequest, by: User, changes: Sequence[DraftInput], now: datetime) -> ChangeRequest:
    """Write other changes, title and reason as they are."""
    check(check_draft(changes, request.environment.regions))
    move(request, Verb.EDIT, now=now, **_edited(request))
    add_author(request, by)
    _write(request, changes)
    log(request, "change_request.edited", by, now, edition=request.edition, changes=_facts(changes))
    return request


def _edited(request: ChangeRequest) -> dict[str, object]:
    return {"edition": request.edition + 1, "problems": [], "rebase": False}


def _write(request: ChangeRequest, changes: Sequence[DraftInput]) -> None:
    words = dict.fromkeys(word for change in changes for word in (change.type, change.name, change.identifier) if word)
    request.search = " ".join((request.reference, request.title, *words)).lower()
    request.save(update_fields=["search"])
    request.draft_changes.all().delete()
    rows = (asdict(change) | {"ordinal": n} for n, change in enumerate(changes, 1))
    DraftChange.objects.bulk_create(DraftChange(change_request=request, **row) for row in rows)


def _facts(changes: Sequence[DraftInput]) -> list[dict[str, object]]:
    """What the log keeps of a draft: which properties of which resources; the values are in the revision."""
    return [
        {"action": c.action, "type": c.type, "region": c.region, "name": c.name, "properties": sorted(c.desired)}
        for c in changes
    ]
