from typing import Any

import pytest

from apps.planning.plan import Observation, PlanRefused
from tests.aws.exercise import TOKYO, Exercise

STREAM, TABLE = "AWS::Kinesis::Stream", "AWS::DynamoDB::Table"
PROD, STG = [{"Key": "env", "Value": "prod"}], [{"Key": "env", "Value": "stg"}]
NOT_EXERCISED = {
    STREAM: {"Tags": "moto ignores them in create_stream"},
    TABLE: {
        "SSESpecification": "moto ignores it in update_table",
        "TableClass": "moto ignores it",
        "Tags": "moto adds a second row of a key",
    },
}
KEY = "arn:aws:kms:ap-northeast-1:111111111111:key/1"
ID, BUYER = {"AttributeName": "Id", "AttributeType": "S"}, {"AttributeName": "Buyer", "AttributeType": "S"}
ORDERS = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
    "AttributeDefinitions": [ID],
    "BillingMode": "PAY_PER_REQUEST",
}
BY_BUYER = {
    "IndexName": "buyers",
    "KeySchema": [{"AttributeName": "Buyer", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}


def test_a_stream_lives(exercise: Exercise) -> None:
    exercise.live(
        STREAM,
        "clicks",
        {"Name": "clicks", "ShardCount": 2, "StreamModeDetails": {"StreamMode": "PROVISIONED"}},
        {
            "ShardCount": 4,
            "RetentionPeriodHours": 48,
            "StreamEncryption": {"EncryptionType": "KMS", "KeyId": KEY},
            "DesiredShardLevelMetrics": ["IncomingBytes", "OutgoingBytes"],
            "Tags": STG,
        },
        {"ShardCount": 9, "RetentionPeriodHours": 1, "StreamModeDetails": {"StreamMode": "FAST"}},
    )


def test_a_stream_on_demand_has_no_number_of_shards(exercise: Exercise) -> None:
    on_demand = {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}
    made = exercise.create(STREAM, "views", Name="views", **on_demand)
    assert made.document["StreamModeDetails"] == on_demand["StreamModeDetails"]
    with pytest.raises(PlanRefused, match="no fixed number"):
        exercise.plan(made, ShardCount=8)
    with pytest.raises(PlanRefused, match="needs a number of shards"):
        exercise.create(STREAM, "others", Name="others")


def test_a_table_lives(exercise: Exercise) -> None:
    exercise.live(
        TABLE,
        "orders",
        {
            **ORDERS,
            "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
            "Tags": PROD,
        },
        {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2},
            "DeletionProtectionEnabled": True,
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "Until"},
            "Tags": [*PROD, {"Key": "team", "Value": "shop"}],
        },
        {
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2},
            "AttributeDefinitions": [ID, BUYER],
            "TimeToLiveSpecification": {"Enabled": True},
            "TableClass": "CHEAP",
        },
    )


def test_an_index_is_added_and_removed_with_its_attributes(exercise: Exercise) -> None:
    made = exercise.create(TABLE, "baskets", **{**ORDERS, "TableName": "baskets"})
    exercise.change(made, AttributeDefinitions=[ID, BUYER], GlobalSecondaryIndexes=[BY_BUYER])


def refused(exercise: Exercise, before: dict[str, Any], **desired: Any) -> str:
    seen = Observation(TABLE, TOKYO, "orders", "orders", "arn", "ACTIVE", {**ORDERS, **before})
    with pytest.raises(PlanRefused) as found:
        exercise.plan(seen, **desired)
    return str(found.value)


def test_what_dynamodb_refuses_is_refused_before(exercise: Exercise) -> None:
    other = {**BY_BUYER, "IndexName": "others"}
    indexed = {"AttributeDefinitions": [ID, BUYER], "GlobalSecondaryIndexes": [BY_BUYER]}
    wider = {**BY_BUYER, "Projection": {"ProjectionType": "ALL"}}
    assert "one index at a time" in refused(
        exercise, {}, AttributeDefinitions=[ID, BUYER], GlobalSecondaryIndexes=[BY_BUYER, other]
    )
    assert "can't change its key" in refused(exercise, indexed, GlobalSecondaryIndexes=[wider])
    assert "Define it" in refused(exercise, {}, GlobalSecondaryIndexes=[BY_BUYER])
    assert "indexes would need units" in refused(
        exercise,
        indexed,
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 2},
    )
    assert "Take it away first" in refused(
        exercise,
        {"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}},
        StreamSpecification={"StreamViewType": "NEW_IMAGE"},
    )
