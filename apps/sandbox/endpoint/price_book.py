"""A price book in the form of the Price List API, which moto has not.

The products have the attributes, units and steps of AWS's; the amounts are of the order of AWS's and nobody's prices:
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import JSON, Reply

SERVICE, OPERATION = "pricing", "GetProducts"
EFFECTIVE = "2026-11-01T00:00:00Z"
Amount = str | tuple[tuple[int, str], ...]  # of a unit, or from a quantity on
FACTORS = {"us-east-1": "1", "us-west-2": "1", "ap-northeast-1": "1.25"}
ELSEWHERE = "1.1"
PREFIXES = {"us-east-1": "", "us-west-2": "USW2-", "ap-northeast-1": "APN1-"}
SIZES = {
    "nano": "0.0625",
    "micro": "0.125",
    "small": "0.25",
    "medium": "0.5",
    "large": "1",
    "xlarge": "2",
    **{f"{n}xlarge": str(2 * n) for n in (2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 32, 48)},
}
# The hour of the size "large"; every other size is a multiple of it, as it is with AWS.
MACHINES = {
    "t3": "0.08",
    "t3a": "0.075",
    "t4g": "0.067",
    "m5": "0.096",
    "m6i": "0.096",
    "m6g": "0.077",
    "m7g": "0.082",
    "m7i": "0.101",
    "c5": "0.085",
    "c6i": "0.085",
    "c6g": "0.068",
    "c7g": "0.073",
    "r5": "0.126",
    "r6i": "0.126",
    "r6g": "0.101",
    "r7g": "0.107",
    "g4dn": "0.263",
    "g5": "0.503",
}
DATABASES = {
    "t3": "0.145",
    "t4g": "0.13",
    "m5": "0.18",
    "m6i": "0.18",
    "m6g": "0.16",
    "m7g": "0.17",
    "r5": "0.25",
    "r6i": "0.25",
    "r6g": "0.225",
    "r7g": "0.24",
}
CACHES = {"t3": "0.136", "t4g": "0.13", "m6g": "0.15", "m7g": "0.16", "r6g": "0.206", "r7g": "0.22"}
WAREHOUSES = {
    "dc2.large": "0.25",
    "ra3.large": "0.54",
    "ra3.xlplus": "1.08",
    "ra3.4xlarge": "3.26",
    "ra3.16xlarge": "13",
}
SEARCHES = {
    "t3": "0.146",
    "m5": "0.142",
    "m7g": "0.136",
    "r7g": "0.177",
    "m6g": "0.128",
    "c6g": "0.113",
    "r6g": "0.167",
}
MODELS = {"t2": "0.11", "m5": "0.115", "c5": "0.102", "g4dn": "0.37", "g5": "0.7"}
ENGINES = {"PostgreSQL": "1", "MySQL": "0.95", "MariaDB": "0.95"}
SYSTEMS = {"RunInstances": "1", "RunInstances:0002": "1.9", "RunInstances:0010": "1.3"}


@dataclass(frozen=True)
class Entry:
    """A product; `usage` is its usage type without the region's prefix."""

    service: str
    family: str
    usage: str
    unit: str
    amount: Amount
    attributes: Mapping[str, str] = field(default_factory=dict)


def answer(incoming: Incoming) -> Reply:
    body = json.dumps({"FormatVersion": "aws_v1", "PriceList": products(incoming.parameters)}).encode()
    return Reply("200 OK", [("Content-Type", JSON), ("Content-Length", str(len(body)))], body)


def products(asked: Mapping[str, Any]) -> list[str]:
    """What GetProducts answers to these parameters, in one page."""
    filters = {each["Field"]: each["Value"] for each in asked.get("Filters") or []}
    region = filters.get("regionCode", "us-east-1")
    wanted = filters.items()
    return [text for known, text in _list(asked.get("ServiceCode", ""), region) if wanted <= known.items()]


@lru_cache(maxsize=64)
def _list(service: str, region: str) -> list[tuple[Mapping[str, str], str]]:
    """The price list of a service: of each product what can be asked for, and the whole as JSON."""
    found = [_written(each, region) for each in entries() if each.service == service]
    return [
        ({**each["product"]["attributes"], "productFamily": each["product"]["productFamily"]}, json.dumps(each))
        for each in found
    ]


def _written(entry: Entry, region: str) -> dict[str, Any]:
    usage = PREFIXES.get(region, "XX1-") + entry.usage
    attributes = {**entry.attributes, "regionCode": region, "usagetype": usage, "servicecode": entry.service}
    sku = hashlib.sha256(json.dumps(attributes, sort_keys=True).encode()).hexdigest()[:16].upper()
    term = {"sku": sku, "effectiveDate": EFFECTIVE, "priceDimensions": _dimensions(entry, sku, region)}
    return {
        "product": {"productFamily": entry.family, "attributes": attributes, "sku": sku},
        "serviceCode": entry.service,
        "terms": {"OnDemand": {f"{sku}.JRTCKXETXF": term}},
        "version": "demo",
        "publicationDate": EFFECTIVE,
    }


