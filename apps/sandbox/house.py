"""The rules of the demo's house: whom changes are asked of, what is checked, and when nothing starts."""

from datetime import timedelta

from django.utils import timezone

from apps.environments.calendar import FREEZE
from apps.environments.commands import save_window
from apps.environments.models import CalendarWindow
from apps.evaluation.administer import save_policy
from apps.evaluation.organisation import Force, Kind
from apps.people.models import User
from apps.reviews.administer import save_rule, save_team
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask

DATA = ("AWS::RDS::DBInstance", "AWS::Redshift::Cluster")
AHEAD, LONG = timedelta(weeks=3), timedelta(days=2)
ZONE = "Asia/Tokyo"


def furnish(administrator: User, people: dict[str, User]) -> None:
    """Everything as administrators would have set it up before the first change."""
    owners = save_team(by=administrator, name="Data owners", members=[people["chie"]])
    save_rule(
        by=administrator, name="Data that can't be taken back", condition=Condition(types=DATA, irreversible=True),
        asks=[Ask(1), Ask(1, f"team:{owners.pk}")],
    )  # fmt: skip
    save_rule(
        by=administrator, name="Deleting data in production", asks=[Ask(2)],
        condition=Condition(production=True, types=DATA, actions=("delete",)),
    )  # fmt: skip
    save_rule(
        by=administrator, name="Tags in development",
        condition=Condition(environments=("dev",), touches="Tags"), asks=[],
    )  # fmt: skip
    save_policy(by=administrator, name="Data is encrypted", kind=Kind.ENCRYPTION, force=Force.ADVISORY)
    begins = (timezone.now() + AHEAD).replace(tzinfo=None)
    save_window(
        by=administrator,
        window=CalendarWindow(
            name="The big sale", kind=FREEZE, reason="The busiest days of the year.", zone=ZONE, production=True,
            starts=f"{begins:%Y-%m-%d}T18:00", minutes=LONG // timedelta(minutes=1), lets_through=[f"team:{owners.pk}"],
        ),
    )  # fmt: skip
