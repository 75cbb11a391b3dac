from django.db import migrations

ASKED = """
    UPDATE changes_changerequest AS request SET asked = coalesce((
        SELECT jsonb_agg(DISTINCT person)
        FROM reviews_flowstep AS step, jsonb_array_elements(step.eligible) AS person
        WHERE step.revision_id = request.revision_id AND NOT EXISTS (
            SELECT 1 FROM reviews_review AS said JOIN reviews_flowstep AS theirs ON theirs.id = said.step_id
            WHERE said.person_id = person::bigint AND (
                said.revision_id = request.revision_id
                OR (
                    said.decision = 'approve' AND said.scope_digest = step.scope_digest AND theirs.who = step.who
                    AND said.revision_id = (
                        SELECT last.revision_id FROM reviews_review AS last
                        JOIN changes_revision AS older ON older.id = last.revision_id
                        WHERE last.person_id = said.person_id AND older.change_request_id = request.id
                        ORDER BY last.id DESC LIMIT 1
                    )
                )
            )
        )
    ), '[]')
    WHERE revision_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0018_asked"),
        ("reviews", "0010_emergencies"),
    ]

    operations = [migrations.RunSQL(ASKED, migrations.RunSQL.noop)]
