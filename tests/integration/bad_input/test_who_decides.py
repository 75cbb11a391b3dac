"""Only who may decide is offered to decide; everybody else reads why not, where the buttons would be."""

import pytest
from django.urls import reverse

from apps.environments.models import Environment
from apps.people.models import User
from tests.integration import flow
from tests.integration.bad_input.conftest import SignIn, words
from tests.integration.estate import Account

REFUSED = {
    "aiko": "You wrote part of this request, so somebody else has to review it.",
    "emi": "You are not a reviewer in prod. Ask an administrator for that role.",
    "goro": "You are not a reviewer in prod. Ask an administrator for that role.",
}


@pytest.mark.parametrize("person", ["ben", *REFUSED])
def test_the_page_offers_a_decision_to_those_who_may_decide(
    sign_in: SignIn, people: dict[str, User], prod: Environment, aws: Account, person: str
) -> None:
    request = flow.submitted(people["aiko"], flow.draft(people["aiko"], prod), aws)
    page = sign_in(person).get(reverse("web:change_request", args=[request.pk]))
    offered = [
        each for each in ("comment", "approve", "request_changes", "reject") if f'value="{each}"' in str(page.content)
    ]
    assert offered == (["comment"] if person in REFUSED else ["comment", "approve", "request_changes", "reject"])
    assert REFUSED.get(person, "Needed to request changes or to reject.") in words(page)
