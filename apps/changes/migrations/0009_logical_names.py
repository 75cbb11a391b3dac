from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat


def named(apps, editor):
    created = apps.get_model("changes", "DraftChange").objects.filter(action="create", logical="")
    created.update(logical=Concat(Value("Resource"), Cast(F("ordinal"), models.TextField())))


class Migration(migrations.Migration):
    dependencies = [("changes", "0008_indexes")]

    operations = [
        migrations.AddField(
            model_name="draftchange",
            name="logical",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.RunPython(named, migrations.RunPython.noop),
    ]
