"""What databases, caches, streams and stores cost. Attributes as the Price List API answers with them."""

from collections.abc import Iterator
from decimal import Decimal

from apps.catalog.prices.model import (
    Document,
    Json,
    Look,
    Part,
    Product,
    Unpriced,
    hourly,
    literal,
    monthly,
    number,
    used,
)

LATER = "What it will be is known to the run only, so its price isn't known yet."
ENGINES = {"postgres": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}
STORAGE = {
    "gp2": "General Purpose",
    "gp3": "General Purpose-GP3",
    "io1": "Provisioned IOPS",
    "io2": "Provisioned IOPS-IO2",
    "standard": "Magnetic",
}
CACHES = {"redis": "Redis", "valkey": "Valkey", "memcached": "Memcached"}
MILLION = Decimal(10**6)


def is_true(value: Json) -> bool:
    return str(value).lower() == "true"


def database(document: Document, look: Look) -> Iterator[Part]:
    kind, engine = literal(document.get("DBInstanceClass")), literal(document.get("Engine"))
    if engine not in ENGINES or kind is None:
        license_ = "Engines with a licence, and Aurora, whose price depends on its cluster, are not priced here."
        yield Unpriced("Instance", LATER if engine in (*ENGINES, None) else license_)
        return
    deployment = "Multi-AZ" if is_true(document.get("MultiAZ")) else "Single-AZ"
    product = Product.of(
        "AmazonRDS",
        "(Multi-AZUsage|InstanceUsage):.+",
        productFamily="Database Instance",
        instanceType=kind,
        databaseEngine=ENGINES[engine],
        deploymentOption=deployment,
        licenseModel="No license required",
    )
    yield hourly("Instance", product, what=f"of {kind}, {ENGINES[engine]}, {deployment}")
    yield from _storage(document, deployment)
    yield Unpriced("Backups", "Backup storage beyond the size of the database depends on usage.")


def _storage(document: Document, deployment: str) -> Iterator[Part]:
    kind, size = literal(document.get("StorageType")) or "gp2", number(document.get("AllocatedStorage"))
    if kind not in STORAGE or size is None:
        yield Unpriced("Storage", LATER)
        return
    shared = {"databaseEngine": "Any", "deploymentOption": deployment}
    product = Product.of("AmazonRDS", productFamily="Database Storage", volumeType=STORAGE[kind], **shared)
    yield monthly("Storage", product, "GB-Mo", size, f"GB of {kind}, {deployment}")
    iops, throughput = number(document.get("Iops")), number(document.get("StorageThroughput"))
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage: 12,000 from 400 GiB on
    free_iops, free_mib = (Decimal(12000), 500) if size >= 400 else (Decimal(3000), 125)
    named = {"gp3": "GP3-PIOPS", "io1": "PIOPS", "io2": "IO2-PIOPS"}.get(kind, "")
    above = max((iops or Decimal(0)) - (free_iops if kind == "gp3" else 0), Decimal(0))
    if named and above:
        product = Product.of("AmazonRDS", f"RDS:(Multi-AZ-)?{named}", productFamily="Provisioned IOPS", **shared)
        yield monthly("IOPS", product, "IOPS-Mo", above, f"IOPS above {free_iops:,f}" if kind == "gp3" else "IOPS")
    if kind == "gp3" and throughput and throughput > free_mib:
        yield Unpriced("Throughput", f"Throughput above {free_mib} MiB/s costs, and is not covered yet.")


def aurora(document: Document, look: Look) -> Iterator[Part]:
    yield Unpriced("Storage and requests", "What Aurora stores and reads depends on usage.")
    if document.get("ServerlessV2ScalingConfiguration"):
        yield Unpriced("Capacity", "How many capacity units it takes between its two limits depends on load.")


def warehouse(document: Document, look: Look) -> Iterator[Part]:
    kind, count = literal(document.get("NodeType")), number(document.get("NumberOfNodes") or 1)
    if kind is None or count is None:
        yield Unpriced("Nodes", LATER)
        return
    product = Product.of("AmazonRedshift", "Node:.+", productFamily="Compute Instance", instanceType=kind)
    yield hourly("Nodes", product, count, what=f"of {kind}")
    if kind.startswith("ra3"):
        stored = Product.of("AmazonRedshift", "RMS:.+", productFamily="Redshift Managed Storage")
        yield used("Managed storage", stored, "GB-Mo", "GB stored")


