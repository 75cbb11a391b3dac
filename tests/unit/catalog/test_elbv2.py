from typing import Any

import pytest

from tests.unit.catalog.conftest import Planned, Refused

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
NOW = {"ListenerArn": "arn:x", "DefaultActions": [{"Type": "forward", "TargetGroupArn": "arn:t"}]}
OIDC = {
    **dict.fromkeys(("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint"), "https://login.test"),
    "ClientId": "ringi",
}


def actions(**more: Any) -> list[dict[str, Any]]:
    return [{"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": OIDC | more}]


def test_a_session_time_out_is_sent_as_the_number_that_the_api_takes(planned: Planned) -> None:
    wanted = actions(SessionTimeout="3600", UseExistingClientSecret=True)
    [call] = planned(LISTENER, NOW, DefaultActions=wanted)
    assert call.parameters["DefaultActions"][0]["AuthenticateOidcConfig"]["SessionTimeout"] == 3600
    assert call.sets == {"DefaultActions": wanted}


def test_an_action_that_only_the_run_will_know_is_let_through(refused: Refused) -> None:
    wanted = [{"$output": {"change": 7, "attribute": "Action"}}]
    assert "doesn't give one" in refused(LISTENER, NOW, DefaultActions=wanted)[""]


@pytest.mark.parametrize("more", [{"ClientSecret": "hunter2"}, {"SessionTimeout": "an hour"}])
def test_a_secret_or_a_word_for_a_number_is_refused(refused: Refused, more: dict[str, str]) -> None:
    found = refused(LISTENER, NOW, DefaultActions=actions(**more))
    assert set(found) == {"DefaultActions"}
    assert "hunter2" not in found["DefaultActions"]
