"""Rules on their page: what is wrong stands at its field, and nothing typed is lost."""

from django.urls import reverse

from apps.reviews.models import Rule
from tests.integration.web.conftest import SignIn

NEW = {"name": "Risky", "needed": "2", "enabled": "on"}


def test_a_rule_is_added_changed_and_listed(sign_in: SignIn) -> None:
    goro = sign_in("goro")
    assert "No rule yet" in goro.get(reverse("web:settings_rules")).text
    goro.post(reverse("web:settings_new_rule"), NEW | {"risk_at_least": "high", "cost_over": "500"})
    rule = Rule.objects.get()
    assert "it costs more than $500.00 a month or its risk is high" in goro.get(reverse("web:settings_rules")).text
    goro.post(reverse("web:settings_rule", args=[rule.pk]), NEW | {"risk_at_least": "high", "needed": "3"})
    rule.refresh_from_db()
    assert (rule.needed, rule.cost_over) == (3, None)


def test_what_is_wrong_stands_at_its_field(sign_in: SignIn) -> None:
    goro, address = sign_in("goro"), reverse("web:settings_new_rule")
    for wrong, field in (
        ({}, "cost_over"),
        ({"risk_at_least": "high", "needed": "1"}, "needed"),
        ({"cost_over": "-1"}, "cost_over"),
        ({"cost_over": "much"}, "cost_over"),
        ({"risk_at_least": "tiny"}, "risk_at_least"),
        ({"risk_at_least": "high", "name": ""}, "name"),
    ):
        answer = goro.post(address, NEW | wrong)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert f'value="{(NEW | wrong)["name"]}"' in answer.text or not (NEW | wrong)["name"]
    assert not Rule.objects.exists()


def test_only_administrators_see_them(sign_in: SignIn) -> None:
    assert sign_in("aiko").get(reverse("web:settings_rules")).status_code == 403
