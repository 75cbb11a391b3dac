from typing import Any

import pytest

from apps.catalog.services import s3
from tests.unit.catalog.conftest import Planned, Refused

BUCKET = "AWS::S3::Bucket"
NOW = {"BucketName": "photos"}
KMS = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "arn:k"}}


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "x" * 64,
        "Photos",
        "my_photos",
        "-photos",
        "photos.",
        "a..b",
        "192.168.5.4",
        "xn--photos",
        "photos-s3alias",
    ],
)
def test_a_name_that_s3_refuses_is_refused(name: str) -> None:
    assert list(s3.wrong_name(name))


@pytest.mark.parametrize("name", ["abc", "x" * 63, "photos.example.com", "1-2-3", "10.0.0.example"])
def test_a_name_that_s3_takes_is_taken(name: str) -> None:
    assert not list(s3.wrong_name(name))


def test_a_rule_of_encryption_says_what_aws_fills_in(planned: Planned) -> None:
    filled = {"ServerSideEncryptionConfiguration": [{"BucketKeyEnabled": False, **KMS}]}
    [call] = planned(BUCKET, NOW, BucketEncryption={"ServerSideEncryptionConfiguration": [KMS]})
    assert call.sets == {"BucketEncryption": filled}


def test_encryption_can_not_be_taken_away(refused: Refused) -> None:
    now = NOW | {"BucketEncryption": {"ServerSideEncryptionConfiguration": [KMS]}}
    assert "Give it a value" in refused(BUCKET, now, BucketEncryption=None)["BucketEncryption"]


@pytest.mark.parametrize("given", [{}, {"BlockPublicAcls": True}])
def test_a_block_that_says_only_some_says_that_the_others_are_off(given: dict[str, Any]) -> None:
    assert s3.whole_block(given) == dict.fromkeys(s3.BLOCKS, False) | given


def test_a_size_that_can_not_be_sent_exactly_is_refused(refused: Refused) -> None:
    rule = {"Id": "big", "Status": "Enabled", "ObjectSizeGreaterThan": "17918069021939841", "ExpirationInDays": 1}
    assert "number of bytes" in refused(BUCKET, NOW, LifecycleConfiguration={"Rules": [rule]})["LifecycleConfiguration"]
