"""The settings: for administrators of the installation only."""

import re
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from django.test import Client
from django.urls import reverse

from apps.audit.models import Event
from apps.environments.models import Account, Environment
from apps.inventory.models import Resource
from apps.people.adapter import PasswordLinkForm
from apps.people.models import RoleBinding, User
from apps.refusal import Refused
from tests.integration.web.conftest import SignIn

PAGES = ("/settings/", "/settings/environments/new/", "/settings/accounts/", "/settings/people/")


def values(account: Account, **changed: Any) -> dict[str, Any]:
    return {
        "slug": "stg",
        "name": "stg",
        "account": account.pk,
        "regions": "ap-northeast-1, us-west-2",
        "read_role_arn": f"arn:aws:iam::{account.number}:role/ringi/read",
        "write_role_arn": f"arn:aws:iam::{account.number}:role/ringi/write",
        "external_id": "an-external-id",
        "position": 3,
        "runs_most": 4,
        "calls_most": 6,
        "failures_most": 2,
        "approval_days": 7,
        "enabled": "on",
    } | changed


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("person", ["aiko", "ben", "emi"])
def test_nobody_but_administrators_opens_settings(
    sign_in: SignIn, environments: dict[str, Environment], person: str, address: str
) -> None:
    assert sign_in(person).get(address).status_code == 403
    assert sign_in("goro").get(address).status_code == 200