def cache(document: Document, look: Look) -> Iterator[Part]:
    kind, engine = literal(document.get("CacheNodeType")), literal(document.get("Engine"))
    shards, replicas = (number(document.get(name) or least) for name, least in SHARDS)
    if kind is None or engine not in CACHES or shards is None or replicas is None:
        yield Unpriced("Nodes", LATER)
        return
    product = Product.of(
        "AmazonElastiCache",
        r"NodeUsage:cache\.[\w.]+",
        productFamily="Cache Instance",
        instanceType=kind,
        cacheEngine=CACHES[engine],
    )
    yield hourly("Nodes", product, shards * (1 + replicas), what=f"of {kind}, {CACHES[engine]}")


SHARDS = (("NumNodeGroups", 1), ("ReplicasPerNodeGroup", 0))
UNITS = (("Read", "ReadCapacityUnits", "DDB-ReadUnits"), ("Write", "WriteCapacityUnits", "DDB-WriteUnits"))


def table(document: Document, look: Look) -> Iterator[Part]:
    if document.get("TableClass") == "STANDARD_INFREQUENT_ACCESS":
        yield Unpriced("Capacity", "Tables for infrequent access have prices of their own, which are not covered yet.")
    elif document.get("BillingMode") == "PAY_PER_REQUEST":
        for way, _, group in UNITS:
            family = "Amazon DynamoDB PayPerRequest Throughput"
            product = Product.of("AmazonDynamoDB", f"{way}RequestUnits", productFamily=family, group=group)
            said = f"million {way.lower()} requests of one unit"
            yield used(f"{way}s", product, f"{way}RequestUnits", said, MILLION)
    else:
        yield from _provisioned(document)
    yield Unpriced("Storage", "What it stores depends on usage.")


def _provisioned(document: Document) -> Iterator[Part]:
    whole = [document, *(document.get("GlobalSecondaryIndexes") or [])]
    for way, name, group in UNITS:
        given = [number((each.get("ProvisionedThroughput") or {}).get(name)) for each in whole]
        known = [each for each in given if each is not None]
        if len(known) < len(given):
            yield Unpriced(f"{way} capacity", LATER)
            continue
        unit = f"{way}CapacityUnit-Hrs"
        product = Product.of("AmazonDynamoDB", unit, productFamily="Provisioned IOPS", group=group)
        yield hourly(f"{way} capacity", product, sum(known, Decimal(0)), unit, f"{way.lower()} units")


def stream(document: Document, look: Look) -> Iterator[Part]:
    count = number(document.get("ShardCount"))
    if (document.get("StreamModeDetails") or {}).get("StreamMode") == "ON_DEMAND" or count is None:
        yield Unpriced("Stream", "What an on-demand stream takes in and gives out depends on usage.")
    else:
        shards = Product.of("AmazonKinesis", "Storage-ShardHour", productFamily="Kinesis Streams")
        yield hourly("Shards", shards, count, "ShardHour", "shards")
    yield Unpriced("Records", "What is put into it depends on usage.")


def search(document: Document, look: Look) -> Iterator[Part]:
    config, family = document.get("ClusterConfig") or {}, "Amazon OpenSearch Service Instance"
    parts = (
        ("Data nodes", "InstanceType", "InstanceCount"),
        ("Master nodes", "DedicatedMasterType", "DedicatedMasterCount"),
    )
    for name, kind, count in parts:
        if name == "Master nodes" and not is_true(config.get("DedicatedMasterEnabled")):
            continue
        many, which = number(config.get(count) or 1), literal(config.get(kind))
        if many is None or which is None:
            yield Unpriced(name, LATER)
        else:
            product = Product.of("AmazonES", productFamily=family, instanceType=which)
            yield hourly(name, product, many, what=f"of {which}")
    yield Unpriced("Storage", "Its volumes are not priced here.")


def bucket(document: Document, look: Look) -> Iterator[Part]:
    """https://aws.amazon.com/s3/pricing/: what lifecycle rules move to other classes costs less there."""
    product = Product.of(
        "AmazonS3",
        "TimedStorage-ByteHrs",
        productFamily="Storage",
        storageClass="General Purpose",
        volumeType="Standard",
    )
    yield used("Standard storage", product, "GB-Mo", "GB stored")
    yield Unpriced("Requests", "Requests and other storage classes depend on usage.")


def files(document: Document, look: Look) -> Iterator[Part]:
    product = Product.of("AmazonEFS", "TimedStorage-ByteHrs", productFamily="Storage", storageClass="General Purpose")
    yield used("Standard storage", product, "GB-Mo", "GB stored")
    yield Unpriced("Reads and writes", "Throughput and other storage classes depend on usage or are not covered yet.")
