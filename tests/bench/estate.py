"""A grown installation, made by SQL around a few rows that the product made itself.

100,000 resources, a million events in whole chains, 5,000 open change requests and 20,000 that were run.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from apps.audit.models import Event
from apps.catalog.registry import TYPES
from apps.changes.models import Author, ChangeRequest, DraftChange, Revision
from apps.changes.policies import MAX_CHANGES
from apps.environments.models import Environment
from apps.inventory.models import Resource, TypeScan
from apps.people.models import User
from apps.reviews.models import FlowStep, Review
from apps.runs.models import Run, Step
from tests.integration import flow
from tests.integration.estate import Account

RESOURCES, EVENTS, OPEN, APPLIED = 100_000, 1_000_000, 5_000, 20_000
ENVIRONMENTS = ("prod", "stg", "dev", "lab")
REGIONS = ["ap-northeast-1", "us-east-1", "eu-west-1", "us-west-2"]
BATCH, REQUESTS_OFFSET, CHANGES = 50_000, 1_000, 20
VERBS = ("change_request.proposed", "change_request.edited", "step.intended", "step.answered", "step.done")


def build() -> dict[str, User]:
    """Fill an empty database; the people by their short names. The administrator is "goro"."""
    people = flow.make_people()
    people["goro"] = User.objects.create_user("goro", full_name="Goro Hayashi")
    for role in ("administrator", "reviewer", "requester"):
        people["goro"].bindings.create(role=role)
    environments = [flow.make_environment(slug) for slug in ENVIRONMENTS]
    for environment in environments:
        environment.regions = REGIONS
        environment.save()
    requests(people, environments[0])
    with transaction.atomic():
        resources([each.pk for each in environments])
        scans(environments)
    events()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return people


def requests(people: dict[str, User], prod: Environment) -> None:
    """One request in review and one that was applied, through the product, and then many more like them."""
    aws = Account()
    names = [f"orders-{number}" for number in range(CHANGES)]
    for name in (*names, "applied"):
        aws.database(name)
    drafts = [flow.resize(name) for name in names]
    waiting = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, *drafts), aws)
    run = flow.started(people, prod, aws, flow.resize("applied"))
    flow.pump(run, aws)
    copied(waiting, REQUESTS_OFFSET, OPEN)
    largest(people["aiko"], prod, aws)
    copied(run.change_request, REQUESTS_OFFSET + OPEN, APPLIED)
    for model in (ChangeRequest, Revision, FlowStep, Review, Author, DraftChange, Run, Step):
        table = model._meta.db_table
        execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def largest(aiko: User, prod: Environment, aws: Account) -> None:
    """Requests with as many changes as one holds: a draft, and one in review."""
    names = [f"fleet-{number}" for number in range(MAX_CHANGES)]
    for name in names:
        aws.database(name)
    flow.draft(aiko, prod, *map(flow.resize, names))
    flow.submitted(aiko, flow.draft(aiko, prod, *map(flow.resize, names)), aws)


def copied(request: ChangeRequest, offset: int, count: int) -> None:
    """`count` more requests like this one, numbered from `offset`, with everything that hangs on it."""
    request.refresh_from_db()
    revision = request.revision
    assert revision is not None
    ours = {"change_request_id": f"{offset} + n"}
    with transaction.atomic():
        own = {"id": f"{offset} + n", "title": "'Resize ' || n", "search": f"'cr-' || {offset} + n || ' resize ' || n"}
        clone(ChangeRequest, f"id = {request.pk}", count, **own, revision_id="NULL")
        clone(Revision, f"id = {revision.pk}", count, id=f"{offset} + n", **ours)
        execute(f"UPDATE changes_changerequest SET revision_id = id WHERE id > {offset} AND id <= {offset + count}")
        clone(Author, f"change_request_id = {request.pk}", count, id=None, **ours)
        clone(DraftChange, f"change_request_id = {request.pk}", count, id=None, **ours, identifier="identifier || n")
        clone(FlowStep, f"revision_id = {revision.pk}", count, id=f"{offset} + n", revision_id=f"{offset} + n")
        reviewed = {"revision_id": f"{offset} + n", "step_id": f"{offset} + n"}
        clone(Review, f"revision_id = {revision.pk}", count, id=None, **reviewed)
        for run in request.runs.all():
            clone(Run, f"id = {run.pk}", count, id=f"{offset} + n", revision_id=f"{offset} + n", **ours)
            clone(Step, f"run_id = {run.pk}", count, id=None, run_id=f"{offset} + n")


def clone(model: type[Model], where: str, count: int, **other: str | None) -> None:
    """Rows again, n = 1 to `count`, with other expressions for some columns; None leaves one to its default."""
    columns = [field.column for field in model._meta.concrete_fields if other.get(field.column, "") is not None]
    values = ", ".join(other.get(column) or f'row."{column}"' for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    execute(
        f"INSERT INTO {model._meta.db_table} ({names}) "
        f"SELECT {values} FROM {model._meta.db_table} AS row, generate_series(1, {count}) AS n WHERE {where}"
    )


def resources(environments: list[int]) -> None:
    types = [each.name for each in TYPES]
    execute(
        """
        INSERT INTO inventory_resource (environment_id, region, type, identifier, name, arn, status, document, digest,
                                        search, first_seen_at, observed_at)
        SELECT (%s::bigint[])[1 + n %% 4], (%s::text[])[1 + n / 4 %% 4], type, name, name, arn,
               CASE WHEN n %% 50 = 0 THEN 'modifying' ELSE 'available' END,
               (SELECT jsonb_object_agg('Property' || each, md5(each || name))
                FROM generate_series(1, CASE WHEN n %% 2 = 0 THEN 60 ELSE 6 END) AS each), repeat('a', 64),
               lower(concat_ws(' ', name, arn, type, 'team', 'team-' || n %% 97, 'env', 'prod')), now(), now()
        FROM (
            SELECT n, (%s::text[])[1 + n %% %s] AS type,
                   (ARRAY['orders', 'search', 'billing', 'ledger', 'images'])[1 + n %% 5] || '-'
                   || substr(md5(n::text), 1, 6) || '-' || n AS name
            FROM generate_series(1, %s) AS n
        ) AS made, LATERAL (SELECT 'arn:aws:thing:ap-northeast-1:111111111111:' || name AS arn) AS named
        """,
        [environments, REGIONS, types, len(types), RESOURCES],
    )


def scans(environments: list[Environment]) -> None:
    """80 types in 4 regions of each environment: those of the catalogue, and invented ones up to that number."""
    types = [each.name for each in TYPES]
    types += [f"AWS::Invented::Type{number}" for number in range(80 - len(types))]
    now = Resource.objects.values_list("observed_at", flat=True)[:1][0]
    many: dict[str, Any] = {
        "state": "done",
        "requested_at": now,
        "finished_at": now,
        "seen": [f"id-{n}" for n in range(100)],
    }
    TypeScan.objects.bulk_create(
        TypeScan(environment=environment, region=region, type=name, **many)
        for environment in environments
        for region in REGIONS
        for name in types
    )


def events() -> None:
    """Through the trigger that chains them, 40 to a request."""
    for begin in range(0, EVENTS, BATCH):
        execute(
            """
            INSERT INTO audit_event (stream, seq, prev, hash, text, at, verb, actor, actor_name, environment, subject,
                                     request_id, data)
            SELECT stream, 0, '', '', concat(
                       '{"actor":', to_json(actor), ',"actor_name":', to_json(name), ',"at":"',
                       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), '","data":', data,
                       ',"environment":', to_json(place), ',"request_id":"","stream":', to_json(stream),
                       ',"subject":', to_json(subject), ',"verb":', to_json(verb), '}'),
                   at, verb, actor, name, place, subject, '', data::jsonb
            FROM generate_series(%s + 1, %s) AS n,
                 LATERAL (SELECT 'CR-' || 100000 + n / 40 AS subject, (%s::text[])[1 + n %% 5] AS verb,
                          (ARRAY['aiko', 'ben', 'chie', 'daichi'])[1 + n %% 4] AS actor,
                          (ARRAY['Aiko Mori', 'Ben Sato', 'Chie Abe', 'Daichi Ueda'])[1 + n %% 4] AS name,
                          (%s::text[])[1 + n / 40 %% 4] AS place, now() - make_interval(secs => %s - n) AS at,
                          '{"operation":"modify_db_instance","step":' || n %% 40 || '}' AS data) AS made,
                 LATERAL (SELECT 'request/' || subject AS stream) AS named
            ORDER BY n
            """,
            [begin, begin + BATCH, list(VERBS), list(ENVIRONMENTS), EVENTS],
        )
    assert Event.objects.count() >= EVENTS


def execute(statement: str, values: Any = None) -> None:
    """Without the limit that statements of the product have: these fill whole tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(statement, values)
