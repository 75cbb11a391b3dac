from django.db import migrations

FUNCTION = """
CREATE FUNCTION runs_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % says what was approved and called: it can not be rewritten', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$
"""
FIXED = {
    "runs_run": ("change_request_id", "revision_id", "number", "digest", "nonce", "started_by_id"),
    "runs_step": ("run_id", "ordinal", "key", "resource_key", "service", "operation", "parameters", "purpose"),
    "runs_attempt": (
        "step_id", "number", "fence", "client_token", "session_name", "mark",
    ),
}  # fmt: skip


def fixed(table: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OF {', '.join(columns)} ON {table} FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION runs_refuse_rewriting()",
        f"DROP TRIGGER {table}_fixed ON {table}",
    )


def kept(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION runs_refuse_rewriting()",
        f"DROP TRIGGER {table}_kept ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("runs", "0007_marks")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION runs_refuse_rewriting()"),
        *(fixed(table, columns) for table, columns in FIXED.items()),
        *(kept(table) for table in FIXED),
    ]
