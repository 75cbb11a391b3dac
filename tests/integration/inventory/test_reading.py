"""Reading the estate: what is kept, what counts as changed, and what failures touch."""

import os
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from apps.audit.models import Event
from apps.aws.gateway import AwsError, ErrorKind
from apps.environments import gateways
from apps.environments.models import Environment
from apps.inventory import commands, queries, tasks
from apps.inventory import scan as scans
from apps.inventory.models import Resource, ResourceVersion, ScanState, TypeScan
from apps.people.models import User
from apps.planning.plan import Observation
from apps.refusal import Refused
from tests.integration.estate import RDS, TOKYO, denied
from tests.integration.flow import make_environment, make_people

BUCKET = "AWS::S3::Bucket"


def seen(name: str, **more: Any) -> Observation:
    document: Mapping[str, Any] = {"DBInstanceClass": "db.r6g.large", "Tags": [{"Key": "owner", "Value": "Payments"}]}
    return replace(Observation(RDS, TOKYO, name, name, f"arn:{name}", "available", document), **more)


class Listing:
    """A gateway that lists what the test says, or raises."""

    def __init__(self, *found: Observation, error: Exception | None = None) -> None:
        self.found, self.error = found, error
        self.skipped: list[int] = []

    def list(self, type_name: str, region: str, skip: Collection[str] = ()) -> Iterator[Observation]:
        self.skipped.append(len(skip))
        yield from (each for each in self.found if each.identifier not in skip)
        if self.error:
            raise self.error

    def open(self, environment: Environment, session_name: str) -> Any:
        return self


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return make_people()


@pytest.fixture
def prod(people: dict[str, User]) -> Environment:
    return make_environment()


def read(environment: Environment, listing: Listing, type_name: str = RDS, **more: Any) -> TypeScan:
    commands.request_refresh(by=None, environment=environment, types=[type_name])
    row = TypeScan.objects.get(environment=environment, type=type_name)
    scans.scan(scan_id=row.pk, open_reader=listing.open, **more)
    row.refresh_from_db()
    return row


def names(rows: Iterable[Resource]) -> list[str]:
    return [row.name for row in rows]


def test_what_is_listed_is_kept_with_its_first_version(prod: Environment) -> None:
    row = read(prod, Listing(seen("a"), seen("b")))
    assert (row.state, row.count, row.error) == (ScanState.DONE, 2, "")
    kept = Resource.objects.get(identifier="a")
    assert (kept.name, kept.arn, kept.status, kept.gone_at) == ("a", "arn:a", "available", None)
    assert kept.search == "a a arn:a aws::rds::dbinstance owner=payments"
    assert [version.cause for version in queries.versions(kept)] == ["refresh"]


def test_a_version_is_added_only_when_the_document_changes(prod: Environment) -> None:
    read(prod, Listing(seen("a")))
    read(prod, Listing(seen("a", status="modifying")))
    read(prod, Listing(seen("a", document=dict(reversed(seen("a").document.items())))))
    assert ResourceVersion.objects.count() == 1
    read(prod, Listing(seen("a", document={"DBInstanceClass": "db.r6g.xlarge"})))
    newest, oldest = queries.versions(Resource.objects.get())
    assert newest.document == {"DBInstanceClass": "db.r6g.xlarge"}
    assert oldest.document["DBInstanceClass"] == "db.r6g.large"


def test_what_a_complete_list_no_longer_has_is_gone_and_may_come_back(prod: Environment) -> None:
    read(prod, Listing(seen("a"), seen("b")))
    read(prod, Listing(seen("b")))
    assert names(queries.search(queries.Wanted(), None)) == ["b"]
    assert names(queries.search(queries.Wanted(state="gone"), None)) == ["a"]
    read(prod, Listing(seen("a"), seen("b")))
    assert names(queries.search(queries.Wanted(), None)) == ["a", "b"]
    assert ResourceVersion.objects.count() == 2


def test_a_list_that_breaks_off_touches_nothing_and_says_why(prod: Environment) -> None:
    read(prod, Listing(seen("a"), seen("b")))
    row = read(prod, Listing(seen("a", status="deleting"), error=denied()))
    assert (row.state, row.error_code) == (ScanState.FAILED, "AccessDenied")
    assert row.error == denied().sentence
    assert row.count == 2
    assert names(queries.search(queries.Wanted(), None)) == ["a", "b"]
    assert Resource.objects.get(identifier="a").status == "available"


def test_a_failed_type_leaves_the_others_alone_and_recovers(prod: Environment) -> None:
    read(prod, Listing(error=denied()))
    bucket = Observation(BUCKET, TOKYO, "models", "models", "", "", {})
    assert read(prod, Listing(bucket), BUCKET).state == ScanState.DONE
    assert queries.readings([prod])[prod.pk].failed == 1
    row = read(prod, Listing(seen("a")))
    assert (row.state, row.error, row.error_code) == (ScanState.DONE, "", "")


