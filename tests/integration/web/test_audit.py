"""The audit log: who reads what, filters, pages and exports."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from apps.audit import queries
from apps.audit.log import record
from apps.audit.models import Event, Verification
from apps.audit.verification import carry_on
from apps.people.models import User
from tests.integration.audit.test_chain import tamper
from tests.integration.web.conftest import SignIn


def write(by: User, verb: str, subject: str, environment: str, stream: str = "") -> None:
    with transaction.atomic():
        record(
            stream=stream or subject,
            verb=verb,
            by=by,
            subject=subject,
            environment=environment,
            data={"title": "=1+1"},
            now=timezone.now(),
        )


@pytest.fixture
def log(people: dict[str, User]) -> None:
    write(people["aiko"], "change_request.submitted", "CR-1", "dev")
    write(people["ben"], "review.approved", "CR-1", "dev")
    write(people["aiko"], "change_request.submitted", "CR-2", "prod")
    write(people["goro"], "account.connected", "111111111111", "", "administration")


def subjects(sign_in: SignIn, reader: str, wanted: dict[str, str] | None = None) -> list[str]:
    """What the reader finds, without the sign-ins that these tests make themselves."""
    rows = sign_in(reader).get("/audit/", wanted or {}).context["page"].rows
    return [f"{row.verb} {row.subject}" for row in rows if not row.verb.startswith("auth.")]


@pytest.mark.usefixtures("log")
def test_auditors_read_everything_newest_first(sign_in: SignIn) -> None:
    assert subjects(sign_in, "emi") == [
        "account.connected 111111111111",
        "change_request.submitted CR-2",
        "review.approved CR-1",
        "change_request.submitted CR-1",
    ]


@pytest.mark.usefixtures("log")
def test_others_read_the_events_of_their_environments(sign_in: SignIn) -> None:
    assert subjects(sign_in, "ben") == ["review.approved CR-1", "change_request.submitted CR-1"]
    assert len(subjects(sign_in, "aiko")) == 3


@pytest.mark.usefixtures("log", "environments")
@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"person": "ben"}, 1),
        ({"environment": "prod"}, 1),
        ({"verb": "change_request.submitted"}, 2),
        ({"subject": "cr-1"}, 2),
        ({"person": "aiko", "environment": "dev"}, 1),
        ({"person": "' OR 1=1 --"}, 4),
    ],
)
def test_filters_narrow_the_log(sign_in: SignIn, wanted: dict[str, str], count: int) -> None:
    assert len(subjects(sign_in, "emi", wanted)) == count


@pytest.mark.usefixtures("log")
def test_dates_include_their_day(sign_in: SignIn) -> None:
    today = Event.objects.latest("at").at.date()
    assert len(subjects(sign_in, "emi", {"since": str(today), "until": str(today)})) == 4
    assert subjects(sign_in, "emi", {"until": str(today - timedelta(days=1))}) == []
    assert subjects(sign_in, "emi", {"since": str(today + timedelta(days=1))}) == []


def test_pages_keep_their_filters_and_miss_nothing(sign_in: SignIn, people: dict[str, User]) -> None:
    for number in range(230):
        write(people["aiko"], "change_request.edited", f"CR-{number}", "dev")
    write(people["ben"], "review.approved", "CR-1", "dev")
    client, address, seen = sign_in("emi"), "/audit/?person=aiko", []
    while address:
        page = client.get(address).context["page"]
        seen += [event.pk for event in page.rows]
        address = page.next_url and "/audit/" + page.next_url
    assert len(seen) == len(set(seen)) == 230
    assert seen == sorted(seen, reverse=True)


@pytest.mark.usefixtures("log")
def test_the_csv_holds_what_the_filter_shows_with_formulas_disarmed(sign_in: SignIn, people: dict[str, User]) -> None:
    write(people["aiko"], "change_request.submitted", '=HYPERLINK("http://x")', "dev")
    answer = sign_in("ben").get("/audit/export.csv")
    rows = list(csv.DictReader(b"".join(answer).decode().splitlines()))
    assert [row["environment"] for row in rows] == ["dev"] * 3
    assert rows[0]["subject"] == '\'=HYPERLINK("http://x")'
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ringi-audit-')


@pytest.mark.usefixtures("log")
def test_json_lines_hold_one_event_each(sign_in: SignIn) -> None:
    answer = sign_in("emi").get("/audit/export.jsonl", {"subject": "CR-1"})
    events = [json.loads(line) for line in b"".join(answer).splitlines()]
    assert [event["verb"] for event in events] == ["review.approved", "change_request.submitted"]
    assert all(len(event["hash"]) == 64 and event["text"] for event in events)


@pytest.mark.usefixtures("log")
def test_a_verification_shows_how_far_it_has_come_and_what_came_of_it(sign_in: SignIn) -> None:
    emi = sign_in("emi")
    assert "Never verified" in emi.get("/audit/verifications/").text
    page = emi.post("/audit/verify/", follow=True).text
    assert "0 of 5" in page
    assert 'hx-trigger="every 2s"' in page
    assert emi.get("/audit/verifications/newest/").status_code == 200
    carry_on(verification_id=Verification.objects.get().pk)
    done = emi.get("/audit/verifications/newest/")
    assert done.status_code == 286
    assert "6 events in 5 streams, every chain is whole." in done.text


@pytest.mark.usefixtures("log")
def test_findings_of_a_verification_stand_on_its_page(sign_in: SignIn) -> None:
    tamper("UPDATE audit_event SET actor = 'ben' WHERE subject = 'CR-2'")
    emi = sign_in("emi")
    emi.post("/audit/verify/")
    carry_on(verification_id=Verification.objects.get().pk)
    page = emi.get("/audit/verifications/").text
    assert "1 finding in 6 events." in page
    assert "CR-2 #1: the shown actor is not what was recorded" in page


def test_only_readers_of_the_whole_log_verify_it(sign_in: SignIn) -> None:
    assert sign_in("aiko").post("/audit/verify/").status_code == 403
    assert sign_in("aiko").get("/audit/verifications/").status_code == 403
    assert sign_in("aiko").get("/audit/verifications/newest/").status_code == 403
    assert sign_in("emi").get("/audit/verify/").status_code == 405


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cr-1", {"CR-1"}),
        ("r-", {"CR-1", "CR-2"}),
        ("1111", {"111111111111"}),
        ("東京", {"東京のVPC"}),
        ("のv", {"東京のVPC"}),
        ("京", {"東京のVPC"}),
    ],
)
def test_a_part_of_a_subject_is_found_in_any_case_and_script(
    sign_in: SignIn, people: dict[str, User], text: str, found: set[str]
) -> None:
    write(people["aiko"], "change_request.submitted", "東京のVPC", "dev")
    assert {said.split()[-1] for said in subjects(sign_in, "emi", {"subject": text})} == found


def test_a_search_uses_its_index(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    rows = queries.events(queries.Wanted(text="orders"), None, whole=True)
    assert "audit_search" in rows.order_by().explain()
    assert "audit_search" in queries.events(queries.Wanted(text="東京"), None, whole=True).order_by().explain()


@pytest.mark.usefixtures("people")
def test_days_and_times_are_those_of_the_reader(sign_in: SignIn, people: dict[str, User]) -> None:
    at = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)  # the 29th in Tokyo
    with time_machine.travel(at, tick=False):
        write(people["aiko"], "change_request.submitted", "CR-1", "dev")
    client = sign_in("emi")
    wanted = {"since": "2026-11-29", "until": "2026-11-29", "verb": "change_request.submitted"}
    assert client.get("/audit/", wanted).context["page"].rows == []
    client.cookies["ringi_zone"] = "Asia%2FTokyo"
    answer = client.get("/audit/", wanted)
    assert [row.subject for row in answer.context["page"].rows] == ["CR-1"]
    page = answer.content.decode()
    assert "From (Asia/Tokyo)" in page
    assert "2026-11-29 01:30:00" in page
    client.cookies["ringi_zone"] = "../../etc/passwd"
    assert "From (UTC)" in client.get("/audit/").content.decode()


@pytest.mark.usefixtures("databases")
def test_programs_read_utc_whatever_the_zone(sign_in: SignIn) -> None:
    client = sign_in("aiko")
    client.cookies["ringi_zone"] = "Asia%2FTokyo"
    [row, *_] = client.get("/api/v1/resources/").json()["results"]
    assert row["observed_at"].endswith("Z")
