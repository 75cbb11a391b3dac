"""What people do with blueprints, each with its event."""

from django.db import transaction

from apps.audit.log import record
from apps.blueprints.export import Exported
from apps.environments.models import Environment
from apps.people.models import User


@transaction.atomic
def note_export(*, by: User, environment: Environment, file: str, made: Exported) -> None:
    """Keep in the log that somebody took a file of an export."""
    record(
        stream=f"export/{environment.slug}",
        verb="blueprint.exported",
        by=by,
        subject=environment.slug,
        environment=environment.slug,
        data={"file": file, "resources": len(made.parts), "left_out": len(made.left)},
    )
