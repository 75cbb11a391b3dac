from django.db import migrations

TABLES = ("reviews_review", "reviews_flowstep")


def trigger(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION ringi_refuse_rewrite()",
        f"DROP TRIGGER {table}_written_once ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("changes", "0002_history_is_immutable")]

    operations = [trigger(table) for table in TABLES]