def _dimensions(entry: Entry, sku: str, region: str) -> dict[str, Any]:
    steps = ((0, entry.amount),) if isinstance(entry.amount, str) else entry.amount
    ends = [str(start) for start, _ in steps[1:]] + ["Inf"]
    factor = Decimal(FACTORS.get(region, ELSEWHERE))
    return {
        f"{sku}.{number}": {
            "unit": entry.unit,
            "beginRange": str(start),
            "endRange": end,
            "pricePerUnit": {"USD": f"{Decimal(amount) * factor:.12f}"},
        }
        for number, ((start, amount), end) in enumerate(zip(steps, ends, strict=True))
    }


def entries() -> Iterator[Entry]:
    yield from _instances()
    yield from _volumes()
    yield from _databases()
    yield from _nodes()
    yield from _network()
    yield from _serverless()


def _sized(families: Mapping[str, str], start: str = "", end: str = "") -> Iterator[tuple[str, Decimal]]:
    for family, large in families.items():
        for size, factor in SIZES.items():
            yield f"{start}{family}.{size}{end}", Decimal(large) * Decimal(factor)


def _instances() -> Iterator[Entry]:
    chosen = {"tenancy": "Shared", "capacitystatus": "Used", "marketoption": "OnDemand"}
    for kind, hour in _sized(MACHINES):
        for operation, factor in SYSTEMS.items():
            attributes = {**chosen, "instanceType": kind, "operation": operation}
            amount = str(hour * Decimal(factor))
            yield Entry("AmazonEC2", "Compute Instance", f"BoxUsage:{kind}", "Hrs", amount, attributes)


def _volumes() -> Iterator[Entry]:
    for kind, amount in {
        "gp2": "0.1",
        "gp3": "0.08",
        "io1": "0.125",
        "io2": "0.125",
        "st1": "0.045",
        "sc1": "0.015",
    }.items():
        yield Entry("AmazonEC2", "Storage", f"EBS:VolumeUsage.{kind}", "GB-Mo", amount, {"volumeApiName": kind})
    for kind, amount in {"gp3": "0.005", "io1": "0.065"}.items():
        usage = f"EBS:VolumeP-IOPS.{'piops' if kind == 'io1' else kind}"
        yield Entry("AmazonEC2", "System Operation", usage, "IOPS-Mo", amount, {"volumeApiName": kind})
    usage = "EBS:VolumeP-Throughput.gp3"
    yield Entry("AmazonEC2", "Provisioned Throughput", usage, "GiBps-mo", "40.96", {"volumeApiName": "gp3"})


def _databases() -> Iterator[Entry]:
    for deployment, factor, mark in (("Single-AZ", 1, ""), ("Multi-AZ", 2, "Multi-AZ-")):
        for engine, share in ENGINES.items():
            for kind, hour in _sized(DATABASES, "db."):
                attributes = {
                    "instanceType": kind,
                    "databaseEngine": engine,
                    "deploymentOption": deployment,
                    "licenseModel": "No license required",
                }
                usage = f"{'Multi-AZUsage' if mark else 'InstanceUsage'}:{kind}"
                amount = str(hour * Decimal(share) * factor)
                yield Entry("AmazonRDS", "Database Instance", usage, "Hrs", amount, attributes)
        shared = {"databaseEngine": "Any", "deploymentOption": deployment}
        for name, usage, gigabyte in STORED:
            about, amount = {**shared, "volumeType": name}, str(Decimal(gigabyte) * factor)
            yield Entry("AmazonRDS", "Database Storage", f"RDS:{mark}{usage}", "GB-Mo", amount, about)
        for usage, one in (("PIOPS", "0.1"), ("IO2-PIOPS", "0.1"), ("GP3-PIOPS", "0.02")):
            amount = str(Decimal(one) * factor)
            yield Entry("AmazonRDS", "Provisioned IOPS", f"RDS:{mark}{usage}", "IOPS-Mo", amount, shared)


STORED = (
    ("General Purpose", "GP2-Storage", "0.115"),
    ("General Purpose-GP3", "GP3-Storage", "0.115"),
    ("Provisioned IOPS", "PIOPS-Storage", "0.125"),
    ("Provisioned IOPS-IO2", "IO2-PIOPS-Storage", "0.125"),
    ("Magnetic", "StorageUsage", "0.1"),
)


