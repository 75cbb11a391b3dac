"""A pytest plugin, loaded before Django's settings: one embedded PostgreSQL for all processes of the test run.

The first process starts it; those of pytest-xdist find its address in the environment. DATABASE_OWNER_URL replaces it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from apps.sandbox.postgres import Postgres

os.environ.setdefault("SECRET_KEY", "only-for-tests" * 5)
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def start() -> None:
    directory = Path(tempfile.mkdtemp(prefix="ringi-tests-"))
    directory.chmod(0o755)
    server = Postgres(directory).start()
    os.environ["DATABASE_OWNER_URL"] = server.owner_url
    os.environ["DATABASE_URL"] = server.app_url
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    atexit.register(server.stop)


if "DATABASE_OWNER_URL" not in os.environ:
    start()
