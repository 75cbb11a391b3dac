"""Change requests through the API: the same verbs as the pages, refused in the same words."""

from typing import Any

import pytest
from django.test import Client as Browser

from apps.audit.models import Event
from apps.changes.models import ChangeRequest
from apps.environments.models import Environment
from apps.people.models import User
from apps.planner.request import plan_request
from apps.reviews.models import Review
from apps.runs.models import Run
from tests.integration.api.conftest import Client
from tests.integration.estate import CLASS_AFTER, CLASS_BEFORE, RDS, TOKYO, Account
from tests.integration.flow import digest, draft, submitted

URL = "/api/v1/change-requests/"
CHANGE = {
    "action": "update",
    "type": RDS,
    "region": TOKYO,
    "identifier": "orders-prod",
    "name": "orders-prod",
    "desired": {"DBInstanceClass": CLASS_AFTER},
    "base": {"DBInstanceClass": CLASS_BEFORE},
}
DRAFT = {"environment": "prod", "title": "Resize", "reason": "Load", "changes": [CHANGE]}


@pytest.fixture
def in_review(people: dict[str, User], prod: Environment, aws: Account) -> ChangeRequest:
    return submitted(people["aiko"], draft(people["aiko"], prod), aws)


def post(client: Any, request: ChangeRequest, verb: str, **data: Any) -> Any:
    if verb in {"approve", "request-changes", "reject"}:
        data = {"edition": ChangeRequest.objects.get(pk=request.pk).edition} | data
    return client.post(f"{URL}{request.pk}/{verb}/", data, format="json")


def test_a_change_goes_from_proposal_to_a_queued_run(api: Client, prod: Environment, aws: Account) -> None:
    aiko, ben = api("aiko"), api("ben")
    made = aiko.post(URL, DRAFT, format="json")
    assert made.status_code == 201
    request = ChangeRequest.objects.get(pk=made.json()["id"])
    assert (made.json()["state"], made.json()["authors"]) == ("draft", ["aiko"])
    assert post(aiko, request, "submit", edition=1).json()["state"] == "planning"
    plan_request(request.pk, open_reader=aws.reader)
    seen = ben.get(f"{URL}{request.pk}/").json()
    assert seen["state"] == "in_review"
    assert seen["revision"]["plan"]["changes"][0]["calls"][0]["operation"] == "modify_db_instance"
    assert seen["revision"]["flow"][0]["given"] == 0
    approved = post(ben, request, "approve", digest=seen["revision"]["digest"], text="Fine")
    assert approved.status_code == 200
    assert approved.json()["state"] == "approved"
    assert approved.json()["revision"]["reviews"][0]["person"] == "ben"
    started = post(aiko, request, "start", digest=seen["revision"]["digest"])
    assert started.status_code == 201
    assert started.json()["state"] == "queued"
    assert aiko.get(f"/api/v1/runs/{started.json()['id']}/").json()["steps"][0]["operation"] == "modify_db_instance"
    assert aiko.post(f"/api/v1/runs/{started.json()['id']}/cancel/", {}, format="json").json()["state"] == "cancelled"


def test_consents_are_kept_with_the_change_and_given_back(api: Client, prod: Environment) -> None:
    change = CHANGE | {"consents": {"replace": "It holds a copy only."}}
    made = api("aiko").post(URL, DRAFT | {"changes": [change]}, format="json")
    assert made.json()["changes"][0]["consents"] == change["consents"]
    wrong = api("aiko").post(URL, DRAFT | {"changes": [CHANGE | {"consents": {"all": "Yes."}}]}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "consent")


@pytest.mark.parametrize("verb", ["approve", "request-changes", "reject"])
def test_an_author_does_not_decide(api: Client, in_review: ChangeRequest, verb: str) -> None:
    User.objects.get(username="aiko").bindings.create(role="reviewer", environment="prod")
    answer = post(api("aiko"), in_review, verb, digest=digest(in_review), text="Mine")
    assert answer.status_code == 409
    assert set(answer.json()) == {"code", "sentence"}
    assert not Review.objects.exists()
    assert ChangeRequest.objects.get().state == "in_review"


def test_a_co_author_does_not_approve_either(
    api: Client, people: dict[str, User], prod: Environment, aws: Account
) -> None:
    people["ben"].bindings.create(role="requester", environment="prod")
    request = draft(people["aiko"], prod)
    edited = api("ben").put(f"{URL}{request.pk}/", _edit(edition=1), format="json")
    assert edited.json()["authors"] == ["aiko", "ben"]
    request.refresh_from_db()
    submitted(people["aiko"], request, aws)
    assert post(api("ben"), request, "approve", digest=digest(request)).status_code == 409
    assert post(api("chie"), request, "approve", digest=digest(request)).status_code == 200


def _edit(edition: int) -> dict[str, Any]:
    return {name: value for name, value in DRAFT.items() if name != "environment"} | {"edition": edition}


