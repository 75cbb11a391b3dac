"""Which resources name which others, as inventory keeps it."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from apps.environments.models import Environment
from apps.inventory import relations
from apps.inventory.commands import record_gone, record_observation
from apps.inventory.models import Relation, Resource
from apps.planning.plan import Observation
from tests.integration.estate import GROUP, RDS, TOKYO
from tests.integration.flow import make_environment

WEB = Observation(GROUP, TOKYO, "sg-1", "web", "", "", {"GroupId": "sg-1", "GroupName": "web"})
ORDERS = Observation(RDS, TOKYO, "orders", "orders", "", "available", {"VPCSecurityGroups": ["sg-1", "sg-2"]})


@pytest.fixture
def prod(db: None) -> Environment:
    return make_environment()


def keep(environment: Environment, *seen: Observation) -> None:
    for each in seen:
        record_observation(environment=environment, observation=each, cause="refresh")


def users(environment: Environment, seen: Observation = WEB) -> list[tuple[str, str]]:
    found = relations.users_of(environment, seen.type, seen.region, seen.document)
    return [(link.resource.name, link.at) for link in found.links]


def test_a_relation_is_known_from_both_ends(prod: Environment) -> None:
    keep(prod, WEB, ORDERS)
    assert users(prod) == [("orders", "VPCSecurityGroups/*")]
    (link,) = relations.used_by(Resource.objects.get(name="orders"))
    assert (link.resource.name, link.at) == ("web", "VPCSecurityGroups/*")


def test_relations_follow_the_document(prod: Environment) -> None:
    keep(prod, WEB, ORDERS, replace(ORDERS, document={"VPCSecurityGroups": ["sg-2"]}))
    assert users(prod) == []
    assert list(Relation.objects.values_list("value", flat=True)) == ["sg-2"]
    keep(prod, ORDERS)
    assert users(prod) == [("orders", "VPCSecurityGroups/*")]


def test_relations_that_were_never_written_come_with_the_next_reading(prod: Environment) -> None:
    keep(prod, WEB, ORDERS)
    Relation.objects.all().delete()
    keep(prod, ORDERS)
    assert users(prod) == [("orders", "VPCSecurityGroups/*")]


def test_what_is_gone_uses_nothing(prod: Environment) -> None:
    keep(prod, WEB, ORDERS)
    record_gone(environment=prod, region=TOKYO, type_name=RDS, identifier="orders", now=timezone.now())
    assert users(prod) == []


def test_another_region_or_account_has_names_of_its_own(prod: Environment, django_assert_max_num_queries: Any) -> None:
    far = replace(ORDERS, region="us-west-2", identifier="far", name="far")
    keep(prod, WEB, far)
    assert users(prod) == []
    keep(prod, ORDERS)
    with django_assert_max_num_queries(2):
        assert users(prod) == [("orders", "VPCSecurityGroups/*")]


def test_a_group_whose_rules_name_itself_is_no_user_of_itself(prod: Environment) -> None:
    rule = {"IpProtocol": "-1", "SourceSecurityGroupId": "sg-1"}
    itself = replace(WEB, document={**WEB.document, "SecurityGroupIngress": [rule]})
    keep(prod, itself)
    assert users(prod, itself) == []


def test_types_that_were_not_read_are_named(prod: Environment) -> None:
    keep(prod, WEB)
    assert RDS in relations.users_of(prod, GROUP, TOKYO, WEB.document).unread
