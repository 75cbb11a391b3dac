"""The list of environments and one environment."""

from typing import Any

from django.utils import timezone

from apps.environments.models import Environment
from apps.inventory.models import TypeScan
from tests.integration.web.conftest import SignIn, scan


def test_the_list_shows_only_environments_with_a_role(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    page = sign_in("ben").get("/environments/").text
    assert "models-dev" in page
    assert "models-prod" not in page
    assert sign_in("ben").get("/environments/prod/").status_code == 404


def test_a_type_that_could_not_be_read_says_why(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    scan(environments["dev"], "done")
    scan(environments["dev"], "failed", "AWS answered AccessDenied.", "AWS::Redshift::Cluster")
    page = sign_in("ben").get("/environments/dev/").text
    assert "Could not be read" in page
    assert "AWS answered AccessDenied." in page
    assert "could not be read in full" in sign_in("ben").get("/environments/").text


def test_progress_is_asked_for_until_everything_was_read(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    client = sign_in("ben")
    scan(environments["dev"], "done", type_name="AWS::Redshift::Cluster")
    scan(environments["dev"], "running")
    assert 'hx-get="/environments/dev/progress/"' in client.get("/environments/dev/").text
    under_way = client.get("/environments/dev/progress/")
    assert ("HX-Refresh" in under_way, "1 of 2" in under_way.text) == (False, True)
    scan(environments["dev"], "done")
    assert client.get("/environments/dev/progress/").headers["HX-Refresh"] == "true"
    assert "hx-get" not in client.get("/environments/dev/").text.partition("<main")[2]


def test_a_type_has_one_row_for_all_regions_and_progress_costs_the_same_for_any_number(
    sign_in: SignIn, environments: dict[str, Environment], django_assert_max_num_queries: Any
) -> None:
    client = sign_in("ben")
    now = timezone.now()
    TypeScan.objects.bulk_create(
        TypeScan(environment=environments["dev"], region=region, type=f"AWS::Some::Type{n}", state="queued",
                 requested_at=now, finished_at=now, count=2)
        for n in range(80) for region in ("ap-northeast-1", "us-east-1", "eu-west-1", "us-west-2")
    )  # fmt: skip
    page = client.get("/environments/dev/").text
    assert page.count("Some Type7<") == 1
    assert page.count('<td class="number">8</td>') == 80
    with django_assert_max_num_queries(8) as captured:
        client.get("/environments/dev/progress/")
    assert not any('"seen"' in each["sql"] for each in captured.captured_queries)


def test_the_external_id_is_not_on_the_page(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    assert "an-external-id" not in sign_in("aiko").get("/environments/dev/").text
