"""Lists through the API: filters, cursors, and what each person may see."""

import base64
import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from apps.audit.log import record
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import User
from tests.integration.api.conftest import Client
from tests.integration.estate import RDS, TOKYO, Account
from tests.integration.flow import draft, started

NO_VALUE = "There is no such value here."
INJECTIONS = ["' OR 1=1 --", "%", "_", "\\", "x'; DROP TABLE audit_event; --", "\x00", "(a+)+$", "💣", "x" * 5000]


def make_resource(environment: Environment, name: str) -> Resource:
    now = timezone.now()
    return Resource.objects.create(
        environment=environment, region=TOKYO, type=RDS, identifier=name, name=name, document={"Secret": 1},
        digest="a" * 64, search=name, first_seen_at=now, observed_at=now,
    )  # fmt: skip


def write(environment: str, subject: str) -> None:
    with transaction.atomic():
        record(stream="x", verb="change_request.edited", by=None, subject=subject, environment=environment)


@pytest.fixture
def estate(prod: Environment, dev: Environment) -> None:
    for environment in (prod, dev):
        for number in range(30):
            make_resource(environment, f"{environment.slug}-{number % 7}-{number}")
            write(environment.slug, f"CR-{number}")


def every(api: Client, person: str, address: str) -> list[dict[str, object]]:
    client, found = api(person), []
    while address:
        page = client.get(address).json()
        assert len(page["results"]) <= 50
        found += page["results"]
        address = page["next"]
    return found


@pytest.mark.usefixtures("estate")
def test_cursors_visit_every_row_once_in_order(api: Client) -> None:
    resources = every(api, "goro", "/api/v1/resources/")
    assert len(resources) == 60
    assert resources == sorted(resources, key=lambda row: (row["name"], row["id"]))
    events = [e for e in every(api, "goro", "/api/v1/audit-events/") if e["verb"] == "change_request.edited"]
    assert len(events) == len({event["id"] for event in events}) == 60
    assert [event["at"] for event in events] == sorted((event["at"] for event in events), reverse=True)


@pytest.mark.usefixtures("estate")
def test_each_person_sees_their_environments_only(api: Client) -> None:
    assert {row["environment"] for row in every(api, "fuyu", "/api/v1/resources/")} == {"dev"}
    assert {row["environment"] for row in every(api, "aiko", "/api/v1/resources/")} == {"prod"}
    assert {row["environment"] for row in every(api, "fuyu", "/api/v1/audit-events/")} == {"dev"}
    for kind in ("resources", "audit-events"):
        assert api("fuyu").get(f"/api/v1/{kind}/?environment=prod").json()["faults"] == {"environment": [NO_VALUE]}
    assert every(api, "fuyu", "/api/v1/audit-events/?verb=auth.signed_in") == []


@pytest.mark.usefixtures("estate")
def test_a_resource_of_another_environment_is_not_found(api: Client) -> None:
    hidden = Resource.objects.filter(environment__slug="prod").latest("id")
    refused = api("fuyu").get(f"/api/v1/resources/{hidden.pk}/")
    assert (refused.status_code, set(refused.json())) == (404, {"code", "sentence"})
    shown = api("aiko").get(f"/api/v1/resources/{hidden.pk}/")
    assert shown.json()["document"] == {"Secret": 1}


def test_a_run_of_another_environment_is_not_found(
    api: Client, people: dict[str, User], prod: Environment, aws: Account
) -> None:
    run = started(people, prod, aws)
    assert api("fuyu").get(f"/api/v1/runs/{run.pk}/").status_code == 404
    assert api("fuyu").post(f"/api/v1/runs/{run.pk}/cancel/", {}, format="json").status_code == 404
    assert [row["reference"] for row in every(api, "aiko", "/api/v1/runs/?state=queued")] == [run.reference]
    run.refresh_from_db()
    assert not run.cancel_requested


