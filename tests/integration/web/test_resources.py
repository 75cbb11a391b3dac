"""The list of resources and one resource."""

from copy import copy

import pytest
from django.db import connection

from apps.environments.models import Environment
from apps.inventory import queries
from apps.inventory.commands import record_observation
from apps.inventory.models import Resource
from apps.planning.plan import Observation
from tests.integration.estate import GROUP
from tests.integration.web.conftest import SignIn, database, scan


@pytest.mark.parametrize("text", ["orders", "ORDERS-DEV", "rds payments", "owner=payments", "100%"])
def test_every_word_of_a_search_finds_the_resource(sign_in: SignIn, databases: dict[str, Resource], text: str) -> None:
    assert "orders-dev" in sign_in("aiko").get("/resources/", {"q": text}).text


@pytest.mark.parametrize("text", ["orders payroll", "order_", "%zzz%", "' OR 1=1 --"])
def test_a_search_matches_its_characters_and_not_a_pattern(
    sign_in: SignIn, databases: dict[str, Resource], text: str
) -> None:
    assert "No resource matches" in sign_in("aiko").get("/resources/", {"q": text}).text


def test_filters_narrow_the_list(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    page = sign_in("aiko").get("/resources/", {"environment": "dev", "type": "AWS::RDS::DBInstance"}).text
    assert "orders-dev" in page
    assert "orders-prod" not in page


def test_an_unknown_filter_value_does_not_break_the_page(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    answer = sign_in("aiko").get("/resources/", {"environment": "\x00nowhere", "state": "x" * 300, "at": "garbage"})
    assert answer.status_code == 200


def test_a_person_sees_only_environments_with_a_role(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    client = sign_in("ben")
    page = client.get("/resources/").text
    assert "orders-dev" in page
    assert "orders-prod" not in page
    assert client.get(f"/resources/{databases['prod'].pk}/").status_code == 404
    assert client.post(f"/resources/{databases['prod'].pk}/refresh/").status_code == 404


def test_pages_go_forward_and_back_without_repeating_a_row(
    sign_in: SignIn, environments: dict[str, Environment]
) -> None:
    template = database(environments["dev"])
    for number in range(119):
        template.pk, template.identifier, template.name = None, f"r-{number:03}", f"r-{number // 2:03}"
        template.save(force_insert=True)
    client, seen, address = sign_in("aiko"), [], "/resources/"
    while address:
        page = client.get(address).context["page"]
        seen += [row.identifier for row in page.rows]
        address = page.next_url and "/resources/" + page.next_url
    assert len(seen) == len(set(seen)) == 120
    back = client.get("/resources/" + page.previous_url).context["page"]
    assert [row.identifier for row in back.rows] == seen[50:100]


def test_a_resource_shows_its_document_and_what_changed(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    page = sign_in("ben").get(f"/resources/{databases['dev'].pk}/").text
    assert "db.t4g.large" in page
    assert '<span class="becomes mono">db.r6g.large</span>' in page


def test_text_from_aws_is_escaped(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    page = sign_in("aiko").get(f"/resources/{databases['dev'].pk}/").text
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_failed_reading_is_said_at_the_resource(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    scan(databases["dev"].environment, "failed", "AWS answered AccessDenied: widen the read role's policy.")
    page = sign_in("aiko").get(f"/resources/{databases['dev'].pk}/").text
    assert "The last reading failed." in page
    assert "widen the read role&#x27;s policy" in page


def test_a_resource_being_read_polls_until_it_was_read(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    client, address = sign_in("aiko"), f"/resources/{databases['dev'].pk}/scan/"
    scan(databases["dev"].environment, "running")
    under_way = client.get(address)
    assert 'hx-trigger="every 2s"' in under_way.text
    assert "HX-Refresh" not in under_way.headers
    scan(databases["dev"].environment, "done")
    assert client.get(address).headers["HX-Refresh"] == "true"


def observed(environment: Environment, type_name: str, name: str, **document: object) -> Resource:
    seen = Observation(type_name, "ap-northeast-1", name, name, "", "", document)
    record_observation(environment=environment, observation=seen, cause="refresh")
    return Resource.objects.get(environment=environment, type=type_name, identifier=name)


def test_a_resource_is_drawn_between_what_uses_it_and_what_it_uses(
    sign_in: SignIn, environments: dict[str, Environment]
) -> None:
    dev = environments["dev"]
    peer = observed(dev, GROUP, "sg-9", GroupId="sg-9", GroupName="peer")
    rules = [{"IpProtocol": "-1", "SourceSecurityGroupId": "sg-9"}]
    web = observed(dev, GROUP, "sg-1", GroupId="sg-1", GroupName="web", SecurityGroupIngress=rules)
    apps = [observed(dev, "AWS::EC2::Instance", f"i-{n}", SecurityGroupIds=["sg-1"]) for n in range(10)]
    page = sign_in("ben").get(f"/resources/{web.pk}/")
    picture = page.context["picture"]
    assert [node.name for node in picture.used] == ["sg-9"]
    assert [node.name for node in picture.users] == [f"i-{n}" for n in range(8)]
    assert f'<a href="/resources/{apps[0].pk}/"><title>i-0 (EC2 instance · SecurityGroupIds) uses this' in page.text
    assert "2 more use this" in page.text
    assert f'<a href="/resources/{peer.pk}/">' in page.text


def test_what_is_around_a_resource_is_drawn_two_steps_deep(
    sign_in: SignIn, environments: dict[str, Environment]
) -> None:
    dev, network = environments["dev"], "AWS::EC2::VPC"
    shop = observed(dev, network, "vpc-1", VpcId="vpc-1")
    subnet = observed(dev, "AWS::EC2::Subnet", "subnet-1", SubnetId="subnet-1", VpcId="vpc-1")
    group = observed(dev, GROUP, "sg-1", GroupId="sg-1", VpcId="vpc-1")
    job = observed(dev, "AWS::EC2::Instance", "i-1", SubnetId="subnet-1", SecurityGroupIds=["sg-1"], InstanceId="i-1")
    ben = sign_in("ben")

    def drawn(side: str, of: Resource) -> list[tuple[str, str]]:
        nodes = getattr(ben.get(f"/resources/{of.pk}/").context["picture"], side)
        return [(node.name, node.inner.name if node.inner else "") for node in nodes]

    assert drawn("used", job) == [("sg-1", ""), ("vpc-1", "sg-1"), ("subnet-1", "")]
    assert drawn("users", shop) == [("sg-1", ""), ("i-1", "sg-1"), ("subnet-1", "")]
    assert drawn("users", subnet) == drawn("users", group) == [("i-1", "")]
    assert "uses sg-1</title>" in ben.get(f"/resources/{shop.pk}/").text


def test_users_in_environments_that_one_does_not_see_are_counted_only(
    sign_in: SignIn, environments: dict[str, Environment]
) -> None:
    dev, prod = environments["dev"], environments["prod"]
    prod.account = dev.account
    prod.save()
    web = observed(dev, GROUP, "sg-1", GroupId="sg-1")
    observed(prod, "AWS::EC2::Instance", "payroll", SecurityGroupIds=["sg-1"])
    page = sign_in("ben").get(f"/resources/{web.pk}/").text
    assert "payroll" not in page
    assert "1 more uses it in environments that you can't see" in page


def test_the_list_costs_the_same_queries_however_long_it_is(
    sign_in: SignIn, databases: dict[str, Resource], django_assert_max_num_queries: object
) -> None:
    client = sign_in("aiko")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/resources/")


def test_a_search_uses_its_index(environments: dict[str, Environment]) -> None:
    template = database(environments["dev"])
    many = [copy(template) for _ in range(500)]
    for number, row in enumerate(many):
        row.pk, row.identifier = None, f"r-{number}"
        row.search = f"thing {number}" + (" of 東京" if number == 7 else "")
    Resource.objects.bulk_create(many)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inventory_resource; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    for text in ("thing 499", "東京"):
        rows = queries.search(queries.Wanted(text=text), None)
        assert "resources_search" in rows.order_by().explain(), text
        assert rows.count() == 1


def test_the_states_to_choose_from_are_those_there_are(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    Resource.objects.filter(pk=databases["dev"].pk).update(status="modifying")
    Resource.objects.filter(pk=databases["prod"].pk).update(status="being repaired")
    assert queries.statuses() == ["being repaired", "modifying"]
    assert "being repaired" in sign_in("aiko").get("/resources/").text


def test_a_refresh_from_the_form_leaves_the_form_where_it_is(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    client, address = sign_in("aiko"), f"/resources/{databases['dev'].pk}/refresh/"
    answer = client.post(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "What you typed stays" in answer.text
    assert client.post(address).status_code == 302


def test_former_values_are_proposed_again(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    orders, aiko = databases["dev"], sign_in("aiko")
    former = queries.versions(orders)[1]
    address = f"/propose/?resource={orders.pk}&version={former.pk}"
    page = aiko.get(f"/resources/{orders.pk}/").text
    assert page.count("Propose these values again") == 1, "not of what is there now"
    assert address.replace("&", "&amp;") in page
    form = aiko.get(address)
    assert "Filled in with what it had" in form.text
    assert form.context["form"]["DBInstanceClass"].value() == "db.t4g.large"
    assert dict(form.context["subject"].wanted) == {"DBInstanceClass": "db.t4g.large"}
    assert form.context["panel"].view is not None
    other = queries.versions(databases["prod"])[1]
    unrelated = aiko.get(f"/propose/?resource={orders.pk}&version={other.pk}")
    assert unrelated.context["subject"].former is None


def test_what_can_not_be_set_back_is_said(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    for name, days in (("a", 7), ("b", 14)):
        shop = observed(
            environments["dev"],
            "AWS::Logs::LogGroup",
            "shop",
            LogGroupName="shop",
            RetentionInDays=days,
            LogGroupClass="STANDARD" if name == "a" else "INFREQUENT_ACCESS",
        )
    former = queries.versions(shop)[1]
    form = sign_in("aiko").get(f"/propose/?resource={shop.pk}&version={former.pk}")
    assert form.context["subject"].former.names == ("RetentionInDays",)
    assert (
        "Can&#x27;t be set back here: LogGroupClass." in form.text
        or "Can't be set back here: LogGroupClass." in form.text
    )
