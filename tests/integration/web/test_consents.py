"""What holds data is deleted and replaced only as the person says: with which snapshot, and why."""

from typing import Any

import pytest
from django.urls import reverse

from apps.catalog.registry import TYPES
from apps.changes.models import ChangeRequest, DraftChange
from apps.environments.models import Environment
from apps.inventory.models import Resource
from tests.integration.web.conftest import SignIn, scan

TITLE = {"title": "Orders moves out"}


@pytest.fixture
def address(databases: dict[str, Resource]) -> str:
    found = databases["prod"]
    known = {"DBInstanceIdentifier": "orders-prod", "Engine": "postgres", "MasterUsername": "orders"}
    found.document = known | {"DBInstanceClass": "db.r6g.large", "AllocatedStorage": "100"}
    found.save()
    found.versions.update(document=found.document)
    return f"{reverse('web:propose')}?resource={found.pk}"


@pytest.fixture
def everything_read(environments: dict[str, Environment]) -> None:
    """Only then it is known what uses a resource."""
    for declared in TYPES:
        scan(environments["prod"], "done", type_name=declared.name)


def consents() -> dict[str, str]:
    [change] = DraftChange.objects.all()
    return dict(change.consents)


def test_a_deletion_offers_the_name_of_the_last_snapshot(sign_in: SignIn, address: str) -> None:
    answer = sign_in("aiko").get(f"{address}&action=delete")
    assert 'value="orders-prod-final"' in answer.text
    assert "consent-replace" not in answer.text


def test_the_snapshot_that_was_named_is_kept_and_shown_again(sign_in: SignIn, address: str) -> None:
    aiko = sign_in("aiko")
    answer = aiko.post(f"{address}&action=delete", {**TITLE, "consent-snapshot": "orders-2026"})
    assert answer.status_code == 302
    assert consents() == {"snapshot": "orders-2026"}
    request = ChangeRequest.objects.get()
    again = aiko.get(reverse("web:edit_change", args=[request.pk, 1]), follow=True)
    assert 'value="orders-2026"' in again.text


def test_no_snapshot_needs_a_reason(sign_in: SignIn, address: str) -> None:
    typed = {**TITLE, "consent-snapshot": "orders-2026", "consent-no_snapshot": "on"}
    answer = sign_in("aiko").post(f"{address}&action=delete", typed)
    assert answer.status_code == 422
    assert "Say why no last snapshot is needed" in answer.text
    assert 'value="orders-2026"' in answer.text
    saved = sign_in("aiko").post(f"{address}&action=delete", typed | {"consent-no_snapshot_why": "It is empty."})
    assert saved.status_code == 302
    assert consents() == {"no_snapshot": "It is empty."}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({}, "Consent to it and say why"), ({"consent-replace": "on"}, "Say why it may be replaced")],
)
def test_a_replacement_of_what_holds_data_needs_a_reason(
    sign_in: SignIn, address: str, everything_read: None, typed: dict[str, Any], sentence: str
) -> None:
    answer = sign_in("aiko").post(address, {**TITLE, "MasterUsername": "root", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not ChangeRequest.objects.exists()


def test_consents_that_were_typed_stay_when_a_part_is_added(sign_in: SignIn, address: str) -> None:
    typed = {"consent-replace": "on", "consent-replace_why": "Nobody uses it.", "do": "add:Tags"}
    answer = sign_in("aiko").post(address, typed)
    assert answer.status_code == 200
    assert 'value="Nobody uses it."' in answer.text
    assert "checked" in answer.text.partition('name="consent-replace"')[2].partition(">")[0]


def test_a_type_without_data_asks_for_no_consent(sign_in: SignIn, environments: dict[str, Any]) -> None:
    answer = sign_in("aiko").get(f"{reverse('web:propose')}?type=AWS::SQS::Queue&environment=prod")
    assert answer.status_code == 200
    assert "consent-" not in answer.text
