"""What a policy allows more than before; what isn't surely the same or less counts as more."""

from typing import Any

import pytest

from apps.evaluation.widening import widened

READ = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::models/*"]}
ANY_S3 = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
INSIDE = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
DENY = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}
ROOT = {"AWS": "arn:aws:iam::111111111111:root"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": ROOT}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy(READ), policy(READ)),
        (policy(READ), policy({**READ, "Sid": "Named"})),
        (policy(READ), policy({**READ, "Action": "s3:GetObject"})),
        (policy(READ), policy()),
        (policy(ANY_S3), policy(READ)),
        (policy(ANY_S3), policy({**READ, "Condition": INSIDE})),
        (policy(READ), policy(READ, DENY)),
        (policy(READ), policy({**READ, "Resource": "arn:aws:s3:::models/*", "Action": "S3:getobject"})),
        (policy(TRUST), {"Version": "2012-10-17", "Statement": TRUST}),
        (policy({**TRUST, "Principal": "*"}), policy(TRUST)),
        ('{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}', policy(READ)),
        (None, None),
        (policy(), "not json"),
    ],
)
def test_the_same_or_less_is_no_more(before: Any, after: Any) -> None:
    assert widened(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, policy(READ), "allows s3:GetObject, s3:ListBucket on arn:aws:s3:::models/*"),
        (policy(READ), policy(ANY_S3), "allows s3:* on *"),
        (
            policy(READ),
            policy({**READ, "Resource": ["arn:aws:s3:::*"]}),
            "allows s3:GetObject, s3:ListBucket on arn:aws:s3:::*",
        ),
        (policy({**ANY_S3, "Condition": INSIDE}), policy(ANY_S3), "allows s3:* on *"),
        (policy(READ, DENY), policy(READ), "no longer denies s3:DeleteObject"),
        (
            policy(READ, DENY),
            policy(READ, {**DENY, "Resource": "arn:aws:s3:::x/*"}),
            "no longer denies s3:DeleteObject",
        ),
        (policy(TRUST), policy({**TRUST, "Principal": "*"}), "allows sts:AssumeRole to *"),
        (
            policy(TRUST),
            policy({**TRUST, "Principal": {"AWS": ["arn:aws:iam::222222222222:root"]}}),
            "allows sts:AssumeRole to AWS:arn:aws:iam::222222222222:root",
        ),
        (
            policy(ANY_S3),
            policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
            "allows everything but iam:* on *",
        ),
        (
            policy(READ),
            policy({**READ, "Resource": "arn:aws:s3:::mo[de]ls/*"}),
            "allows s3:GetObject, s3:ListBucket on arn:aws:s3:::mo[de]ls/*",
        ),
    ],
)
def test_more_is_said_in_words(before: Any, after: Any, said: str) -> None:
    assert widened(before, after) == [said]
