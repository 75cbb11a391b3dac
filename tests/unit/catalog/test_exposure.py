"""What is said of a change that opens something to everybody, or may cut off somebody."""

from typing import Any

import pytest

from apps.catalog import exposure
from apps.catalog.registry import native
from apps.catalog.types import EffectKind

SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
INSIDE = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 90, "CidrIp": "10.0.0.0/8"}
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
BLOCKED = dict.fromkeys(exposure.BLOCKS, True)
LET, ALLOWED = "Lets everybody in: {}.", "Allows everybody, without a condition: {}."


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Statement": list(statements)}


@pytest.mark.parametrize(
    ("judge", "before", "after", "said"),
    [
        (exposure.rules_opened, [INSIDE], [INSIDE, SSH], LET.format("tcp 22 of 0.0.0.0/0")),
        (exposure.rules_opened, [SSH], [SSH | {"Description": "New"}], ""),
        (exposure.rules_opened, None, [INSIDE], ""),
        (exposure.rules_opened, None, [{"IpProtocol": "-1", "CidrIpv6": "::/0"}], LET.format("all traffic of ::/0")),
        (exposure.rules_closed, [INSIDE], [], "Cuts off what only these allowed: tcp 80-90 of 10.0.0.0/8."),
        (exposure.rules_closed, [INSIDE], [INSIDE | {"Description": "New"}, SSH], ""),
        (exposure.policy_opened, policy(), policy(OPEN), ALLOWED.format("s3:GetObject")),
        (exposure.policy_opened, None, policy(OPEN | {"Principal": {"AWS": ["*"]}}), ALLOWED.format("s3:GetObject")),
        (exposure.policy_opened, policy(OPEN), policy(OPEN | {"Sid": "A"}), ""),
        (exposure.policy_opened, None, policy(OPEN | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}), ""),
        (exposure.policy_opened, None, policy(OPEN | {"Effect": "Deny"}), ""),
        (exposure.made_public, False, True, "It gets a public address."),
        (exposure.made_public, True, True, ""),
        (exposure.made_private, True, False, "Cuts off everybody outside of its network."),
        (exposure.faces_internet, None, "internet-facing", "It can be reached from the internet."),
        (exposure.unblocked, BLOCKED, BLOCKED, ""),
        (exposure.removed("allowed"), ["sg-1", "sg-2"], ["sg-2"], "May cut off what only sg-1 allowed."),
        (exposure.removed("allowed"), None, ["sg-2"], ""),
    ],
)
def test_the_sentence_names_what_opens_and_what_goes(judge: exposure.Judge, before: Any, after: Any, said: str) -> None:
    assert judge(before, after) == said


@pytest.mark.parametrize("after", [None, {}, BLOCKED | {"BlockPublicAcls": False}])
def test_a_block_of_public_access_that_goes_is_an_exposure(after: Any) -> None:
    assert "BlockPublicAcls" in exposure.unblocked(BLOCKED, after)


def test_an_exposure_stands_before_every_other_effect() -> None:
    declared = native("AWS::EC2::SecurityGroup")
    assert declared is not None
    how = declared.properties["SecurityGroupIngress"]
    both = how.effect_between([INSIDE], [SSH])
    assert both.kind is EffectKind.EXPOSES
    assert both.source == (
        "Lets everybody in: tcp 22 of 0.0.0.0/0. Cuts off what only these allowed: tcp 80-90 of 10.0.0.0/8."
    )
    assert how.effect_between([INSIDE], []).kind is EffectKind.INTERRUPTS
    assert how.effect_between([], [INSIDE]).kind is EffectKind.ONLINE
    assert list(EffectKind)[-1] is EffectKind.EXPOSES