@pytest.mark.parametrize("person", ["aiko", "daichi", "emi", "goro"])
def test_nobody_but_reviewers_decides(api: Client, in_review: ChangeRequest, person: str) -> None:
    assert post(api(person), in_review, "approve", digest=digest(in_review)).status_code == 409
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    "change", [str.upper, lambda d: d + " ", lambda d: " " + d, lambda d: d[:-1], lambda d: "0" * 64]
)
def test_only_the_exact_digest_is_approved(api: Client, in_review: ChangeRequest, change: Any) -> None:
    answer = post(api("ben"), in_review, "approve", digest=change(digest(in_review)))
    assert answer.status_code in (400, 409)
    assert not Review.objects.exists()


@pytest.mark.parametrize("verb", ["approve", "reject", "start"])
def test_without_a_digest_nothing_is_decided(api: Client, in_review: ChangeRequest, verb: str) -> None:
    answer = post(api("ben"), in_review, verb)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert "`faults` says where" in answer.json()["sentence"]
    assert "digest" in answer.json()["faults"]


def test_the_digest_of_an_older_plan_is_stale(
    api: Client, people: dict[str, User], in_review: ChangeRequest, aws: Account
) -> None:
    old = digest(in_review)
    change = CHANGE | {"desired": {"DBInstanceClass": "db.r6g.2xlarge"}}
    api("aiko").put(f"{URL}{in_review.pk}/", _edit(edition=1) | {"changes": [change]}, format="json")
    in_review.refresh_from_db()
    submitted(people["aiko"], in_review, aws)
    assert digest(in_review) != old
    assert post(api("ben"), in_review, "approve", digest=old).status_code == 409
    assert not Review.objects.exists()


def test_nothing_starts_without_approval(api: Client, in_review: ChangeRequest) -> None:
    assert post(api("aiko"), in_review, "start", digest=digest(in_review)).status_code == 409
    assert not Run.objects.exists()


def test_an_edit_after_approval_takes_the_approval_away(api: Client, in_review: ChangeRequest) -> None:
    old = digest(in_review)
    post(api("ben"), in_review, "approve", digest=old)
    assert api("aiko").put(f"{URL}{in_review.pk}/", _edit(edition=1), format="json").json()["state"] == "draft"
    assert post(api("aiko"), in_review, "start", digest=old).status_code == 409
    assert not Run.objects.exists()


def test_a_reviewer_who_lost_the_role_no_longer_counts(api: Client, in_review: ChangeRequest) -> None:
    post(api("ben"), in_review, "approve", digest=digest(in_review))
    User.objects.get(username="ben").bindings.all().delete()
    assert post(api("aiko"), in_review, "start", digest=digest(in_review)).status_code == 409


def test_a_role_given_after_submission_does_not_make_an_approver(
    api: Client, in_review: ChangeRequest, people: dict[str, User]
) -> None:
    people["daichi"].bindings.create(role="reviewer", environment="prod")
    assert post(api("daichi"), in_review, "approve", digest=digest(in_review)).status_code == 409


def test_the_same_person_counts_once(api: Client, in_review: ChangeRequest) -> None:
    assert post(api("ben"), in_review, "approve", digest=digest(in_review)).status_code == 200
    assert post(api("ben"), in_review, "approve", digest=digest(in_review)).status_code == 409
    assert Review.objects.count() == 1


def test_a_switched_off_person_reaches_nothing(api: Client, in_review: ChangeRequest) -> None:
    ben = api("ben")
    User.objects.filter(username="ben").update(is_active=False)
    assert post(ben, in_review, "approve", digest=digest(in_review)).status_code == 403


def test_a_request_of_another_environment_is_not_found(api: Client, in_review: ChangeRequest) -> None:
    client = api("fuyu")
    for verb in ("", "submit/", "withdraw/", "comment/", "approve/", "reject/", "start/"):
        address = f"{URL}{in_review.pk}/{verb}"
        answer = client.post(address, {}, format="json") if verb else client.get(address)
        nowhere = address.replace(f"/{in_review.pk}/", "/999999/")
        same = client.post(nowhere, {}, format="json") if verb else client.get(nowhere)
        assert answer.status_code == same.status_code == 404, verb
        assert answer.content == same.content
    assert client.get(URL).json()["results"] == []


def test_a_strange_id_is_not_found(api: Client, in_review: ChangeRequest) -> None:
    client = api("aiko")
    for pk in ("0", "01", "-1", "1.0", "x", "9" * 18, "9" * 40, "%00", "1%20or%201=1"):
        assert client.get(f"{URL}{pk}/").status_code == 404, pk


def test_an_environment_that_one_may_not_see_reads_like_one_that_does_not_exist(api: Client, prod: Environment) -> None:
    hidden = api("fuyu").post(URL, DRAFT, format="json")
    missing = api("fuyu").post(URL, DRAFT | {"environment": "nowhere"}, format="json")
    assert hidden.status_code == missing.status_code == 400
    assert hidden.content == missing.content


