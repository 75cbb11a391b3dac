"""The documents, followed to the letter on the servers of this machine: first start, first change, and what goes wrong.

`make test-deployment` runs it and writes what it did into .build/deployment.txt.
"""

import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import requests

from apps.sandbox import estate
from apps.sandbox.endpoint.remote import ask
from tests.deployment.cluster import BINARIES, Cluster
from tests.deployment.installation import REDIS, SERVICES, Installation, installation
from tests.deployment.person import PASSWORD, Team, Visitor, link_in
from tests.integration.deployment import nginx
from tests.integration.deployment.compose import ROOT
from tests.waiting import until

LACKING = [
    name for name, found in (("PostgreSQL", BINARIES), ("Redis", REDIS), ("nginx", nginx.NGINX)) if found is None
]
pytestmark = [
    pytest.mark.deployment,
    pytest.mark.skipif(
        bool(LACKING), reason=f"Not on this machine: {', '.join(LACKING)}. apt-get install postgresql redis nginx"
    ),
]
OPERATIONS = (ROOT / "docs/operations.md").read_text()
DATABASE = "orders-stg"
SILENT = {"kind": "timeout", "service": "rds", "operation": "ModifyDBInstance", "when": "after", "seconds": 30}


@pytest.fixture
def site() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="ringi-site-"))
    folder.chmod(0o755)
    try:
        with installation(folder) as it:
            yield it
            (ROOT / ".build").mkdir(exist_ok=True)
            (ROOT / ".build/deployment.txt").write_text("\n".join(it.lines) + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_deployment_from_its_first_start_to_its_upgrade(site: Installation) -> None:
    first_start(site)
    goro = Visitor(site.url, "goro", site.secrets).sign_in()
    connect(site, goro)
    team = people(site, goro)
    first_change(site, team)
    for service in ("web", "planner", "reader", "beat"):
        killed(site, team, service)
    killed_in_a_call(site, team)
    without_redis(site, team)
    database_restarted(site, team)
    web_replaced(site, team)
    secrets_renewed(site, team)
    restored(site, team)
    upgraded(site, team)
    sizes(site)


def documented(words: str) -> str:
    """The command of docs/operations.md that has those words, without what stands before `exec web` and the like."""
    found = re.search(rf"^docker compose exec (?:-T )?\w+ (.*{words}.*?)(?: [<>] .*)?$", OPERATIONS, re.MULTILINE)
    assert found, words
    return found[1]


def first_start(site: Installation) -> None:
    site.roles()
    site.manage("collectstatic", "--noinput", "-v0")
    site.services.start("migrate")
    assert site.services.started.pop("migrate").wait() == 0, site.services.log("migrate").read_text()
    site.start_doorbell()
    keys = ask(site.aws, "seed", seconds=300)
    for name in ("planner", "executor"):
        lines = "".join(f"{key.lower()} = {value}\n" for key, value in keys[name].items())
        (site.secrets / f"{name}_aws").write_text(f"[default]\n{lines}")
    site.start(*SERVICES)
    site.say("first start: roles, tables, every service is healthy")
    words = ("create_administrator", "goro", "Goro Hayashi", "goro@example.com")
    site.manage(*words, typed=PASSWORD.format("goro") + "\n")


def connect(site: Installation, goro: Visitor) -> None:
    """An account and an environment, whose test finds nothing lacking, and a reading."""
    [size] = [each for each in estate.SIZES if each.slug == "stg"]
    goro.fill("/settings/accounts/", number=size.account, name="Kumo ML")
    account = re.search(r'<option value="(\d+)"', goro.get("/settings/environments/new/").text)
    assert account
    goro.fill(
        "/settings/environments/new/", slug="stg", name="Staging", account=account[1], regions=size.region,
        read_role_arn=estate.read_role(size), write_role_arn=estate.write_role(size),
        external_id=estate.EXTERNAL_ID, resource_tag="env=stg", enabled="on",
    )  # fmt: skip
    until(lambda: connection(goro).count("Nothing is missing") == 3, lambda: connection(goro))
    site.say("an account and an environment are connected, and the test of the connection finds nothing lacking")
    goro.fill("/environments/stg/", "/refresh/")
    until(lambda: bool(goro.api("resources/?text=" + DATABASE)["results"]))
    site.say("the environment is read")


def connection(goro: Visitor) -> str:
    """What the three ways into the environment say."""
    return re.sub(r"<[^>]+>|\s+", " ", goro.get("/settings/environments/stg/").text.partition('id="connection"')[2])


def people(site: Installation, goro: Visitor) -> Team:
    """aiko is invited; goro reviews on this first day, on which nobody who was just invited does."""
    page = goro.fill("/settings/people/", username="aiko", full_name="Aiko Mori", email="aiko@example.com")
    aiko, password = Visitor(site.url, "aiko", site.secrets), PASSWORD.format("aiko")
    aiko.fill(link_in(page.text), password1=password, password2=password)
    for name, role in (("Aiko", "requester"), ("Goro", "reviewer")):
        person = re.search(rf'<option value="(\d+)"[^>]*>{name}', goro.get("/settings/people/").text)
        assert person
        goro.fill("/settings/people/", "/roles/", person=person[1], role=role, environment="stg")
    return Team(aiko.sign_in(), goro)


def first_change(site: Installation, team: Team) -> None:
    before = site.made("ModifyDBInstance")
    team.change("stg", DATABASE, MaxAllocatedStorage=300)
    assert site.made("ModifyDBInstance") == before + 1
    site.say("the first change is proposed, planned, approved by somebody else, and applied")


def killed(site: Installation, team: Team, service: str) -> None:
    """What it had begun is done once it is back. Of `web` there are two, and nobody waits."""
    if service == "web":
        site.services.kill("web")
        for _ in range(20):
            team.aiko.get("/")
        site.start_again("web")
        site.say("web killed: the other one answers, 20 of 20")
        return
    pk = team.propose("stg", DATABASE, BackupRetentionPeriod=days(team))["id"]
    site.services.kill(service)
    if service == "planner":
        team.aiko.api(f"change-requests/{pk}/submit/", edition=team.request(pk)["edition"])
        time.sleep(1)
        assert team.request(pk)["state"] == "planning"
    site.start_again(service)
    if service == "planner":
        until(lambda: team.request(pk)["state"] == "in_review", lambda: str(team.request(pk)))
        found = team.request(pk)
        team.goro.api(f"change-requests/{pk}/approve/", digest=found["revision"]["digest"], edition=found["edition"])
    else:
        team.approved(pk)
    assert team.ended(team.start(pk))["state"] == "succeeded"
    site.say(f"{service} killed and started: a change is applied")


def days(team: Team) -> int:
    """Another number of days than there is now."""
    [row] = team.aiko.api(f"resources/?text={DATABASE}&type=AWS::RDS::DBInstance")["results"]
    return int(team.aiko.api(f"resources/{row['id']}/")["document"]["BackupRetentionPeriod"]) % 30 + 1


def killed_in_a_call(site: Installation, team: Team) -> None:
    """The executor dies after AWS took the call and before it answered."""
    pk = team.propose("stg", DATABASE, MaxAllocatedStorage=310)["id"]
    team.approved(pk)
    before = site.made("ModifyDBInstance")
    ask(site.aws, "state", {"faults": [SILENT]})
    run = team.start(pk)
    until(lambda: site.made("ModifyDBInstance") > before)
    site.services.kill("executor")
    site.start_again("executor")
    assert team.ended(run)["state"] == "succeeded"
    assert site.made("ModifyDBInstance") == before + 1
    site.say("executor killed in the middle of a call: found done by the next one, made once")


def without_redis(site: Installation, team: Team) -> None:
    site.services.kill("redis")
    pk = team.propose("stg", DATABASE, MaxAllocatedStorage=320)["id"]
    team.aiko.api(f"change-requests/{pk}/submit/", edition=team.request(pk)["edition"])
    assert team.request(pk)["state"] == "planning"
    site.start_doorbell()
    until(lambda: team.request(pk)["state"] == "in_review", lambda: str(team.request(pk)))
    found = team.request(pk)
    team.goro.api(f"change-requests/{pk}/approve/", digest=found["revision"]["digest"], edition=found["edition"])
    assert team.ended(team.start(pk))["state"] == "succeeded"
    site.say("Redis away: a request is proposed and submitted; Redis back: it is planned, approved and applied")


def database_restarted(site: Installation, team: Team) -> None:
    pk = team.propose("stg", DATABASE, MaxAllocatedStorage=330)["id"]
    team.approved(pk)
    run = team.start(pk)
    site.cluster.stop("immediate")
    answer = team.aiko.session.get(f"{site.url}/runs/")
    assert answer.status_code in {500, 503}, answer.status_code
    site.cluster.start()
    until(lambda: team.aiko.session.get(f"{site.url}/runs/").status_code == 200)
    assert team.ended(run)["state"] == "succeeded"
    site.say("PostgreSQL ended at once under a run and started again: the run succeeds")


@contextmanager
def load(team: Team, answers: list[tuple[int, float]]) -> Iterator[None]:
    """Four people who read and comment all the time; the code and the seconds of every answer."""
    done = threading.Event()
    pk = team.propose("stg", DATABASE, MaxAllocatedStorage=999)["id"]

    visitors = [
        Visitor(team.aiko.url, "aiko", team.aiko.secrets, f"127.0.1.{number}").sign_in() for number in range(1, 5)
    ]

    def ask_on(visitor: Visitor) -> None:
        headers = {"X-CSRFToken": visitor.session.cookies["__Host-ringi_csrf"], "Referer": visitor.url}
        comment = f"{visitor.url}/api/v1/change-requests/{pk}/comment/"
        while not done.is_set():
            for send in (
                partial(visitor.session.get, f"{visitor.url}/runs/"),
                partial(visitor.session.post, comment, json={"text": "Still there?"}, headers=headers),
            ):
                began = time.monotonic()
                try:
                    code = send().status_code
                except requests.ConnectionError:
                    code = 0
                answers.append((code, time.monotonic() - began))

    threads = [threading.Thread(target=ask_on, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def web_replaced(site: Installation, team: Team) -> None:
    """One `web` after the other, under load. The resolver knows those that run, well or not, as an engine's does."""
    answers: list[tuple[int, float]] = []
    with load(team, answers):
        for _ in range(2):
            for each, host in zip(site.webs, list(site.there), strict=True):
                assert each.end("web") == 0
                site.there.remove(host)
                each.start("web")
                site.there.append(host)
                site.wait(each, "web")
            site.there.sort()
    assert [code for code, _ in answers if code not in {200, 201}] == []
    assert len(answers) > 50
    slowest = max(seconds for _, seconds in answers)
    site.say(
        f"both web replaced one after the other, twice, under load: 0 of {len(answers)} requests were lost, "
        f"the slowest took {slowest:.1f} s"
    )


def secrets_renewed(site: Installation, team: Team) -> None:
    """A new key keeps sessions by way of the old one; new passwords of the roles are those of the script."""
    old = (site.secrets / "secret_key").read_text().strip()
    (site.secrets / "secret_key_fallbacks").write_text(old + "\n")
    (site.secrets / "secret_key").write_text("k" * 30 + old[:40] + "\n")
    for name, url in (("owner", "database_owner_url"), ("application", "database_url")):
        password = (site.secrets / f"{name}_password").read_text().strip()
        (site.secrets / f"{name}_password").write_text(password[::-1] + "\n")
        path = site.secrets / url
        path.write_text(path.read_text().replace(password, password[::-1]))
    site.roles()
    site.stop(*reversed(SERVICES))
    site.start(*SERVICES)
    assert team.aiko.get("/").url.endswith("/")
    team.change("stg", DATABASE, MaxAllocatedStorage=340)
    site.say("new secret key and new passwords of the roles: nobody was signed out, a change is applied")


def restored(site: Installation, team: Team) -> None:
    """A backup, two changes that it does not know, and a new server with its content."""
    late = team.propose("stg", DATABASE, MaxAllocatedStorage=350)["id"]
    team.approved(late)
    dump = site.folder / "ringi.dump"
    site.administer(documented("pg_dump"), stdout=dump)
    run = team.ended(team.start(late))
    assert run["state"] == "succeeded"
    calls = site.made("ModifyDBInstance")
    site.stop(*reversed(SERVICES))
    site.cluster.stop()
    site.point_at(Cluster(site.folder / "another", site.cluster.password).make())
    site.roles()
    site.administer(documented("pg_restore"), stdin=dump)
    site.services.start("migrate")
    assert site.services.started.pop("migrate").wait() == 0
    site.start("web", "planner", "reader")
    assert "every chain is whole" in site.manage("verify_audit")
    site.start("executor", "beat")
    assert team.request(late)["state"] == "approved"
    again = team.ended(team.start(late))
    assert site.made("ModifyDBInstance") == calls
    site.say("restored into a new server: every chain is whole")
    site.say(f"what was applied after the backup is applied again: the run ends {again['state']}, and no call is made")


def upgraded(site: Installation, team: Team) -> None:
    """Tables that are older than the code: nothing works with them, `migrate` makes them new."""
    site.stop(*reversed(SERVICES))
    [app, name] = newest(site)
    site.manage("migrate", app, name, service="migrate")
    refused = site.services.once("executor", *("celery", "-q", "-A", "config", "worker", "-Q", "run"))
    assert refused.returncode == 3
    assert "The database lacks" in refused.stdout + refused.stderr
    site.services.start("migrate")
    assert site.services.started.pop("migrate").wait() == 0
    site.start(*SERVICES)
    team.change("stg", DATABASE, MaxAllocatedStorage=360)
    site.say("tables of an older version: refused in a sentence; migrated: a change is applied")


def newest(site: Installation) -> tuple[str, str]:
    """An app and the migration before its newest one, which can be taken back."""
    listed = site.manage("showmigrations", "runs", "--list", service="migrate")
    names = re.findall(r"\[X\] (\w+)", listed)
    return "runs", names[-2]


def sizes(site: Installation) -> None:
    held = {name: site.memory(name) for name in SERVICES}
    site.say("memory in MiB: " + ", ".join(f"{name} {size}" for name, size in held.items()))
    assert all(held.values())
