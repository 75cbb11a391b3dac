from typing import Any

import pytest

from apps.planning.plan import PlanRefused
from tests.aws.exercise import Exercise

QUEUE = "AWS::SQS::Queue"
KEY = "alias/aws/sqs"
NOT_EXERCISED = {
    QUEUE: {
        "RedriveAllowPolicy": "moto doesn't show it",
        "DeduplicationScope": "left to the plans' conformance",
        "FifoThroughputLimit": "left to the plans' conformance",
    }
}


def test_a_queue_lives(exercise: Exercise, client: Any) -> None:
    url = client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    dead = exercise.read(QUEUE, url).document["Arn"]
    exercise.live(
        QUEUE,
        "orders",
        {"QueueName": "orders", "VisibilityTimeout": 60, "Tags": [{"Key": "env", "Value": "prod"}]},
        {
            "VisibilityTimeout": 90,
            "MessageRetentionPeriod": 86_400,
            "ReceiveMessageWaitTimeSeconds": 20,
            "DelaySeconds": 5,
            "MaximumMessageSize": 2048,
            "RedrivePolicy": {"deadLetterTargetArn": dead, "maxReceiveCount": 3},
            "SqsManagedSseEnabled": False,
            "Tags": [{"Key": "env", "Value": "stg"}, {"Key": "team", "Value": "shop"}],
        },
        {
            "VisibilityTimeout": 99_999,
            "QueueName": "other",
            "RedrivePolicy": '{"maxReceiveCount": 3}',
            "ContentBasedDeduplication": True,
        },
    )


def test_a_fifo_queue_lives(exercise: Exercise) -> None:
    exercise.live(
        QUEUE,
        "orders.fifo",
        {"QueueName": "orders.fifo", "FifoQueue": True, "KmsMasterKeyId": KEY, "SqsManagedSseEnabled": False},
        {"ContentBasedDeduplication": True, "KmsDataKeyReusePeriodSeconds": 600},
        {"SqsManagedSseEnabled": True},
    )


def test_a_queue_that_was_deleted_while_all_are_read_is_left_out(exercise: Exercise, client: Any) -> None:
    urls = [client("sqs").create_queue(QueueName=name)["QueueUrl"] for name in ("kept", "gone")]
    seen = exercise.gateway.list(QUEUE, "ap-northeast-1")
    client("sqs").delete_queue(QueueUrl=urls[1])
    found = {one.identifier: one for one in seen}
    assert urls[1] not in found
    assert found[urls[0]] == exercise.read(QUEUE, urls[0])


@pytest.mark.parametrize(("name", "fifo"), [("orders", True), ("orders.fifo", False)])
def test_the_name_says_whether_a_queue_is_fifo(exercise: Exercise, name: str, fifo: bool) -> None:
    with pytest.raises(PlanRefused, match="ends in"):
        exercise.create(QUEUE, name, QueueName=name, FifoQueue=fifo)
