from django.db import migrations

REMOVED = ("changed_at", "changed_by", "cost_over", "enabled", "environment", "needed", "risk_at_least")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0005_first_versions"), ("changes", "0014_submitted_at")]

    operations = [
        *(migrations.RemoveField(model_name="rule", name=name) for name in REMOVED),
        migrations.RunSQL(
            "CREATE TRIGGER reviews_ruleversion_written_once BEFORE UPDATE OR DELETE ON reviews_ruleversion "
            "FOR EACH ROW EXECUTE FUNCTION ringi_refuse_rewrite()",
            "DROP TRIGGER reviews_ruleversion_written_once ON reviews_ruleversion",
        ),
    ]
