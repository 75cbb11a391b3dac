"""An export of 500 resources, and two environments of 300 side by side: seconds and memory. `make bench-blueprints`.

Seconds are of this machine's processor; memory is the most that Python held meanwhile.
"""

import os
import sys
import time
import tracemalloc
from collections.abc import Callable

os.environ.update({"RINGI_PROCESS": "manage", "SECRET_KEY": "bench" * 12, "DJANGO_SETTINGS_MODULE": "config.settings"})
os.environ.setdefault("DATABASE_URL", "postgres://ringi_app@127.0.0.1/ringi")

import django

django.setup()

from apps.blueprints import texts
from apps.blueprints.compare import compared
from apps.blueprints.decide import Here, rows
from apps.blueprints.export import exported
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
    taken = measure(f"compare, {SIDE} a side", lambda: compared([PROD.side(services), DR.side(services)]))
    return int(taken > COMPARED_WITHIN)


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
