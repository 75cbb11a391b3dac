"""A plan of 500 changes evaluated: cost, speed and risk, with prices to be asked for and with prices known.

`make bench-evaluation`. The limit is 2 seconds with prices known; asking AWS takes what AWS takes.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from apps.sandbox.postgres import Postgres

HERE = tempfile.TemporaryDirectory(prefix="ringi-bench-")
Path(HERE.name).chmod(0o755)
SERVER = Postgres(Path(HERE.name)).start()
os.environ.update({"RINGI_PROCESS": "manage", "SECRET_KEY": "bench" * 12, "DATABASE_URL": SERVER.owner_url})
os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings", "ALLOWED_HOSTS": "testserver", "LOG_LEVEL": "ERROR"})
os.environ["STATIC_ROOT"] = f"{HERE.name}/static"

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from apps.evaluation import cost
from apps.planner.evaluation import evaluated
from apps.planning.build import build
from apps.planning.plan import Action, Observation, Plan, Proposal, Target
from tests.integration import flow
from tests.integration.estate import DATABASE, RDS, TOKYO, Account

CHANGES, WITHIN = 500, 2.0


def main() -> int:
    call_command("migrate", verbosity=0)
    environment = flow.make_environment()
    seen = {number: database(number) for number in range(1, CHANGES + 1)}
    plan = resized(seen)
    aws = Account()
    for words in ("prices asked for", "prices known"):
        began = time.perf_counter()
        found = evaluated(aws, environment, plan, seen, {}, timezone.now())
        taken = time.perf_counter() - began
        total = cost.total(cost.read(found["cost"]["lines"]))
        print(f"{len(plan.changes)} changes, {words}: {taken:.2f} s, ${total.delta:,.2f} a month")
    return int(taken > WITHIN)


def database(number: int) -> Observation:
    name = f"orders-{number}"
    document = DATABASE | {"DBInstanceIdentifier": name}
    return Observation(RDS, TOKYO, name, name, f"arn:aws:rds:::db:{name}", "available", document)


def resized(seen: dict[int, Observation]) -> Plan:
    wanted = {"DBInstanceClass": "db.r6g.4xlarge"}
    proposals = [Proposal(n, Action.UPDATE, RDS, TOKYO, each.identifier, each.name, wanted) for n, each in seen.items()]
    return build(Target("prod", "111111111111"), proposals, seen)


if __name__ == "__main__":
    code = main()
    SERVER.stop()
    sys.exit(code)
