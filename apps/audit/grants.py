"""What the application's database role may do: everything but change or remove what has been recorded.

Two roles: the owner migrates, the application works. After every `migrate` the owner grants anew, so that a table added
later, or a role made later, has its rights too. Without a role of that name nothing is done.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connections

APPLICATION = "ringi_app"
WORK = "SELECT, INSERT, UPDATE, DELETE"
RIGHTS = {
    "audit_event": "SELECT, INSERT",
    "audit_streamhead": "SELECT",
    "changes_revision": "SELECT, INSERT",
    "django_migrations": "SELECT",
    "reviews_afterreview": "SELECT, INSERT",
    "reviews_freezeexception": "SELECT, INSERT",
    "reviews_review": "SELECT, INSERT",
    "reviews_ruleversion": "SELECT, INSERT",
    "runs_attempt": "SELECT, INSERT, UPDATE",
    "runs_run": "SELECT, INSERT, UPDATE",
    "runs_step": "SELECT, INSERT, UPDATE",
}


def grant(using: str = "default", **_: Any) -> None:
    """Receiver of `post_migrate`: give the application role its rights on every table there is, and no other."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [APPLICATION])
        if cursor.fetchone():
            cursor.execute(";\n".join(statements(connection.introspection.table_names(cursor))))


def statements(tables: Iterable[str]) -> list[str]:
    schema = [
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APPLICATION}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}",
    ]
    return schema + [f'GRANT {RIGHTS.get(table, WORK)} ON "{table}" TO {APPLICATION}' for table in tables]
