"""What the application's database role may do: everything but change or remove what has been recorded.

Two roles: the owner migrates, the application works. After each migration the owner grants anew, so that a table added
later has its rights too. Where no role of that name exists (tests) nothing is done.
"""

from typing import Any

from django.db import connections

APPLICATION = "ringi_app"
WRITTEN_ONCE = ("audit_event", "reviews_review", "changes_revision")
TRIGGERS_ONLY = ("audit_streamhead",)
OWNER_ONLY = ("django_migrations",)
GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {APPLICATION};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION};
REVOKE UPDATE, DELETE ON {", ".join(WRITTEN_ONCE)} FROM {APPLICATION};
REVOKE INSERT, UPDATE, DELETE ON {", ".join(TRIGGERS_ONLY + OWNER_ONLY)} FROM {APPLICATION};
"""


def grant(using: str = "default", **_: Any) -> None:
    """Receiver of `post_migrate`; also the place a test calls to check the rights."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [APPLICATION])
        if cursor.fetchone():
            cursor.execute(GRANTS)