@pytest.mark.parametrize("document", [{"Name": "a\x00b"}, {"Name": "\ud800"}, {"Ratio": float("nan")}])
def test_a_document_that_can_not_be_kept_fails_its_type_only(prod: Environment, document: dict[str, Any]) -> None:
    row = read(prod, Listing(seen("a"), seen("b", document=document)))
    assert row.state == ScanState.FAILED
    assert row.error == scans.UNFIT
    assert not Resource.objects.exists()


def test_a_property_that_could_not_be_read_keeps_its_last_value(prod: Environment) -> None:
    read(prod, Listing(seen("a")))
    partly = seen("a", document={"DBInstanceClass": "db.r6g.large"}, unread={"Tags": "The role may not read it."})
    read(prod, Listing(partly))
    assert Resource.objects.get().document == seen("a").document
    assert ResourceVersion.objects.count() == 1


def test_what_a_run_saw_later_is_not_overwritten_by_a_list_begun_before(prod: Environment) -> None:
    begun = timezone.now()
    for name in ("resized", "created"):
        after = seen(name, document={"DBInstanceClass": "db.r6g.xlarge"})
        commands.record_observation(
            environment=prod, observation=after, cause="CR-7/run 1", now=begun + timedelta(seconds=5)
        )
    read(prod, Listing(seen("resized")), now=begun)
    resized, created = Resource.objects.get(name="resized"), Resource.objects.get(name="created")
    assert resized.document == {"DBInstanceClass": "db.r6g.xlarge"}
    assert created.gone_at is None
    assert [v.cause for v in queries.versions(resized)] == ["CR-7/run 1"]


def test_a_long_list_is_read_in_slices_and_only_its_end_says_what_is_gone(prod: Environment) -> None:
    read(prod, Listing(seen("gone")))
    listing = Listing(*(seen(f"db-{n:03}") for n in range(120)))
    commands.request_refresh(by=None, environment=prod, types=[RDS])
    row = TypeScan.objects.get()
    for state, kept in ((ScanState.QUEUED, 50), (ScanState.QUEUED, 100), (ScanState.DONE, 120)):
        assert Resource.objects.get(identifier="gone").gone_at is None
        scans.scan(scan_id=row.pk, open_reader=listing.open, seconds=0 if state == ScanState.QUEUED else 60)
        row.refresh_from_db()
        assert row.state == state
        assert Resource.objects.exclude(identifier="gone").count() == kept
    assert listing.skipped == [0, 50, 100]
    assert Resource.objects.get(identifier="gone").gone_at is not None
    assert (row.count, row.seen, row.begun_at, row.tries) == (120, [], None, 0)


def test_a_slice_whose_worker_dies_is_taken_up_where_it_stopped_and_given_up_in_the_end(prod: Environment) -> None:
    listing = Listing(*(seen(f"db-{n:03}") for n in range(60)))
    commands.request_refresh(by=None, environment=prod, types=[RDS])
    row = TypeScan.objects.get()
    scans.scan(scan_id=row.pk, open_reader=listing.open, seconds=0)
    killed = {"state": ScanState.RUNNING, "started_at": timezone.now() - timedelta(hours=1)}
    for tries in (1, 2):
        TypeScan.objects.update(**killed, tries=tries)
        tasks.sweep()
        row.refresh_from_db()
        assert (row.state, len(row.seen)) == (ScanState.QUEUED, 50)
    TypeScan.objects.update(**killed, tries=3)
    tasks.sweep()
    row.refresh_from_db()
    assert (row.state, row.error_code) == (ScanState.FAILED, "interrupted")
    assert "interrupted 3 times" in row.error
    assert Resource.objects.count() == 50
    assert read(prod, listing).state == ScanState.DONE


def test_environments_of_one_account_keep_their_tagged_resources_only(people: dict[str, User]) -> None:
    dev, stg = make_environment("dev", "env=dev"), make_environment("stg", "env=stg")
    both = Listing(
        *(seen(n, document={"Tags": [{"Key": "env", "Value": n}]}) for n in ("dev", "stg")), seen("untagged")
    )
    for environment in (dev, stg):
        assert read(environment, both).count == 1
        assert names(Resource.objects.filter(environment=environment)) == [environment.slug]


def test_a_second_message_for_the_same_reading_does_nothing(prod: Environment) -> None:
    row = read(prod, Listing(seen("a")))
    scans.scan(scan_id=row.pk, open_reader=Listing().open)
    scans.scan(scan_id=999_999, open_reader=Listing().open)
    assert Resource.objects.get().gone_at is None


