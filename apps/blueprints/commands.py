"""What people do with blueprints, each with its event."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.blueprints import queries
from apps.blueprints.export import Exported
from apps.blueprints.inputs import deletions, inputs
from apps.blueprints.models import Blueprint, Import, Stage, Version
from apps.blueprints.stages import attach, earlier_request
from apps.blueprints.wanted import Answers, wanted
from apps.changes.commands import propose
from apps.changes.models import ChangeRequest
from apps.changes.policies import check_role
from apps.environments.models import Environment
from apps.people.access import can
from apps.people.models import Role, User
from apps.refusal import Refusal, Refused, check
from apps.unseen import holds_unseen

Json = Any
ALIKE = Refusal("alike", "Everything is there already, as the blueprint has it. There is nothing to propose.")
LONGEST = 100


@transaction.atomic
def note_export(*, by: User, environment: Environment, file: str, made: Exported) -> None:
    """Keep in the log that somebody took a file of an export."""
    record(
        stream=f"export/{environment.slug}",
        verb="blueprint.exported",
        by=by,
        subject=environment.slug,
        environment=environment.slug,
        data={"file": file, "resources": len(made.parts), "left_out": len(made.left)},
    )


@transaction.atomic
def save_export(
    *, by: User, environment: Environment, name: str, notes: str, made: Exported, now: datetime | None = None
) -> Version:
    """Keep an export in the library, as the next version of the blueprint of that name."""
    check(check_role(can(by, Role.REQUESTER, environment.slug), environment.name))
    identifiers = {part.logical: [part.type, part.identifier] for part in made.parts}
    region = str(made.template.get("Metadata", {}).get("Ringi", {}).get("Region", ""))
    source = {"environment": environment.slug, "region": region, "identifiers": identifiers}
    return saved(by, name, notes, made.template, source, environment.slug, now or timezone.now())


@transaction.atomic
def save_upload(
    *, by: User, name: str, notes: str, template: Mapping[str, Json], now: datetime | None = None
) -> Version:
    """Keep a template that somebody else wrote, which whoever may propose anything anywhere may do."""
    if not by.is_active or not by.bindings.filter(role=Role.REQUESTER).exists():
        raise Refused(
            Refusal("role", "You are not a requester in any environment. Ask an administrator for that role.")
        )
    return saved(by, name, notes, template, {}, "", now or timezone.now())


def check_target(version: Version, environment: Environment) -> Refusal | None:
    target = version.source.get("target", environment.slug)
    if target == environment.slug:
        return None
    return Refusal("target", f"It holds differences to {target}, and can be imported there only.")


def check_name(name: str) -> Refusal | None:
    if not name.strip():
        return Refusal("name", "Give the blueprint a name.")
    if len(name) > LONGEST or holds_unseen(name):
        return Refusal("name", f"A name has at most {LONGEST} characters, all of which can be seen.")
    return None


def saved(
    by: User, name: str, notes: str, template: Mapping[str, Json], source: Json, environment: str, now: datetime
) -> Version:
    """The next version of the blueprint of that name, in a transaction of the caller."""
    check(check_name(name))
    about = {"created_by": by, "created_at": now}
    blueprint, _ = Blueprint.objects.get_or_create(name=name.strip(), defaults=about)
    blueprint = Blueprint.objects.select_for_update().get(pk=blueprint.pk)
    last = blueprint.versions.order_by("-number").first()
    number = last.number + 1 if last else 1
    version = blueprint.versions.create(number=number, text=json.dumps(template), source=source, notes=notes, **about)
    data = {"version": number, "resources": len(template.get("Resources", {}))}
    record(
        stream=f"blueprint/{blueprint.pk}", verb="blueprint.saved", by=by, subject=blueprint.name,
        environment=environment, data=data, now=now,
    )  # fmt: skip
    return version


@transaction.atomic
def import_version(
    *,
    by: User,
    version: Version,
    environment: Environment,
    region: str,
    answers: Answers,
    values: Mapping[str, str],
    title: str,
    reason: str,
    delete: Collection[str] = (),
    stage: Stage | None = None,
    now: datetime | None = None,
) -> ChangeRequest:
    """An ordinary draft that makes what the blueprint has and the environment hasn't, and changes what differs.

    `delete` are logical names of what the blueprint has no more and what shall go, `stage` is the one of a promotion
    that the request is made for.
    """
    now = now or timezone.now()
    check(check_target(version, environment))
    there = queries.there(version, environment)
    target = queries.target(environment, region, version.blueprint.name)
    found, problems = wanted(version.template, answers, target, there)
    if problems:
        raise Refused(Refusal("template", str(problems[0])))
    gone = queries.no_longer(version, environment)
    changes = inputs(found, there, region, environment.default_region, version.source.get("unset", {}))
    changes += deletions([each for name, each in gone.items() if name in delete])
    if not changes:
        raise Refused(ALIKE)
    request = propose(
        by=by, environment=environment, title=title, reason=reason, changes=changes, now=now,
        after=earlier_request(stage),
    )  # fmt: skip
    if stage:
        attach(stage, request)
    Import.objects.create(
        version=version, environment=environment, region=region, values=dict(values), change_request=request,
        created_by=by, created_at=now,
    )  # fmt: skip
    record(
        stream=f"cr/{request.pk}", verb="blueprint.imported", by=by, subject=request.reference,
        environment=environment.slug, data={"blueprint": version.blueprint.name, "version": version.number}, now=now,
    )  # fmt: skip
    return request
