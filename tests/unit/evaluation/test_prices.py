"""What each type costs, held against amounts that were worked out by hand from the demo's price book.

Tokyo is 1.25 times the amounts in the book, and a month has 730 hours.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from apps.catalog.prices import FREE, Component, components
from apps.catalog.prices.table import PRICED, WITHOUT
from apps.catalog.registry import BY_NAME
from apps.evaluation import cost
from apps.evaluation.book import Quote
from apps.evaluation.rates import NoRate, rate
from apps.planning.plan import Output
from apps.sandbox.endpoint import price_book
from tests.conformance.documents import DOCUMENTS

TOKYO, TODAY = "ap-northeast-1", datetime(2026, 11, 29, tzinfo=UTC)
Document = Mapping[str, Any]
BESIDE: dict[tuple[str, str], Document] = {
    ("AWS::EC2::Image", "ami-linux"): {"UsageOperation": "RunInstances"},
    ("AWS::EC2::Image", "ami-windows"): {"UsageOperation": "RunInstances:0002"},
    ("AWS::EC2::LaunchTemplate", "lt-1"): {
        "LatestVersionNumber": "3",
        "LaunchTemplateData": {"InstanceType": "m6g.large", "ImageId": "ami-linux"},
    },
    ("AWS::ECS::TaskDefinition", "web:3"): {"Cpu": "512", "Memory": "1024"},
    ("AWS::SageMaker::EndpointConfig", "serve"): {
        "ProductionVariants": [{"VariantName": "main", "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 2}]
    },
}


def look(type_name: str, value: Any) -> Document | None:
    return BESIDE.get((type_name, value)) if isinstance(value, str) else None


def parts(type_name: str, document: Document | None) -> list[cost.Part]:
    return [] if document is None else list(components(type_name, document, look))


def quote(part: Component) -> Quote:
    filters = [{"Field": name, "Value": value} for name, value in part.product.attributes]
    asked = {"ServiceCode": part.product.service, "Filters": [*filters, {"Field": "regionCode", "Value": TOKYO}]}
    try:
        return Quote(rate(part.product, price_book.products(asked)), "", "Demo price book", TODAY.date())
    except NoRate as error:
        return Quote(None, str(error))


def lines(type_name: str, before: Document | None, after: Document | None) -> list[cost.Line]:
    sides = parts(type_name, before), parts(type_name, after)
    quotes = {(part.product, TOKYO): quote(part) for side in sides for part in side if isinstance(part, Component)}
    return list(cost.lines(1, TOKYO, *sides, quotes))


def test_every_type_says_what_it_costs_or_why_nothing() -> None:
    said = [*PRICED, *FREE, *WITHOUT]
    assert sorted(said) == sorted(BY_NAME)


def priced() -> Iterator[tuple[str, str, Component]]:
    for type_name, document in DOCUMENTS.items():
        for part in components(type_name, document, look):
            if isinstance(part, Component):
                yield type_name, part.name, part


@pytest.mark.parametrize(("type_name", "name", "part"), list(priced()))
def test_the_price_book_has_one_price_in_the_unit_for_every_part(type_name: str, name: str, part: Component) -> None:
    found = quote(part)
    assert found.rate, found.why
    assert found.rate.unit == part.unit


DB = {"DBInstanceClass": "db.r6g.large", "Engine": "postgres", "AllocatedStorage": "100", "StorageType": "gp3"}
VOLUME = {"Size": 100, "VolumeType": "gp3", "Iops": 3000, "Throughput": 125}
GROUP = {"DesiredCapacity": "2", "MinSize": "1", "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "$Latest"}}
CACHE = {"CacheNodeType": "cache.r6g.large", "Engine": "valkey", "NumNodeGroups": 1, "ReplicasPerNodeGroup": 1}
TABLE = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 5}}
HAND = {
    # type, before, after, USD a month, parts that aren't known or depend on usage
    "an instance of another size": (
        "EC2::Instance",
        {"InstanceType": "m6i.large", "ImageId": "ami-linux"},
        {"InstanceType": "m6i.xlarge", "ImageId": "ami-linux"},
        "87.6",
        [],
    ),
    "a new instance with Windows": (
        "EC2::Instance",
        None,
        {"InstanceType": "t3.medium", "ImageId": "ami-windows"},
        "69.35",
        ["Volumes"],
    ),
    "an instance of an image that nobody knows": (
        "EC2::Instance",
        None,
        {"InstanceType": "t3.medium", "ImageId": "ami-gone"},
        "0",
        ["Instances", "Volumes"],
    ),
    "an instance that is not in the book": (
        "EC2::Instance",
        None,
        {"InstanceType": "x9.large", "ImageId": "ami-linux"},
        "0",
        ["Instances", "Volumes"],
    ),
    "a volume grows": ("EC2::Volume", VOLUME, VOLUME | {"Size": 300}, "20", []),
    "a volume of more IOPS and throughput": (
        "EC2::Volume",
        VOLUME,
        VOLUME | {"Iops": 4000, "Throughput": 250},
        "12.5",
        [],
    ),
    "a volume of another kind": ("EC2::Volume", VOLUME, {"Size": 100, "VolumeType": "io1", "Iops": 1000}, "86.875", []),
    "a database of another class": ("RDS::DBInstance", DB, DB | {"DBInstanceClass": "db.r6g.xlarge"}, "205.3125", []),
    "a database in two zones": ("RDS::DBInstance", DB, DB | {"MultiAZ": True}, "219.6875", []),
    "a new database": ("RDS::DBInstance", None, DB, "219.6875", ["Backups"]),
    "a database is deleted": ("RDS::DBInstance", DB, None, "-219.6875", ["Backups"]),
    "a database with many IOPS": ("RDS::DBInstance", DB | {"Iops": 3000}, DB | {"Iops": 5000}, "50", []),
    "a database with a licence": ("RDS::DBInstance", None, DB | {"Engine": "oracle-ee"}, "0", ["Instance"]),
    "more nodes in a warehouse": (
        "Redshift::Cluster",
        {"NodeType": "ra3.xlplus", "NumberOfNodes": 2},
        {"NodeType": "ra3.xlplus", "NumberOfNodes": 4},
        "1971",
        [],
    ),
    "a new warehouse": (
        "Redshift::Cluster",
        None,
        {"NodeType": "ra3.xlplus", "NumberOfNodes": 2},
        "1971",
        ["Managed storage"],
    ),
    "a load balancer": (
        "ElasticLoadBalancingV2::LoadBalancer",
        None,
        {"Type": "application"},
        "20.53125",
        ["Capacity units"],
    ),
    "a NAT gateway": ("EC2::NatGateway", None, {"SubnetId": "subnet-1"}, "41.0625", ["Data"]),
    "an address": ("EC2::EIP", None, {}, "4.5625", []),
    "an endpoint in two zones": (
        "EC2::VPCEndpoint",
        None,
        {"VpcEndpointType": "Interface", "SubnetIds": ["a", "b"]},
        "18.25",
        ["Data"],
    ),
    "a gateway endpoint": ("EC2::VPCEndpoint", None, {"VpcEndpointType": "Gateway"}, "0", []),
    "a group of two": ("AutoScaling::AutoScalingGroup", None, GROUP, "140.525", ["Volumes"]),
    "a group on an older version": (
        "AutoScaling::AutoScalingGroup",
        None,
        GROUP | {"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "2"}},
        "0",
        ["Instances", "Volumes"],
    ),
    "a group on a template to come": (
        "AutoScaling::AutoScalingGroup",
        None,
        GROUP | {"LaunchTemplate": {"LaunchTemplateId": Output(1, "LaunchTemplateId")}},
        "0",
        ["Instances", "Volumes"],
    ),
    "a replica of a cache": ("ElastiCache::ReplicationGroup", CACHE, CACHE | {"ReplicasPerNodeGroup": 2}, "150.38", []),
    "a table with capacity": ("DynamoDB::Table", None, TABLE, "4.151875", ["Storage"]),
    "a table by request": (
        "DynamoDB::Table",
        None,
        {"BillingMode": "PAY_PER_REQUEST"},
        "0",
        ["Reads", "Writes", "Storage"],
    ),
    "a bucket": ("S3::Bucket", None, {"BucketName": "x"}, "0", ["Standard storage", "Requests"]),
    "a service on Fargate": (
        "ECS::Service",
        None,
        {"LaunchType": "FARGATE", "DesiredCount": 2, "TaskDefinition": "web:3"},
        "44.53",
        [],
    ),
    "an endpoint of two": ("SageMaker::Endpoint", None, {"EndpointConfigName": "serve"}, "419.75", []),
    "a security group": ("EC2::SecurityGroup", None, {"GroupName": "web"}, "0", []),
}


@pytest.mark.parametrize("name", HAND)
def test_amounts_are_those_worked_out_by_hand(name: str) -> None:
    kind, before, after, amount, unknown = HAND[name]
    found = lines(f"AWS::{kind}", before, after)
    assert cost.total(found).delta == Decimal(amount)
    assert [line.part for line in found if line.delta is None] == unknown


def test_storage_that_somebody_enters_is_counted_in_steps() -> None:
    found = lines("AWS::S3::Bucket", None, {"BucketName": "x"})
    entered = cost.with_usage(found, {(1, "Standard storage"): Decimal(60_000)})
    assert cost.total(entered).delta == Decimal("1.25") * (51_200 * Decimal("0.023") + 8_800 * Decimal("0.022"))
    assert cost.total(entered).unknown == 1


def test_usage_in_millions_and_on_average_is_brought_into_units() -> None:
    table = lines("AWS::DynamoDB::Table", None, {"BillingMode": "PAY_PER_REQUEST"})
    entered = cost.with_usage(table, {(1, "Reads"): Decimal(8), (1, "Writes"): Decimal(1)})
    assert cost.total(entered).delta == Decimal("1.25") * (Decimal("1.000") + Decimal("0.625"))
    balancer = lines("AWS::ElasticLoadBalancingV2::LoadBalancer", None, {"Type": "application"})
    entered = cost.with_usage(balancer, {(1, "Capacity units"): Decimal(2)})
    assert cost.total(entered).delta == Decimal("1.25") * 730 * (Decimal("0.0225") + 2 * Decimal("0.008"))
