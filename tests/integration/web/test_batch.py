"""One edit of several resources as one request, and their deletion."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.inventory.commands import record_observation
from apps.inventory.models import Resource
from apps.planning.plan import Observation
from tests.integration.web.conftest import SignIn

TOKYO = "ap-northeast-1"


def group(environment: Environment, name: str, **document: object) -> Resource:
    given = {"TargetGroupArn": f"arn:{name}", "HealthCheckPath": "/healthz", "Name": name, **document}
    return Resource.objects.create(
        environment=environment,
        region=TOKYO,
        type="AWS::ElasticLoadBalancingV2::TargetGroup",
        identifier=f"arn:{name}",
        name=name,
        document=given,
        digest="b" * 64,
        search=name,
        first_seen_at=timezone.now(),
        observed_at=timezone.now(),
    )


def row(key: str, value: str) -> dict[str, str]:
    return {"Key": key, "Value": value}


@pytest.fixture
def groups(environments: dict[str, Environment]) -> list[Resource]:
    """Two that differ in their interval and in a tag."""
    prod = environments["prod"]
    shared = [row("env", "prod"), row("owner", "ml")]
    return [
        group(prod, "blue", HealthCheckIntervalSeconds=30, Tags=[*shared, row("Name", "blue")]),
        group(prod, "green", HealthCheckIntervalSeconds=15, Tags=[*shared, row("Name", "green")]),
    ]


def address(chosen: list[Resource], action: str = "") -> str:
    asked = [("resource", str(each.pk)) for each in chosen] + ([("action", action)] if action else [])
    return f"{reverse('web:propose_batch')}?{urlencode(asked)}"


def test_what_differs_is_empty_and_stays_as_it_is(sign_in: SignIn, groups: list[Resource]) -> None:
    aiko = sign_in("aiko")
    shown = aiko.get(address(groups))
    assert "They differ here" in shown.text
    assert 'name="HealthCheckPath" value="/healthz"' in shown.text
    typed = {"title": "Look elsewhere", "HealthCheckPath": "/ready", "HealthCheckIntervalSeconds": ""}
    typed |= {"Tags-key": ["env", "owner"], "Tags-value": ["prod", "ml"]}
    answer = aiko.post(address(groups), typed)
    assert answer.status_code == 302, answer.text
    changes = ChangeRequest.objects.get().draft_changes.order_by("ordinal")
    assert [(each.identifier, each.desired, each.base) for each in changes] == [
        (f"arn:{name}", {"HealthCheckPath": "/ready"}, {"HealthCheckPath": "/healthz"}) for name in ("blue", "green")
    ]


def test_tags_that_only_one_has_stay_when_those_of_all_are_edited(sign_in: SignIn, groups: list[Resource]) -> None:
    typed = {"title": "Owners", "HealthCheckPath": "/healthz"}
    typed |= {"Tags-key": ["env", "team"], "Tags-value": ["production", "search"]}
    sign_in("aiko").post(address(groups), typed)
    for each in ChangeRequest.objects.get().draft_changes.all():
        tags = {row["Key"]: row["Value"] for row in each.desired["Tags"]}
        assert tags == {"Name": each.name, "env": "production", "team": "search"}


def test_those_that_are_so_already_are_left_out(sign_in: SignIn, groups: list[Resource]) -> None:
    typed = {"title": "Faster", "HealthCheckPath": "/healthz", "HealthCheckIntervalSeconds": "15"}
    typed |= {"Tags-key": ["env", "owner"], "Tags-value": ["prod", "ml"]}
    sign_in("aiko").post(address(groups), typed)
    assert [each.name for each in ChangeRequest.objects.get().draft_changes.all()] == ["blue"]


def test_wrong_values_and_nothing_changed_are_said_at_the_form(sign_in: SignIn, groups: list[Resource]) -> None:
    aiko = sign_in("aiko")
    same = {"title": "x", "HealthCheckPath": "/healthz", "Tags-key": ["env", "owner"], "Tags-value": ["prod", "ml"]}
    unchanged = aiko.post(address(groups), same)
    assert unchanged.status_code == 422
    assert "Nothing is changed yet" in unchanged.text
    wrong = aiko.post(address(groups), {**same, "HealthCheckIntervalSeconds": "2"})
    assert wrong.status_code == 422
    assert 'value="2"' in wrong.text
    assert not ChangeRequest.objects.exists()


def test_several_are_deleted_with_a_last_snapshot_of_those_that_hold_data(
    sign_in: SignIn, groups: list[Resource], databases: dict[str, Resource]
) -> None:
    chosen = [*groups, databases["prod"]]
    aiko = sign_in("aiko")
    shown = aiko.get(address(chosen, "delete"))
    name = f"consent-{databases['prod'].pk}-snapshot"
    assert f'name="{name}" value="orders-prod-final"' in shown.text
    answer = aiko.post(address(chosen, "delete"), {"title": "Gone", name: "orders-last"})
    assert answer.status_code == 302, answer.text
    changes = {each.name: each for each in ChangeRequest.objects.get().draft_changes.all()}
    assert {each.action for each in changes.values()} == {"delete"}
    assert changes["orders-prod"].consents == {"snapshot": "orders-last"}
    assert changes["blue"].consents == {}


def test_what_can_not_be_done_together_is_said_with_the_choice_to_correct(
    sign_in: SignIn, groups: list[Resource], databases: dict[str, Resource]
) -> None:
    goro = sign_in("goro")
    mixed = goro.get(address([*groups, databases["prod"]]))
    assert (mixed.status_code, "Keep those of one type" in mixed.text) == (422, True)
    places = goro.get(address([databases["prod"], databases["dev"]]))
    assert "belong to several environments" in places.text
    assert goro.get(reverse("web:propose_batch")).status_code == 422
    unseen = sign_in("ben").get(address(groups))
    assert "No resource is chosen" in unseen.text
    Resource.objects.filter(pk=groups[0].pk).update(gone_at=timezone.now())
    assert "no longer lists blue" in goro.get(address(groups)).text


def test_they_join_a_draft(sign_in: SignIn, groups: list[Resource]) -> None:
    aiko = sign_in("aiko")
    aiko.post(address(groups[:1], "delete"), {"title": "Gone"})
    draft = ChangeRequest.objects.get()
    aiko.post(address(groups[1:], "delete"), {"draft": str(draft.pk)})
    assert ChangeRequest.objects.get().draft_changes.count() == 2


def test_what_uses_a_resource_is_shown_and_can_go_along(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    def seen(kind: str, name: str, **document: object) -> Resource:
        known = Observation(kind, TOKYO, f"arn:{name}", name, "", "", {"Name": name, **document})
        record_observation(environment=environments["prod"], observation=known, cause="refresh")
        return Resource.objects.get(identifier=known.identifier)

    balancing = "AWS::ElasticLoadBalancingV2::"
    targets = seen(f"{balancing}TargetGroup", "targets", TargetGroupArn="arn:targets")
    listener = seen(
        f"{balancing}Listener",
        "listener",
        ListenerArn="arn:listener",
        DefaultActions=[{"TargetGroupArn": "arn:targets"}],
    )
    rule = seen(f"{balancing}ListenerRule", "rule", ListenerArn="arn:listener")
    aiko = sign_in("aiko")
    alone = aiko.get(reverse("web:propose") + f"?resource={targets.pk}&action=delete")
    assert [each.resource.name for each in alone.context["users"]] == ["listener", "rule"]
    assert "Delete it although something uses it" in alone.text
    together = aiko.get(reverse("web:propose_batch") + "?" + alone.context["along"])
    assert [each.pk for each in together.context["batch"].resources] == [listener.pk, rule.pk, targets.pk]
    assert not together.context["batch"].users

    some = aiko.get(address([targets], "delete"))
    assert f'name="resource" value="{listener.pk}"' in some.text
    typed = {
        "title": "Gone",
        f"consent-{targets.pk}-users": "on",
        f"consent-{targets.pk}-users_why": "The rest follows.",
    }
    aiko.post(address([targets], "delete"), typed)
    draft = ChangeRequest.objects.get()
    assert draft.draft_changes.get().consents == {"users": "The rest follows."}
    page = aiko.get(reverse("web:change_request", args=[draft.pk]))
    assert "It goes although something uses it: The rest follows." in page.text
    again = aiko.get(reverse("web:edit_change", args=[draft.pk, 1]), follow=True)
    assert 'value="The rest follows."' in again.text
