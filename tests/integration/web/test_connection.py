"""Connecting an environment on its settings page: the template to take along, and what the tests found."""

import json

import pytest
from django.utils import timezone

from apps.environments.models import ConnectionTest, Environment
from tests.integration.web.conftest import SignIn

PAGE = "/settings/environments/prod/"


def ended(prod: Environment, process: str = "planner", writes: bool = False, *sentences: str) -> None:
    now = timezone.now()
    findings = [{"hinders": True, "sentence": each} for each in sentences]
    values = {"state": "done", "requested_at": now, "finished_at": now, "findings": findings}
    principal = f"arn:aws:iam::444444444444:user/ringi-{process}"
    ConnectionTest.objects.update_or_create(
        environment=prod, process=process, writes=writes, defaults=values | {"principal": principal}
    )


def test_the_page_shows_the_template_filled_in(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    page = sign_in("goro").get(PAGE).text
    assert "an-external-id" in page
    assert "aws cloudformation deploy --stack-name ringi-prod" in page
    assert "Not every worker has said yet who it is" in page
    for process in ("planner", "executor"):
        ended(environments["dev"], process)
    page = sign_in("goro").get(PAGE).text
    assert "Not every worker" not in page
    assert "arn:aws:iam::444444444444:user/ringi-executor" in page


def test_the_template_is_downloaded_as_it_is_shown(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    answer = sign_in("goro").get(f"{PAGE}template.json")
    assert answer["Content-Disposition"] == 'attachment; filename="ringi-prod.json"'
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content)["Resources"]["ReadRole"]["Properties"]["RoleName"] == "read"


def test_a_test_is_asked_for_and_followed_to_its_end(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    goro, prod = sign_in("goro"), environments["prod"]
    assert "Not tested yet" in goro.get(PAGE).text
    assert goro.post(f"{PAGE}test/").status_code == 302
    assert ConnectionTest.objects.filter(environment=prod, state="queued").count() == 3
    answer = goro.get(f"{PAGE}connection/")
    assert (answer.status_code, answer.text.count("Waits for the worker")) == (200, 3)
    assert 'hx-trigger="every 2s"' in answer.text
    ended(prod)
    ended(prod, "executor")
    ended(prod, "executor", True, "The role <b>x</b> can't be assumed.")
    answer = goro.get(f"{PAGE}connection/")
    assert (answer.status_code, answer.text.count("Nothing is missing")) == (286, 2)
    assert "doesn&#x27;t work yet" in answer.text
    assert "The role &lt;b&gt;x&lt;/b&gt; can&#x27;t be assumed." in answer.text
    assert "hx-get" not in answer.text


@pytest.mark.parametrize("address", ["template.json", "connection/"])
def test_only_administrators_see_the_connection(
    sign_in: SignIn, environments: dict[str, Environment], address: str
) -> None:
    assert sign_in("aiko").get(PAGE + address).status_code == 403
    assert sign_in("aiko").post(f"{PAGE}test/").status_code == 403
    assert not ConnectionTest.objects.exists()


def test_a_new_environment_is_tested_at_once_and_again_when_its_way_in_changes(
    sign_in: SignIn, environments: dict[str, Environment]
) -> None:
    dev = environments["dev"]
    values = {
        "slug": "stg", "name": "stg", "account": dev.account.pk, "regions": "ap-northeast-1", "position": 3,
        "read_role_arn": f"arn:aws:iam::{dev.account.number}:role/stg-read", "external_id": "an-external-id",
        "write_role_arn": f"arn:aws:iam::{dev.account.number}:role/stg-write", "enabled": "on",
        "runs_most": 1, "calls_most": 1, "failures_most": 1, "approval_days": 1,
    }  # fmt: skip
    goro, address = sign_in("goro"), "/settings/environments/stg/"
    assert goro.post("/settings/environments/new/", values)["Location"] == address
    stg = Environment.objects.get(slug="stg")
    assert ConnectionTest.objects.filter(environment=stg, state="queued").count() == 3
    ConnectionTest.objects.update(state="done")
    goro.post(address, values | {"name": "Staging"})
    assert not ConnectionTest.objects.filter(state="queued").exists()
    goro.post(address, values | {"external_id": "another"})
    assert ConnectionTest.objects.filter(environment=stg, state="queued").count() == 3