def test_a_reading_under_way_is_not_begun_again(prod: Environment) -> None:
    row = read(prod, Listing())
    TypeScan.objects.filter(pk=row.pk).update(state=ScanState.RUNNING)
    commands.request_refresh(by=None, environment=prod, types=[RDS])
    row.refresh_from_db()
    assert row.state == ScanState.RUNNING


def test_a_reading_whose_worker_died_is_taken_up_again(prod: Environment) -> None:
    row = read(prod, Listing())
    long_ago = timezone.now() - timedelta(hours=1)
    TypeScan.objects.filter(pk=row.pk).update(state=ScanState.RUNNING, started_at=long_ago)
    tasks.sweep()
    scans.scan(scan_id=row.pk, open_reader=Listing(seen("a")).open)
    assert names(Resource.objects.all()) == ["a"]


def test_asking_queues_every_type_of_every_region_and_rings_on_commit(
    people: dict[str, User], prod: Environment, django_capture_on_commit_callbacks: Any
) -> None:
    prod.regions = [TOKYO, "us-west-2"]
    prod.save()
    with django_capture_on_commit_callbacks() as bells:
        commands.request_refresh(by=people["emi"], environment=prod)
    expected = sum(1 if native.everywhere else 2 for native in commands.BY_NAME.values())
    assert TypeScan.objects.filter(state=ScanState.QUEUED).count() == len(bells) == expected
    assert TypeScan.objects.filter(region=TOKYO).count() == len(commands.BY_NAME)
    progress = queries.readings([prod])[prod.pk]
    assert (progress.done, progress.total) == (0, len(bells))
    assert Event.objects.get(verb="inventory.refresh_requested").actor == "emi"


@pytest.mark.parametrize(
    ("person", "changed", "types", "code"),
    [
        ("stranger", {}, None, "role"),
        ("aiko", {"enabled": False}, None, "disabled"),
        ("aiko", {}, ["AWS::No::Such"], "type"),
        ("aiko", {}, [RDS, "'; DROP TABLE x"], "type"),
    ],
)
def test_what_may_not_be_read_is_refused(
    people: dict[str, User], prod: Environment, person: str, changed: dict[str, Any], types: list[str] | None, code: str
) -> None:
    User.objects.create_user("stranger", full_name="A Stranger")
    for name, value in changed.items():
        setattr(prod, name, value)
    with pytest.raises(Refused) as refused:
        commands.request_refresh(by=User.objects.get(username=person), environment=prod, types=types)
    assert refused.value.refusal.code == code
    assert not TypeScan.objects.exists()


def test_a_role_that_can_not_be_assumed_is_said_at_every_type(prod: Environment) -> None:
    def closed(environment: Environment, session_name: str) -> Any:
        raise AwsError(ErrorKind.UNASSUMABLE, "The role can't be assumed. Check its trust policy.")

    commands.request_refresh(by=None, environment=prod)
    for row in TypeScan.objects.all():
        scans.scan(scan_id=row.pk, open_reader=closed)
    assert set(TypeScan.objects.values_list("state", "error")) == {
        (ScanState.FAILED, "The role can't be assumed. Check its trust policy.")
    }


def test_every_word_of_a_search_must_occur_and_signs_are_plain_text(prod: Environment) -> None:
    odd = seen("odd", document={"Tags": [{"Key": "share", "Value": "100%_\\done"}]})
    read(prod, Listing(seen("orders"), seen("users"), odd))

    def found(text: str) -> list[str]:
        return names(queries.search(queries.Wanted(text=text), None))

    assert found("ORDERS dbinstance") == ["orders"]
    assert found("orders users") == []
    assert found("owner=payments") == ["orders", "users"]
    assert found("100%_\\d") == ["odd"]
    assert found("%") == found("_") == found("\\") == ["odd"]
    assert found("' OR 1=1 --") == []


def test_the_real_endpoint_is_read_through_the_environments_read_role(
    prod: Environment, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setitem(os.environ, "AWS_ACCESS_KEY_ID", "ringi")
    monkeypatch.setitem(os.environ, "AWS_SECRET_ACCESS_KEY", "ringi")
    settings.RINGI_AWS_ENDPOINT_URL, settings.RINGI_PROCESS = f"http://127.0.0.1:{server.port}", "executor"
    gateways.factory.cache_clear()
    try:
        writer = gateways.writer(prod, "ringi-test")
        writer.execute("s3", "create_bucket", "us-east-1", {"Bucket": "models-of-prod"}, {})
        prod.regions = ["us-east-1"]
        prod.save()
        commands.request_refresh(by=None, environment=prod, types=[BUCKET])
        tasks.scan(TypeScan.objects.get().pk)
        assert TypeScan.objects.get().error == ""
        assert names(Resource.objects.all()) == ["models-of-prod"]
    finally:
        gateways.factory.cache_clear()
        server.shutdown()