def test_an_administrator_adds_an_environment(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    answer = sign_in("goro").post("/settings/environments/new/", values(environments["dev"].account))
    assert answer.status_code == 302
    assert Environment.objects.get(slug="stg").regions == ["ap-northeast-1", "us-west-2"]
    event = Event.objects.get(verb="environment.added")
    assert (event.actor, event.subject) == ("goro", "stg")
    assert "an-external-id" not in event.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("read_role_arn", "arn:aws:iam::1:role/x", "it looks like arn:aws:iam::123456789012:role/name"),
        ("read_role_arn", "arn:aws:iam::999999999999:role/x", "This role is in account 999999999999"),
        ("regions", "tokyo", "“tokyo” is not a region"),
        ("external_id", "two words", "Use 2 to 1224 letters"),
        ("resource_tag", "prod", "Write it as name=value"),
        ("regions", "ap-southwest-9", "“ap-southwest-9” is not a region of AWS"),
        ("resource_tag", "env=a=b", "Write it as name=value"),
        ("slug", "2-fast", "A short name has up to 30 lower-case letters"),
        ("slug", "dev", "Another environment has this short name"),
    ],
)
def test_a_wrong_value_is_explained_at_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, environments: dict[str, Environment], field: str, value: str, sentence: str
) -> None:
    sent = values(environments["dev"].account, name="typed by hand", **{field: value})
    answer = sign_in("goro").post("/settings/environments/new/", sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="typed by hand"' in answer.text
    assert Environment.objects.count() == 2


def test_one_role_may_not_both_read_and_write(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    sent = values(environments["dev"].account)
    answer = sign_in("goro").post("/settings/environments/new/", sent | {"write_role_arn": sent["read_role_arn"]})
    assert "Use a role of its own for writing" in answer.text


def test_editing_keeps_the_short_name(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    sign_in("goro").post("/settings/environments/dev/", values(environments["dev"].account, slug="x", name="Dev"))
    assert Environment.objects.get(slug="dev").name == "Dev"


def test_an_account_number_has_twelve_digits(sign_in: SignIn) -> None:
    answer = sign_in("goro").post("/settings/accounts/", {"number": "12345", "name": "short"})
    assert "exactly 12 digits" in answer.text
    assert not Account.objects.exists()


def test_a_role_is_given_and_taken_with_events(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    client, ben = sign_in("goro"), User.objects.get(username="ben")
    client.post("/settings/people/roles/", {"person": ben.pk, "role": "auditor", "environment": "prod"})
    binding = RoleBinding.objects.get(user=ben, role="auditor")
    client.post(f"/settings/people/roles/{binding.pk}/remove/")
    assert not RoleBinding.objects.filter(user=ben, role="auditor").exists()
    verbs = Event.objects.filter(subject="ben").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["role.given", "role.taken"]


def test_the_last_administrator_keeps_the_role(sign_in: SignIn, people: dict[str, User]) -> None:
    binding = RoleBinding.objects.get(role="administrator")
    answer = sign_in("goro").post(f"/settings/people/roles/{binding.pk}/remove/", follow=True)
    assert "This is the last administrator" in answer.text
    assert RoleBinding.objects.filter(pk=binding.pk).exists()


def test_an_administrator_of_one_environment_does_not_administer_the_installation(
    sign_in: SignIn, people: dict[str, User]
) -> None:
    RoleBinding.objects.create(user=people["ben"], role="administrator", environment="dev")
    assert sign_in("ben").get("/settings/").status_code == 403


def test_a_new_person_sets_a_password_with_the_link_and_signs_in(sign_in: SignIn) -> None:
    person = {"username": "Daichi", "full_name": "Daichi Ueda", "email": "daichi@example.test"}
    page = sign_in("goro").post("/settings/people/", person, follow=True).text
    assert not User.objects.get(username="daichi").has_usable_password()
    link = re.search(r"http://testserver(/[^\s<]*/password/reset/key/[^\s<]+)", page)
    assert link is not None
    client, password = Client(), "a long enough one 2026"
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": password, "password2": password})
    verbs = Event.objects.filter(subject="daichi").order_by("id").values_list("verb", flat=True)
    assert list(verbs)[:3] == ["person.added", "person.link_made", "auth.password_set"]
    client.logout()
    client.post(reverse("account_login"), {"login": "daichi", "password": password})
    assert client.get("/").status_code == 200
    used = Client().get(link[1], follow=True)
    assert "Ask an administrator of Ringi for a new one" in used.text


def test_a_link_counts_once_also_for_two_who_press_at_the_same_moment(people: dict[str, User]) -> None:
    ben = people["ben"]
    key = default_token_generator.make_token(ben)
    forms = []
    for password in ("the first of the two 1", "the second of the two 2"):
        sent = {"password1": password, "password2": password}
        forms.append(PasswordLinkForm(sent, user=User.objects.get(pk=ben.pk), temp_key=key))
        assert forms[-1].is_valid(), forms[-1].errors
    User.objects.filter(pk=ben.pk).update(is_active=False)
    forms[0].save()
    with pytest.raises(Refused, match="used meanwhile"):
        forms[1].save()
    ben.refresh_from_db()
    assert ben.check_password("the first of the two 1")
    assert not ben.is_active


def test_who_forgot_the_password_gets_a_new_link_which_is_recorded(sign_in: SignIn, people: dict[str, User]) -> None:
    page = sign_in("goro").post(f"/settings/people/{people['ben'].pk}/link/", follow=True).text
    link = re.search(r"http://testserver(/[^\s<]*/password/reset/key/[^\s<]+)", page)
    assert link is not None
    assert "Set a password" in Client().get(link[1], follow=True).text
    event = Event.objects.get(verb="person.link_made")
    assert (event.actor, event.subject) == ("goro", "ben")
    assert link[1].rsplit("/", 2)[-2] not in event.text
    assert "Forgot" not in Client().get(reverse("account_login")).text


def test_a_person_is_switched_off_and_on_again(sign_in: SignIn, people: dict[str, User]) -> None:
    address, ben, goro = f"/settings/people/{people['ben'].pk}/switch/", sign_in("ben"), sign_in("goro")
    assert ben.get("/").status_code == 200
    assert "Ben Sato is switched off" in goro.post(address, {"active": "no"}, follow=True).text
    assert ben.get("/").status_code == 302
    assert goro.post(f"/settings/people/{people['ben'].pk}/link/").status_code == 404
    goro.post(address, {"active": "no"})
    goro.post(address, {"active": "yes"})
    assert User.objects.get(username="ben").is_active
    verbs = Event.objects.filter(stream="admin", subject="ben").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["person.switched_off", "person.switched_on"]


def test_nobody_switches_themselves_off(sign_in: SignIn, people: dict[str, User]) -> None:
    answer = sign_in("goro").post(f"/settings/people/{people['goro'].pk}/switch/", {"active": "no"}, follow=True)
    assert "Nobody switches themselves off" in answer.text
    assert User.objects.get(username="goro").is_active


def test_limits_of_an_environment_and_an_account_are_set(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    goro, account = sign_in("goro"), environments["dev"].account
    goro.post("/settings/environments/new/", values(account))
    made = Environment.objects.get(slug="stg")
    assert (made.runs_most, made.calls_most, made.failures_most) == (4, 6, 2)
    refused = goro.post("/settings/environments/stg/", values(account, calls_most=0))
    assert refused.status_code == 422

    goro.post(f"/settings/accounts/{account.pk}/", {"name": "Models", "calls_most": 7})
    refused = goro.post(f"/settings/accounts/{account.pk}/", {"name": "Other", "calls_most": "many"})
    assert (refused.status_code, 'value="many"' in refused.text) == (422, True)
    account.refresh_from_db()
    assert (account.name, account.calls_most) == ("Models", 7)
    [event] = Event.objects.filter(verb="account.changed")
    assert event.data["before"] == {"name": "models-dev", "calls_most": Account().calls_most}


def test_the_offered_external_id_survives_a_reload(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    goro, address = sign_in("goro"), "/settings/environments/new/"
    offered = [goro.get(address).context["form"]["external_id"].value() for _ in range(2)]
    assert offered[0] == offered[1] != ""
    goro.post(address, values(environments["dev"].account, external_id=offered[0]))
    assert goro.get(address).context["form"]["external_id"].value() != offered[0], "each environment has its own"


def test_an_environment_is_switched_off_and_on(sign_in: SignIn, environments: dict[str, Environment]) -> None:
    goro, dev = sign_in("goro"), environments["dev"]
    address = f"/settings/environments/{dev.slug}/switch/"
    assert f'action="{address}"' in goro.get("/settings/").text
    for word, state in (("no", False), ("yes", True)):
        goro.post(address, {"enabled": word})
        dev.refresh_from_db()
        assert dev.enabled is state
    assert Event.objects.filter(verb="environment.changed", subject="dev").count() == 2
    assert sign_in("aiko").post(address, {"enabled": "no"}).status_code == 403


def test_a_region_that_is_taken_away_takes_its_readings_along(
    sign_in: SignIn, environments: dict[str, Environment], databases: dict[str, Resource]
) -> None:
    dev, orders = environments["dev"], databases["dev"]
    sent = values(dev.account, slug="dev", name="dev", regions="us-west-2")
    assert sign_in("goro").post(f"/settings/environments/{dev.slug}/", sent).status_code == 302
    assert not dev.scans.exists()
    assert environments["prod"].scans.exists(), "another environment keeps its own"
    aiko = sign_in("aiko")
    assert "orders-dev" not in aiko.get("/resources/").text
    page = aiko.get(f"/resources/{orders.pk}/").text
    assert "ap-northeast-1 is no longer a region of dev." in page
    assert "AWS no longer lists" not in page


def test_nobody_is_offered_what_they_may_not_do(sign_in: SignIn, databases: dict[str, Resource]) -> None:
    for address in ("/", "/change-requests/", "/resources/"):
        offered = {name: sign_in(name).get(address).text for name in ("aiko", "ben", "emi", "goro")}
        assert "Propose" in offered["aiko"].partition("<main")[2].partition("</main>")[0]
        for name in ("ben", "emi", "goro"):
            assert "Propose" not in offered[name].partition("<main")[2].partition("</main>")[0], (name, address)
        assert [name for name in offered if 'href="/settings/"' in offered[name]] == ["goro"]
