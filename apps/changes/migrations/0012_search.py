import django.contrib.postgres.indexes
from django.db import migrations, models

import apps.search

FILL = """
UPDATE changes_changerequest AS request SET search = lower(concat_ws(' ', 'CR-' || request.id, request.title, (
    SELECT string_agg(concat_ws(' ', change.type, change.name, nullif(change.identifier, '')), ' ' ORDER BY change.ordinal)
    FROM changes_draftchange AS change WHERE change.change_request_id = request.id
)))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_search"),
        ("changes", "0011_evaluation"),
    ]

    operations = [
        migrations.AddField(
            model_name="changerequest",
            name="search",
            field=models.TextField(default="", editable=False),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="changerequest",
            index=models.Index(fields=["updated_at", "id"], name="change_requests_by_change"),
        ),
        migrations.AddIndex(
            model_name="changerequest",
            index=django.contrib.postgres.indexes.GinIndex(
                apps.search.Grams(models.F("search")), name="change_requests_search"
            ),
        ),
    ]
