"""Policies on their page: tried on what exists before they are saved."""

from django.urls import reverse

from apps.environments.models import Environment
from apps.evaluation.models import Policy
from tests.integration.web.conftest import SignIn
from tests.integration.web.test_resources import GROUP, observed

NEW = {"name": "Owned", "kind": "tags", "values": "owner\nenv", "force": "mandatory", "enabled": "on"}


def test_a_policy_is_tried_on_the_estate_and_then_saved(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    owned = [{"Key": "owner", "Value": "a"}, {"Key": "env", "Value": "dev"}]
    observed(environments["dev"], GROUP, "sg-1", GroupId="sg-1", GroupName="web", Tags=owned)
    observed(environments["dev"], GROUP, "sg-2", GroupId="sg-2", GroupName="db", Tags=owned[:1])
    observed(environments["prod"], GROUP, "sg-3", GroupId="sg-3", GroupName="db", Tags=[])
    goro, address = sign_in("goro"), reverse("web:settings_new_policy")
    page = goro.post(address, NEW | {"do": "try", "environments": ["dev"]})
    assert "1 of 2 resources are not like that" in page.text
    assert "It lacks the tag env." in page.text
    assert "2 of 3 resources" in goro.post(address, NEW | {"do": "try"}).text
    assert not Policy.objects.exists()
    assert goro.post(address, NEW | {"do": "save", "environments": ["dev"]}).status_code == 302
    policy = Policy.objects.get()
    assert (policy.values, policy.environments) == (["owner", "env"], ["dev"])
    assert "owner, env" in goro.get(reverse("web:settings_policies")).text
    shown = goro.get(reverse("web:settings_policy", args=[policy.pk])).text
    assert "owner\nenv</textarea>" in shown


def test_what_is_wrong_stands_at_its_field(sign_in: SignIn) -> None:
    goro, address = sign_in("goro"), reverse("web:settings_new_policy")
    for wrong, field in (
        ({"values": " "}, "values"),
        ({"kind": "colour"}, "kind"),
        ({"force": "iron"}, "force"),
        ({"environments": ["nowhere"]}, "environments"),
        ({"name": ""}, "name"),
    ):
        answer = goro.post(address, NEW | wrong)
        assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert not Policy.objects.exists()


def test_only_administrators_see_them(sign_in: SignIn) -> None:
    assert sign_in("aiko").get(reverse("web:settings_policies")).status_code == 403
