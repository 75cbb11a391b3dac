"""What a run costs beside a script that makes the same calls: `make bench-runs`.

The running demo against its own endpoint, where AWS itself takes no time. The script looks, changes and looks again,
with one client and without a word in any log. A database's status lags, so a run looks twice, some seconds apart: the
script waits for as long. Milliseconds and memory are of this machine; the ratio is measured in one run.
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import requests

from apps.sandbox.estate import PRODUCTION, TOKYO, Account
from tests.e2e.stack import Stack, running
from tests.waiting import until

DATABASES, QUEUES, REST, ROUNDS = 50, 30, 25, 3
PAUSE = 5.0  # `CONFIRM_SECONDS` of apps/runs/wait.py
RATIO, FIRST, DONE, MEMORY, GROWTH = 1.5, 80.0, 200.0, 130.0, 5.0
SLOW = ("rds", "redshift", "elasticache", "lambda", "eks", "ecs", "logs", "dynamodb")
SILENCE, PLANNED = 20.0, 2.0
Json = dict[str, Any]


class Person:
    """Somebody who is signed in and uses the API."""

    def __init__(self, stack: Stack, username: str) -> None:
        self.url, self.session = stack.url, requests.Session()
        self.session.get(f"{self.url}/").raise_for_status()
        self.session.post(f"{self.url}/demo/sign-in/", data={"username": username}, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"X-CSRFToken": self.session.cookies["ringi_csrf"], "Referer": self.url}

    def post(self, path: str, **values: Any) -> Json:
        answer = self.session.post(f"{self.url}/api/v1/{path}/", json=values, headers=self.headers)
        assert answer.ok, answer.text
        return answer.json()

    def get(self, path: str) -> Json:
        answer = self.session.get(f"{self.url}/api/v1/{path}/")
        assert answer.ok, answer.text
        return answer.json()


class Bench:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.account = Account(stack.aws, PRODUCTION, TOKYO)
        self.aiko, self.ben = Person(stack, "aiko"), Person(stack, "ben")
        stack.lab("state", settle=dict.fromkeys(stack.lab("state")["settle"], 0))

    def planned(self, title: str, changes: Sequence[Json]) -> tuple[Json, float]:
        """The request as it stands in review, and how long submitting and planning took, in seconds."""
        made = self.aiko.post("change-requests", environment="prod", title=title, reason="bench", changes=changes)
        began = time.perf_counter()
        self.aiko.post(f"change-requests/{made['id']}/submit", edition=made["edition"])
        latest: list[Json] = []

        def reviewed() -> bool:
            latest[:] = [self.aiko.get(f"change-requests/{made['id']}")]
            assert latest[0]["state"] != "draft", latest[0]["problems"]
            return latest[0]["state"] == "in_review"

        until(reviewed)
        return latest[0], time.perf_counter() - began

    def executed(self, request: Json) -> tuple[float, float]:
        """From the press until the first call of AWS, and until the run has ended, both in seconds."""
        digest = request["revision"]["digest"]
        self.ben.post(f"change-requests/{request['id']}/approve", digest=digest, edition=request["edition"])
        pressed = time.time()
        run = self.aiko.post(f"change-requests/{request['id']}/start", digest=digest)
        until(lambda: bool(self.aiko.get(f"runs/{run['id']}")["finished_at"]))
        ended = self.aiko.get(f"runs/{run['id']}")
        assert ended["state"] == "succeeded", ended
        session = f"ringi-{request['reference']}-1"
        first = next(call["at"] for call in self.stack.lab("state")["calls"] if call["session"].startswith(session))
        return first - pressed, seconds(ended["finished_at"]) - pressed

    def beside_readings(self) -> float:
        """How long planning takes, in seconds, while the lists of eight services give no answer."""
        [queue] = self.queues(1)
        silent = {"kind": "timeout", "operation": "*", "region": TOKYO, "seconds": SILENCE}
        self.stack.lab("state", faults=[silent | {"service": service} for service in SLOW])
        self.aiko.session.post(
            f"{self.aiko.url}/environments/prod/refresh/", headers=self.aiko.headers
        ).raise_for_status()
        until(lambda: len(self.silent()) < len(SLOW))
        taken = self.planned("One queue beside readings", [queue])[1]
        self.stack.lab("state", faults=[])
        return taken

    def silent(self) -> list[Json]:
        """The faults that wait for their call."""
        return [fault for fault in self.stack.lab("state")["faults"] if fault["times"]]

    def databases(self) -> list[Json]:
        rds = self.account.client("rds")
        for number in range(DATABASES):
            rds.create_db_instance(**database(number))
        return [
            change("AWS::RDS::DBInstance", name(number), "BackupRetentionPeriod", 1, 7) for number in range(DATABASES)
        ]

    def queues(self, count: int) -> list[Json]:
        sqs = self.account.client("sqs")
        urls = [sqs.create_queue(QueueName=f"bench-{time.time_ns()}", tags=TAGS)["QueueUrl"] for _ in range(count)]
        return [change("AWS::SQS::Queue", url, "DelaySeconds", 0, 5) for url in urls]

    def script_of_databases(self) -> float:
        """The same changes and back again by a script, in seconds for one way."""
        rds = self.account.client("rds")

        def look() -> None:
            for page in rds.get_paginator("describe_db_instances").paginate():
                assert page["DBInstances"]

        def act(days: int) -> None:
            look()
            for number in range(DATABASES):
                rds.modify_db_instance(
                    DBInstanceIdentifier=name(number), BackupRetentionPeriod=days, ApplyImmediately=True
                )
            look()

        look()
        return min(timed(partial(act, days)) for days in (6, 1))


TAGS = {"env": "prod"}


def name(number: int) -> str:
    return f"bench-{number:02}"


def database(number: int) -> Json:
    return {
        "DBInstanceIdentifier": name(number),
        "DBInstanceClass": "db.t3.micro",
        "Engine": "postgres",
        "AllocatedStorage": 20,
        "MasterUsername": "bench",
        "MasterUserPassword": "bench-bench",
        "BackupRetentionPeriod": 1,
        "Tags": [{"Key": "env", "Value": "prod"}],
    }


def change(type_name: str, identifier: str, prop: str, base: Any, wanted: Any) -> Json:
    return {
        "action": "update",
        "type": type_name,
        "region": TOKYO,
        "identifier": identifier,
        "name": identifier.rpartition("/")[2],
        "base": {prop: base},
        "desired": {prop: wanted},
    }


def main() -> int:
    with running() as stack:
        bench = Bench(stack)
        changes = bench.databases()
        script = bench.script_of_databases()
        request, planned = bench.planned("Keep fifty databases longer", changes)
        ready = shown("planned / script", planned / script, RATIO, "x")
        executed = bench.executed(request)[1]
        print(
            f"{DATABASES} databases: planned in {planned:.1f} s, executed in {executed:.1f} s, of which {PAUSE:.0f} s"
        )
        print(f"are the pause between two looks; a script {script:.1f} s and the pause")
        ratio = shown("executed / script", executed / (script + PAUSE), RATIO, "x")
        singles = [bench.executed(bench.planned("One queue", [one])[0]) for one in bench.queues(QUEUES)]
        first = shown("one change, press -> first call, p50", 1000 * median(one for one, _ in singles), FIRST, "ms")
        done = shown("one change, press -> done, p50", 1000 * median(one for _, one in singles), DONE, "ms")
        beside = shown("planned beside eight silent lists", bench.beside_readings(), PLANNED, "s")
        before = max(memory(stack))
        for _ in range(ROUNDS):
            bench.executed(bench.planned("Many queues", bench.queues(REST))[0])
        after = max(memory(stack))
        held = shown("memory of an executing process", after, MEMORY, "MiB")
        grown = shown(f"which grew over {ROUNDS * REST} changes by", after - before, GROWTH, "MiB")
    return 0 if all((ready, ratio, first, done, beside, held, grown)) else 1


def shown(what: str, value: float, limit: float, unit: str) -> bool:
    print(f"{what:<40} {value:8.2f} {unit:<4} limit {limit:.1f}", flush=True)
    return value <= limit


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def memory(stack: Stack) -> list[float]:
    """The resident memory of each process that executes, in MiB."""
    executor = stack.child("executor")
    found = []
    for entry in Path(f"/proc/{executor}/task/{executor}/children").read_text().split():
        lines = dict(
            line.split(":", 1) for line in Path(f"/proc/{entry}/status").read_text().splitlines() if ":" in line
        )
        found.append(int(lines["VmRSS"].split()[0]) / 1024)
    return found


if __name__ == "__main__":
    sys.exit(main())
