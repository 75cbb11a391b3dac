"""The list of environments and one environment."""

from apps.environments.models import Environment
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


def test_polling_stops_when_everything_was_read(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    client = sign_in("ben")
    scan(environments["dev"], "running")
    under_way = client.get("/environments/dev/scans/")
    assert under_way.status_code == 200
    assert "<progress" in under_way.text
    scan(environments["dev"], "done")
    assert client.get("/environments/dev/scans/").status_code == 286


def test_the_external_id_is_not_on_the_page(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    assert "an-external-id" not in sign_in("aiko").get("/environments/dev/").text
