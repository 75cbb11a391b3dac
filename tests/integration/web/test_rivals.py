"""Two open requests about one resource say so on both pages and on the form; about one property, loudly."""

from django.urls import reverse

from apps.changes.commands import DraftInput, propose, withdraw
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import User
from tests.integration.web.conftest import SignIn

RDS, TOKYO = "AWS::RDS::DBInstance", "ap-northeast-1"


def drafted(by: User, environment: Environment, title: str, action: str = "update", **desired: str) -> ChangeRequest:
    change = DraftInput(action, RDS, TOKYO, "orders-dev", "orders-dev", desired)
    return propose(by=by, environment=environment, title=title, reason="", changes=[change])


def notices(sign_in: SignIn, request: ChangeRequest) -> list[tuple[str, bool]]:
    page = sign_in("aiko").get(reverse("web:change_request", args=[request.pk]))
    return [(each.words, each.loud) for change in page.context["changes"] for each in change.rivals]


def test_both_pages_and_the_form_say_so(
    sign_in: SignIn, people: dict[str, User], databases: dict[str, Resource]
) -> None:
    dev, aiko = databases["dev"].environment, people["aiko"]
    first = drafted(aiko, dev, "Larger", DBInstanceClass="db.r6g.large")
    assert notices(sign_in, first) == []
    second = drafted(aiko, dev, "Larger still", DBInstanceClass="db.r6g.xlarge", BackupRetentionPeriod="9")
    third = drafted(aiko, dev, "Longer backups", BackupRetentionPeriod="5")
    assert notices(sign_in, first) == [
        ("changes DBInstanceClass of it, too", True),
        ("changes BackupRetentionPeriod of it", False),
    ]
    assert notices(sign_in, third) == [
        ("changes BackupRetentionPeriod of it, too", True),
        ("changes DBInstanceClass of it", False),
    ]
    assert notices(sign_in, second) == [
        ("changes BackupRetentionPeriod of it, too", True),
        ("changes DBInstanceClass of it, too", True),
    ]
    page = sign_in("aiko").get(f"{reverse('web:propose')}?resource={databases['dev'].pk}").text
    assert f"{first.reference} Larger</a>" in page
    assert "is open and changes DBInstanceClass of it." in page


def test_a_deletion_is_loud_and_what_is_over_says_nothing(
    sign_in: SignIn, people: dict[str, User], databases: dict[str, Resource]
) -> None:
    dev, aiko = databases["dev"].environment, people["aiko"]
    change = drafted(aiko, dev, "Larger", DBInstanceClass="db.r6g.large")
    gone = drafted(aiko, dev, "No longer needed", "delete")
    assert notices(sign_in, change) == [("deletes it", True)]
    assert notices(sign_in, gone) == [("changes DBInstanceClass of it", True)]
    withdraw(by=aiko, change_request=gone, reason="A mistake.")
    assert notices(sign_in, change) == []
    gone.refresh_from_db()
    assert notices(sign_in, gone) == []
