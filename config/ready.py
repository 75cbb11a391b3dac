"""What a process needs before it works: the tables of this code, and a role that can't rewrite the audit log."""

import logging
import sys
from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader

from config.demo import MARK

log = logging.getLogger(__name__)
LOG_TABLE = "audit_event"
MIGRATE = "Run manage.py migrate, with the code of this version, before other processes."


@cache
def ours() -> frozenset[tuple[str, str]]:
    """The migrations of this code."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations or ())


def schema() -> str:
    """Why the database is not that of this code, in a sentence, or "". Raises `Error` where it can't be asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations')")
        if cursor.fetchone()[0] is None:
            return f"The database has no tables yet. {MIGRATE}"
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = frozenset(cursor.fetchall())
    if lacking := sorted(ours() - applied):
        return f"The database lacks {len(lacking)} migrations, the first is {'.'.join(lacking[0])}. {MIGRATE}"
    known = {app for app, _ in ours()}
    if strange := sorted((app, name) for app, name in applied - ours() if app in known):
        newer = ".".join(strange[0])
        return f"The database is of a newer version: it has {newer}. Start that version, or restore a backup."
    return ""


def role() -> str:
    """Why the role of `DATABASE_URL` is not that of the application, in a sentence, or ""."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_table_privilege(%s, 'DELETE')", [LOG_TABLE])
        name, deletes = cursor.fetchone()
    if deletes:
        return f"DATABASE_URL names the role {name}, which may rewrite the audit log. Use the application's role."
    return ""


def demo() -> str:
    """Why the demo must not be here, in a sentence, or "": it lets people in without a password."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        [mark] = cursor.fetchone()
    if mark == MARK:
        return ""
    return "RINGI_DEMO is set, and the demo did not make this database. Unset it: anybody could sign in as anybody."


def check_or_exit() -> None:
    """End this process with a sentence where it must not work. A database that is away is no reason: it may return."""
    try:
        said = (demo() if settings.RINGI_DEMO else "") or schema() or role()
    except Error as error:
        log.warning("the database could not be asked at the start", extra={"error": type(error).__name__})
        return
    finally:
        connection.close()
    if said:
        log.critical(said)
        sys.exit(3)