def _nodes() -> Iterator[Entry]:
    for kind, amount in WAREHOUSES.items():
        yield Entry("AmazonRedshift", "Compute Instance", f"Node:{kind}", "Hrs", amount, {"instanceType": kind})
    yield Entry("AmazonRedshift", "Redshift Managed Storage", "RMS:ra3", "GB-Mo", "0.024")
    for engine, share in (("Redis", "1"), ("Memcached", "1"), ("Valkey", "0.8")):
        for kind, hour in _sized(CACHES, "cache."):
            about = {"instanceType": kind, "cacheEngine": engine}
            amount = str(hour * Decimal(share))
            yield Entry("AmazonElastiCache", "Cache Instance", f"NodeUsage:{kind}", "Hrs", amount, about)
    for kind, hour in _sized(SEARCHES, end=".search"):
        about, family = {"instanceType": kind}, "Amazon OpenSearch Service Instance"
        yield Entry("AmazonES", family, f"ESInstance:{kind.removesuffix('.search')}", "Hrs", str(hour), about)
    for kind, hour in _sized(MODELS, "ml."):
        yield Entry("AmazonSageMaker", "ML Instance", f"Host:{kind}", "Hrs", str(hour), {"instanceName": kind})


def _network() -> Iterator[Entry]:
    for kind, capacity in (("Application", "0.008"), ("Network", "0.006"), ("Gateway", "0.004")):
        family = f"Load Balancer-{kind}"
        yield Entry("AWSELB", family, "LoadBalancerUsage", "Hrs", "0.0225")
        yield Entry("AWSELB", family, "TS-LoadBalancerUsage", "Hrs", "0.005")
        yield Entry("AWSELB", family, "LCUUsage", "LCU-Hrs", capacity)
    for usage, unit in (("NatGateway-Hours", "Hrs"), ("NatGateway-Bytes", "GB"), ("RegionalNatGateway-Hours", "Hrs")):
        yield Entry("AmazonEC2", "NAT Gateway", usage, unit, "0.045")
    addresses = {"group": "VPCPublicIPv4Address"}
    for usage in ("PublicIPv4:InUseAddress", "PublicIPv4:IdleAddress"):
        yield Entry("AmazonVPC", "", usage, "Hrs", "0.005", addresses)
    yield Entry("AmazonVPC", "VpcEndpoint", "VpcEndpoint-Hours", "Hrs", "0.01")
    yield Entry("AmazonVPC", "VpcEndpoint", "VpcEndpoint-Bytes", "GB", "0.01")
    yield Entry("AmazonCloudWatch", "Alarm", "CW:AlarmMonitorUsage", "Alarms", ((0, "0"), (10, "0.1")))


def _serverless() -> Iterator[Entry]:
    stored = ((0, "0.023"), (51_200, "0.022"), (512_000, "0.021"))
    standard = {"storageClass": "General Purpose", "volumeType": "Standard"}
    yield Entry("AmazonS3", "Storage", "TimedStorage-ByteHrs", "GB-Mo", stored, standard)
    yield Entry("AmazonEFS", "Storage", "TimedStorage-ByteHrs", "GB-Mo", "0.3", {"storageClass": "General Purpose"})
    for way, hour, million in (("Read", "0.00013", "0.000000125"), ("Write", "0.00065", "0.000000625")):
        group, unit = {"group": f"DDB-{way}Units"}, f"{way}CapacityUnit-Hrs"
        yield Entry("AmazonDynamoDB", "Provisioned IOPS", unit, unit, ((0, "0"), (18_600, hour)), group)
        family, used = "Amazon DynamoDB PayPerRequest Throughput", f"{way}RequestUnits"
        yield Entry("AmazonDynamoDB", family, used, used, million, group)
    yield Entry("AmazonKinesis", "Kinesis Streams", "Storage-ShardHour", "ShardHour", "0.015")
    yield Entry("AmazonECS", "Compute", "Fargate-vCPU-Hours:perCPU", "hours", "0.04")
    yield Entry("AmazonECS", "Compute", "Fargate-GB-Hours", "hours", "0.0044")
    yield Entry("AmazonECS", "Compute", "Fargate-ARM-vCPU-Hours:perCPU", "hours", "0.032")
    yield Entry("AmazonECS", "Compute", "Fargate-ARM-GB-Hours", "hours", "0.0036")
    for arm in ("", "-ARM"):
        requests, duration = {"group": f"AWS-Lambda-Requests{arm}"}, {"group": f"AWS-Lambda-Duration{arm}"}
        yield Entry("AWSLambda", "Serverless", f"Request{arm}", "Requests", "0.0000002", requests)
        amount = "0.0000133334" if arm else "0.0000166667"
        yield Entry("AWSLambda", "Serverless", f"Lambda-GB-Second{arm}", "Lambda-GB-Second", amount, duration)
