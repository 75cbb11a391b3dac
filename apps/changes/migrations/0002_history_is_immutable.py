from django.db import migrations

TABLES = ("changes_revision", "changes_author", "changes_comment")

FUNCTION = """
CREATE FUNCTION ringi_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def trigger(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION ringi_refuse_rewrite()",
        f"DROP TRIGGER {table}_written_once ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("changes", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION ringi_refuse_rewrite()"),
        *(trigger(table) for table in TABLES),
    ]