def test_seeing_is_not_proposing(api: Client, prod: Environment) -> None:
    answer = api("emi").post(URL, DRAFT, format="json")
    assert answer.status_code == 409
    assert answer.json()["code"] == "role"
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize(
    "name", ["state", "id", "created_by", "requester", "digest", "approved_by", "is_superuser", "applied_at"]
)
def test_what_may_not_be_set_is_refused_by_name(api: Client, prod: Environment, name: str) -> None:
    answer = api("aiko").post(URL, DRAFT | {name: "x"}, format="json")
    assert answer.status_code == 400
    assert list(answer.json()["faults"]) == [name]
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"title": ""}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"changes": "x"}, "changes"),
        ({"changes": [CHANGE] * 101}, "changes"),
        ({"changes": [CHANGE | {"action": "explode"}]}, "changes"),
        ({"changes": [CHANGE | {"desired": []}]}, "changes"),
        ({"changes": [CHANGE | {"endpoint_url": "http://evil"}]}, "changes"),
        ({"environment": "../x"}, "environment"),
    ],
)
def test_wrong_values_are_named_by_field(api: Client, prod: Environment, changed: dict[str, Any], where: str) -> None:
    answer = api("aiko").post(URL, DRAFT | changed, format="json")
    assert answer.status_code == 400
    assert list(answer.json()["faults"]) == [where]


@pytest.mark.parametrize("region", ["evil.com/#", "eu-west-1.evil.com", "@", "us-east-1"])
def test_a_region_outside_the_environment_is_refused(api: Client, prod: Environment, region: str) -> None:
    answer = api("aiko").post(URL, DRAFT | {"changes": [CHANGE | {"region": region}]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "region")


def test_an_edition_is_a_whole_number(api: Client, people: dict[str, User], prod: Environment) -> None:
    request, client = draft(people["aiko"], prod), api("aiko")
    for edition in (True, "1", 1.5, None, 2**31, 0, -1):
        assert post(client, request, "submit", edition=edition).status_code == 400, edition


def test_somebody_elses_edit_is_not_overwritten(api: Client, people: dict[str, User], prod: Environment) -> None:
    request = draft(people["aiko"], prod)
    assert api("daichi").put(f"{URL}{request.pk}/", _edit(edition=1), format="json").status_code == 200
    late = api("aiko").put(f"{URL}{request.pk}/", _edit(edition=1), format="json")
    assert (late.status_code, late.json()["code"]) == (409, "edition")


@pytest.mark.parametrize("method", ["patch", "delete", "trace"])
def test_other_methods_do_nothing(api: Client, in_review: ChangeRequest, method: str) -> None:
    answer = api("aiko").generic(method.upper(), f"{URL}{in_review.pk}/", "{}", content_type="application/json")
    assert answer.status_code == 405
    override = api("aiko").post(
        f"{URL}{in_review.pk}/", {}, format="json", headers={"X-HTTP-Method-Override": "DELETE"}
    )
    assert override.status_code == 405
    assert ChangeRequest.objects.count() == 1


def test_comments_and_withdrawal_write_their_events(api: Client, in_review: ChangeRequest) -> None:
    said = post(api("ben"), in_review, "comment", text="Why now?", ordinal=1, property="DBInstanceClass")
    assert said.status_code == 201
    assert post(api("aiko"), in_review, "withdraw", reason="Not now").json()["state"] == "withdrawn"
    verbs = list(Event.objects.filter(stream=f"cr/{in_review.pk}").order_by("seq").values_list("verb", flat=True))
    assert verbs[-2:] == ["change_request.commented", "change_request.withdrawn"]


def test_a_request_for_changes_needs_words(api: Client, in_review: ChangeRequest) -> None:
    assert post(api("ben"), in_review, "request-changes", digest=digest(in_review)).status_code == 400
    answer = post(api("ben"), in_review, "request-changes", digest=digest(in_review), text="Smaller, please")
    assert answer.json()["state"] == "changes_requested"


def test_strangers_get_nothing(prod: Environment, in_review: ChangeRequest) -> None:
    browser = Browser()
    for address in (
        URL,
        f"{URL}{in_review.pk}/",
        "/api/v1/runs/",
        "/api/v1/audit-events/",
        "/api/v1/resources/",
        "/api/v1/schema/",
    ):
        assert browser.get(address).status_code in (302, 403), address


def test_a_session_needs_its_csrf_token(people: dict[str, User], prod: Environment) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(people["aiko"], backend="django.contrib.auth.backends.ModelBackend")
    assert browser.post(URL, DRAFT, content_type="application/json").status_code == 403
    assert browser.post(URL, "{}", content_type="text/plain").status_code in (403, 415)
    assert not ChangeRequest.objects.exists()