FREE = {"person", "subject", "text", "state of a resource"}


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/api/v1/change-requests/", ("state", "environment")),
        ("/api/v1/runs/", ("state", "environment")),
        ("/api/v1/audit-events/", ("person", "environment", "subject", "verb")),
        ("/api/v1/resources/", ("text", "environment", "type", "state")),
    ],
)
def test_filters_take_any_text_as_text_and_no_value_that_there_is_not(
    api: Client, address: str, names: tuple[str, ...]
) -> None:
    client = api("goro")
    for name, text in product(names, INJECTIONS):
        answer = client.get(address, {name: text})
        if name in FREE or (name, address) == ("state", "/api/v1/resources/"):
            assert answer.status_code == 200
            assert answer.json()["results"] == [] or text == "\x00", (name, text)
        else:
            assert (answer.status_code, answer.json()["faults"]) == (400, {name: [NO_VALUE]}), text


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


BROKEN = [
    "x",
    "é",
    "' OR 1=1 --",
    "=" * 9000,
    cursor(),
    cursor("f", []),
    cursor("f", ["x", "y"]),
    cursor("f", ["2026-01-01", "1; DROP TABLE x"]),
    cursor("f", [{"__class__": 1}, 1]),
    cursor("f", ["\x00", 1]),
    cursor("f", [None]),
    cursor("f", ["x"]),
    cursor("f", [[1], [2]]),
    cursor("f", [True, True]),
    cursor("f", [2**63]),
    cursor("f", [-(2**63) - 1]),
    cursor("x", [1]),
    cursor("b", [1]),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    base64.urlsafe_b64encode(b"[" * 3000).decode(),
]


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize("address", ["/api/v1/resources/", "/api/v1/audit-events/", "/api/v1/change-requests/"])
def test_a_broken_cursor_is_said_to_be_broken(api: Client, address: str) -> None:
    client = api("goro")
    assert client.get("/api/v1/change-requests/", {"cursor": cursor("f", [2**63 - 1])}).status_code == 200
    for text in BROKEN:
        answer = client.get(address, {"cursor": text})
        assert (answer.status_code, list(answer.json().get("faults", []))) == (400, ["cursor"]), text


UNKNOWN = ["environment__account__id=1", "ordering=password", "fields=external_id", "expand=environment", "id__gt=0"]


@pytest.mark.usefixtures("estate")
def test_parameters_that_are_not_known_are_refused(api: Client, people: dict[str, User]) -> None:
    draft(people["aiko"], Environment.objects.get(slug="prod"))
    for kind, query in product(("change-requests", "resources"), UNKNOWN):
        asked = api("aiko").get(f"/api/v1/{kind}/?{query}")
        assert (asked.status_code, list(asked.json()["faults"])) == (400, [query.split("=")[0]])
        assert "There is no such filter. There are " in asked.json()["faults"][query.split("=")[0]][0]


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("change-requests", "stat=approved"),
        ("change-requests", "state=aproved"),
        ("runs", "state=done"),
        ("audit-events", "verb=change_request.propsed"),
        ("resources", "type=AWS::EC2::Instnce"),
    ],
)
def test_a_misspelt_filter_or_value_does_not_give_everything(api: Client, address: str, query: str) -> None:
    answer = api("goro").get(f"/api/v1/{address}/?{query}")
    assert (answer.status_code, list(answer.json()["faults"])) == (400, [query.split("=")[0]])


def test_the_subject_of_an_event_is_the_whole_of_it(api: Client, people: dict[str, User], prod: Environment) -> None:
    first = draft(people["aiko"], prod)
    other = draft(people["aiko"], prod)
    assert other.reference != first.reference
    for subject, found in ((first.reference, {first.reference}), (first.reference[:-1] or "CR", set())):
        rows = every(api, "aiko", f"/api/v1/audit-events/?subject={subject}")
        assert {row["subject"] for row in rows} == found


def test_an_event_reads_as_a_sentence(api: Client, people: dict[str, User], prod: Environment) -> None:
    draft(people["aiko"], prod)
    event = api("aiko").get("/api/v1/audit-events/").json()["results"][0]
    assert event["sentence"] == f"proposed {event['subject']}"
    assert len(event["hash"]) == 64


def test_the_committed_schema_is_current(settings: Any, tmp_path: Path) -> None:
    settings.SESSION_COOKIE_NAME = "__Host-ringi_session"
    written = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(written))
    assert written.read_text() == Path("docs/openapi.yaml").read_text()
