"""An export of 500 resources, and two environments of 300 side by side: seconds and memory. `make bench-blueprints`.

Seconds are of this machine's processor, but those of the page, which are from the request's arrival in Django to its
answer; memory is the most that Python held meanwhile.
"""

import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
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
from django.test import Client

from apps.blueprints import texts
from apps.blueprints.compare import compared
from apps.blueprints.decide import Here, rows
from apps.blueprints.export import exported
from apps.blueprints.parts import Part
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.people.models import User
from apps.planning.plan import Observation
from tests.integration import flow
from tests.unit.blueprints.estates import EACH, OREGON, TOKYO, Place

EXPORTED, SIDE, COMPARED_WITHIN = 500, 300, 0.5
PROD, DR = Place("prod", number=30), Place("dr", OREGON, number=60)


def main() -> int:
    parts = PROD.parts(-(-EXPORTED // EACH))[:EXPORTED]
    made = exported(parts, "prod", PROD.account, TOKYO, {})
    services = -(-SIDE // EACH)
    print(f"{len(parts)} resources, {len(texts.as_yaml(made.template)):,} characters of YAML")
    measure("export", lambda: exported(PROD.parts(-(-EXPORTED // EACH))[:EXPORTED], "prod", PROD.account, TOKYO, {}))
    measure("as YAML", lambda: texts.as_yaml(made.template))
    measure("questions of an import", lambda: rows(made.template, Here("dr", OREGON)))
    measure(f"compare, {SIDE} a side", lambda: compared([PROD.side(services), DR.side(services)]))
    taken = page(services)
    return int(taken > COMPARED_WITHIN)


def page(services: int) -> float:
    """The page that compares two environments in the database; most of its differences are there to be shown."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    prod, dr = flow.make_environment("prod"), flow.make_environment("dr")
    Environment.objects.filter(pk=dr.pk).update(regions=[OREGON])
    for environment, place in ((prod, PROD), (dr, DR)):
        for part in place.parts(services):
            keep(environment, part)
    visitor = Client()
    goro = User.objects.create_user("goro", full_name="Goro Hayashi")
    goro.bindings.create(role="administrator")
    visitor.force_login(goro)
    address = f"/compare/?one=prod/{TOKYO}&other=dr/{OREGON}"
    assert "Svc00VPC" in visitor.get(address, secure=True).content.decode()
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        visitor.get(address, secure=True)
        taken.append(time.perf_counter() - began)
    print(f"{'the page of it':28} {sorted(taken)[2]:6.2f} s", flush=True)
    return sorted(taken)[2]


def keep(environment: Environment, part: Part) -> None:
    found = Observation(part.type, part.region, part.identifier, part.name, part.arn, "", part.document)
    record_observation(environment=environment, observation=found, cause="refresh")


def measure(name: str, act: Callable[[], object]) -> float:
    act()
    began = time.process_time()
    act()
    taken = time.process_time() - began
    tracemalloc.start()
    act()
    most = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(f"{name:28} {taken:6.2f} s {most:8.1f} MiB", flush=True)
    return taken


if __name__ == "__main__":
    sys.exit(main())
