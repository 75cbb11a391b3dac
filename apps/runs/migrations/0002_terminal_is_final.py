from django.db import migrations

FUNCTION = """
CREATE FUNCTION runs_refuse_revival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % has ended as %: it can not become %', TG_TABLE_NAME, OLD.id, OLD.state, NEW.state
        USING ERRCODE = 'restrict_violation';
END $$
"""
TERMINAL = {
    "runs_run": ("succeeded", "failed", "cancelled"),
    "runs_step": ("done", "failed", "cancelled"),
    "runs_attempt": ("acked", "refused", "reconciled"),
}


def trigger(table: str, states: tuple[str, ...]) -> migrations.RunSQL:
    ended = ", ".join(f"'{state}'" for state in states)
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_ends_once BEFORE UPDATE OF state ON {table} FOR EACH ROW "
        f"WHEN (OLD.state IN ({ended}) AND NEW.state <> OLD.state) EXECUTE FUNCTION runs_refuse_revival()",
        f"DROP TRIGGER {table}_ends_once ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION runs_refuse_revival()"),
        *(trigger(table, states) for table, states in TERMINAL.items()),
    ]
