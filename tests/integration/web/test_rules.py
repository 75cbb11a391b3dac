"""Rules and teams on their pages: what is wrong stands at its field, and nothing typed is lost."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.environments.models import Environment
from apps.inventory.models import Resource
from apps.people.models import RoleBinding, User
from apps.reviews.administer import save_rule, save_team
from apps.reviews.conditions import Condition
from apps.reviews.drawing import Ask
from apps.reviews.models import Rule, Team
from tests.integration.web.conftest import SignIn

NEW = {"name": "Risky", "enabled": "on", "outcome": "asks", "needed_0": "2", "who_0": "reviewers"}
SPARED = {"name": "Tags", "enabled": "on", "outcome": "none"}


def test_a_rule_is_added_changed_and_listed(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    goro, page = sign_in("goro"), reverse("web:settings_rules")
    assert "No rule yet" in goro.get(page).text
    given = NEW | {"risk": "high", "cost_over": "500", "environments": ["prod"], "actions": ["create", "delete"]}
    assert goro.post(reverse("web:settings_new_rule"), given).status_code == 302
    rule = Rule.objects.get()
    said = "in prod; it creates or deletes; it costs more than $500.00 a month; its risk is high"
    assert said in goro.get(page).text
    address = reverse("web:settings_rule", args=[rule.pk])
    assert goro.get(address).context["form"].initial["actions"] == ["create", "delete"]
    goro.post(address, NEW | {"risk": "high", "needed_0": "3"})
    assert [version.number for version in rule.versions.all()] == [2, 1]
    assert said in goro.get(address).text
    assert "3 reviewers" in goro.get(page).text


def test_a_rule_asks_teams_and_people(sign_in: SignIn, people: dict[str, User]) -> None:
    goro = sign_in("goro")
    goro.post(reverse("web:settings_new_team"), {"name": "Databases", "members": [people["ben"].pk]})
    team = Team.objects.get()
    lines = {"who_0": f"team:{team.pk}", "needed_0": "1", "who_2": f"person:{people['emi'].pk}", "needed_2": "1"}
    goro.post(reverse("web:settings_new_rule"), NEW | lines)
    [asks] = Rule.objects.get().versions.values_list("asks", flat=True)
    assert [ask["who"] for ask in asks] == [lines["who_0"], lines["who_2"]]
    assert "1 of Databases and 1 of Emi Kato" in goro.get(reverse("web:settings_rules")).text


def test_a_rule_that_nobody_can_satisfy_says_so_when_it_is_saved(
    sign_in: SignIn, environments: dict[str, Environment]
) -> None:
    goro = sign_in("goro")
    page = goro.post(reverse("web:settings_new_rule"), NEW | {"risk": "high"}, follow=True).text
    assert "dev: of 2 reviewers only Ben Sato could decide." in page
    assert "prod: of 2 reviewers nobody could decide." in page


def test_a_standard_change_names_what_it_spares(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    goro = sign_in("goro")
    given = SPARED | {"touches": "Tags", "cost_up_to": "0", "types": ["AWS::SQS::Queue"]}
    assert goro.post(reverse("web:settings_new_rule"), given).status_code == 302
    version = Rule.objects.get().versions.get()
    assert version.ruling.condition == Condition(touches="Tags", cost_up_to=Decimal(0), types=("AWS::SQS::Queue",))
    page = goro.get(reverse("web:settings_rules")).text
    assert "SQS::Queue; nothing but Tags is touched; it costs no more than $0.00 a month" in page
    assert "online, can be undone, deletes nothing, of low risk" in page
    assert "no approval required" in page


WRONG = [
    ({"needed_0": "1"}, "needed_0"),
    ({"needed_0": "", "who_0": ""}, "needed_0"),
    ({"needed_0": ""}, "needed_0"),
    ({"who_0": "team:99"}, "who_0"),
    ({"needed_0": "99"}, "needed_0"),
    ({"cost_over": "-1"}, "cost_over"),
    ({"cost_over": "much"}, "cost_over"),
    ({"cost_up_to": "5"}, "cost_up_to"),
    ({"risk": "tiny"}, "risk"),
    ({"types": ["AWS::No::Such"]}, "types"),
    ({"touches": "NoSuchProperty"}, "touches"),
    ({"tag": "=prod"}, "tag"),
    ({"name": ""}, "name"),
    (SPARED | {"tag": ""}, "types"),
    (SPARED | {"touches": "Tags", "risk": "high"}, "outcome"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_what_is_wrong_stands_at_its_field(
    sign_in: SignIn, environments: dict[str, Environment], wrong: dict[str, object], field: str
) -> None:
    given = NEW | {"tag": "owner=platform"} | wrong
    answer = sign_in("goro").post(reverse("web:settings_new_rule"), given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert f'value="{given["tag"] or given["name"]}"' in answer.text
    assert not Rule.objects.exists()


def test_a_rule_is_tried_before_it_is_saved(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    answer = sign_in("goro").post(reverse("web:settings_new_rule"), NEW | {"risk": "high", "do": "try"})
    assert answer.status_code == 200
    assert "It makes a difference for 0 of the last 0 requests" in answer.text
    assert not Rule.objects.exists()


def test_two_of_one_name_are_refused(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    goro = sign_in("goro")
    for address, given in (
        (reverse("web:settings_new_rule"), NEW),
        (reverse("web:settings_new_team"), {"name": "Data"}),
    ):
        assert goro.post(address, given).status_code == 302
        assert "name" in goro.post(address, given).context["form"].errors


def test_a_team_keeps_who_stays(sign_in: SignIn, people: dict[str, User]) -> None:
    goro = sign_in("goro")
    goro.post(reverse("web:settings_new_team"), {"name": "Data", "members": [people["ben"].pk]})
    team = Team.objects.get()
    since = team.memberships.get().since
    both = {"name": "Data owners", "members": [people["ben"].pk, people["aiko"].pk]}
    goro.post(reverse("web:settings_team", args=[team.pk]), both)
    assert team.memberships.get(person=people["ben"]).since == since
    assert "Aiko Mori, Ben Sato" in goro.get(reverse("web:settings_rules")).text


def test_a_team_that_is_emptied_says_which_rule_nobody_can_satisfy_now(
    sign_in: SignIn, people: dict[str, User], environments: dict[str, Environment]
) -> None:
    goro = sign_in("goro")
    goro.post(reverse("web:settings_new_team"), {"name": "Data", "members": [people["ben"].pk]})
    team = Team.objects.get()
    ask = {"who_0": f"team:{team.pk}", "needed_0": "1", "environments": ["dev"]}
    goro.post(reverse("web:settings_new_rule"), NEW | ask)
    page = goro.post(reverse("web:settings_team", args=[team.pk]), {"name": "Data"}, follow=True).text
    assert "Risky: dev: of 1 of Data nobody could decide." in page
    assert "nobody</span>" in page


def test_only_administrators_see_them(sign_in: SignIn) -> None:
    RoleBinding.objects.filter(user__username="aiko").update(role="reviewer")
    for name in ("settings_rules", "settings_new_rule", "settings_new_team"):
        assert sign_in("aiko").get(reverse(f"web:{name}")).status_code == 403


def test_the_page_of_a_resource_says_whom_rules_ask_because_of_it(
    sign_in: SignIn, people: dict[str, User], databases: dict[str, Resource]
) -> None:
    goro = people["goro"]
    owned = save_team(by=goro, name="Payments", members=[people["ben"]])
    ask = [Ask(1, f"team:{owned.pk}")]
    found = databases["dev"]
    key = found.document["Tags"][0]["Key"]
    save_rule(by=goro, name="Owned", condition=Condition(tag=key), asks=ask)
    save_rule(by=goro, name="Sizes", condition=Condition(touches="DBInstanceClass"), asks=ask)
    save_rule(by=goro, name="Elsewhere", condition=Condition(environments=("prod",)), asks=ask)
    save_rule(by=goro, name="Buckets", condition=Condition(types=("AWS::S3::Bucket",)), asks=ask)
    save_rule(by=goro, name="Urgent", condition=Condition(emergency=True), asks=ask)
    owners = sign_in("ben").get(reverse("web:resource", args=[found.pk])).context["owners"]
    assert [(each.name, str(each.rule), each.some) for each in owners] == [
        ("Payments", "Owned", False), ("Payments", "Sizes", True),
    ]  # fmt: skip
