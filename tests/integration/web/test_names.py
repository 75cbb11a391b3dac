"""What a value names is called by its name wherever inventory knows it."""

from django.urls import reverse
from django.utils import timezone

from apps.changes.commands import DraftInput
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.people.models import User
from apps.planning.plan import Observation
from tests.integration import flow
from tests.integration.estate import GROUP, RDS, TOKYO, Account
from tests.integration.web.conftest import SignIn

KNOWN, UNKNOWN = "sg-0a1b2c3d4e5f60718", "sg-0ffffffffffffffff"


def test_identifiers_in_a_diff_have_the_name_beside_them(
    sign_in: SignIn, people: dict[str, User], prod: Environment, aws: Account
) -> None:
    aws.documents["orders-prod"]["VpcSecurityGroups"] = [{"VpcSecurityGroupId": UNKNOWN, "Status": "active"}]
    document = {"GroupId": KNOWN, "GroupName": "web-prod", "Tags": [{"Key": "Name", "Value": "web-prod"}]}
    seen = Observation(GROUP, TOKYO, KNOWN, "web-prod", "", "", document)
    record_observation(environment=prod, observation=seen, cause="refresh", now=timezone.now())
    groups = {"VPCSecurityGroups": [UNKNOWN, KNOWN]}
    opened = DraftInput("update", RDS, TOKYO, "orders-prod", "orders-prod", groups, {"VPCSecurityGroups": [UNKNOWN]})
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod, opened), aws)
    with_names = sign_in("aiko").get(reverse("web:change_request", args=[request.pk])).text
    row = with_names.partition('<table class="diff">')[2].partition("</table>")[0]
    assert f"{KNOWN} (web-prod)" in row
    assert UNKNOWN in row
    assert f"{UNKNOWN} (" not in row
