"""The pieces of a text that an index is searched by (`apps.search`)."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F

from apps.search import Grams

GRAMS = """
CREATE FUNCTION ringi_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    WITH letters AS (
        SELECT one, lead(one) OVER here AS two, lead(one, 2) OVER here AS three
        FROM unnest(string_to_array(lower(value), NULL)) WITH ORDINALITY AS letter(one, place)
        WINDOW here AS (ORDER BY place)
    )
    SELECT coalesce(array_agg(DISTINCT gram), '{}')
    FROM letters, LATERAL (
        VALUES (one || two || three), (CASE WHEN octet_length(one || two) > 2 THEN one || two END)
    ) AS pieces(gram)
    WHERE gram IS NOT NULL
$$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_verification")]
    operations = [
        migrations.RunSQL(GRAMS, "DROP FUNCTION ringi_grams(text)"),
        migrations.AddIndex("event", GinIndex(Grams(F("subject")), name="audit_search")),
    ]
