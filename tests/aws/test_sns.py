from typing import Any

from tests.aws.exercise import TOKYO, Exercise

TOPIC = "AWS::SNS::Topic"
NOT_EXERCISED = {
    TOPIC: {
        "SignatureVersion": "moto ignores it",
        "TracingConfig": "moto ignores it",
        "MaximumMessageSize": "moto ignores it",
        "FifoThroughputScope": "moto ignores it",
    }
}


def test_a_topic_lives(exercise: Exercise) -> None:
    exercise.live(
        TOPIC,
        "alarms",
        {"TopicName": "alarms", "DisplayName": "Alarms", "Tags": [{"Key": "env", "Value": "prod"}]},
        {"DisplayName": "Night", "KmsMasterKeyId": "alias/aws/sns", "Tags": [{"Key": "team", "Value": "shop"}]},
        {"TracingConfig": "Sometimes", "TopicName": "other", "ContentBasedDeduplication": True},
    )


def test_a_fifo_topic_lives(exercise: Exercise) -> None:
    exercise.live(
        TOPIC,
        "orders.fifo",
        {"TopicName": "orders.fifo", "FifoTopic": True, "ContentBasedDeduplication": True},
        {"ContentBasedDeduplication": False},
        {"MaximumMessageSize": 1},
    )


def test_topics_are_listed_as_they_are_read(exercise: Exercise, client: Any) -> None:
    arn = client("sns").create_topic(Name="listed")["TopicArn"]
    listed = {seen.identifier: seen for seen in exercise.gateway.list(TOPIC, TOKYO)}
    assert listed[arn] == exercise.read(TOPIC, arn)
