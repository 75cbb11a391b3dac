"""What Amazon RDS takes of an instance's storage and version, which no schema says."""

from collections.abc import Iterator

from apps.catalog.services import rds_windows
from apps.catalog.types import Document, Json

STORAGE_GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage"
AUTOSCALING = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html"
NEEDED = ("Engine", "DBInstanceClass", "AllocatedStorage", "MasterUsername")  # of a new instance outside of a cluster
STORAGE = ("StorageType", "Iops", "AllocatedStorage", "StorageThroughput")
GP3_FIXED_BELOW = {"mysql": 400, "mariadb": 400, "postgres": 400, "db2": 400, "oracle": 200}  # GiB, see STORAGE_GUIDE
FIXED = {"Iops": 3000, "StorageThroughput": 125}  # what small gp3 storage has and shows, see STORAGE_GUIDE
GP3_LEAST_IOPS = 12_000  # from that size on, see STORAGE_GUIDE
MAJOR_PARTS = {"mysql": 2, "mariadb": 2}  # of a version; the other engines have one


def whole(value: Json) -> int:
    """A number that may be written as text; 0 for none."""
    return int(value) if str(value or "").isdecimal() else 0


def family(engine: Json) -> str:
    """The engine without its edition: "oracle" for "oracle-se2"."""
    return str(engine or "").split("-")[0]


def tunable(document: Document) -> bool:
    """Whether AWS takes IOPS and throughput for this storage (STORAGE_GUIDE); small gp3 has a fixed performance."""
    kind = document.get("StorageType")
    if kind == "gp3":
        least = GP3_FIXED_BELOW.get(family(document.get("Engine")), 0)
        return whole(document.get("AllocatedStorage")) >= least
    return kind in ("io1", "io2")


def major(document: Document) -> list[str]:
    parts = str(document.get("EngineVersion") or "").split(".")
    return parts[: MAJOR_PARTS.get(family(document.get("Engine")), 1)]


def adapt(before: Document, after: Document, arguments: Document) -> Document:
    """Without performance that this storage doesn't take, and with the consent that a major upgrade needs.

    Storage stops growing by itself when it may grow to what it is: AUTOSCALING.
    """
    dropped = set() if tunable(after) else {"Iops", "StorageThroughput"}
    if before.get("StorageThroughput") == after.get("StorageThroughput"):
        dropped.add("StorageThroughput")
    sent = {name: value for name, value in arguments.items() if name not in dropped}
    if sent.get("MaxAllocatedStorage") == 0:
        sent["MaxAllocatedStorage"] = whole(after.get("AllocatedStorage"))
    return sent if major(before) == major(after) else sent | {"AllowMajorVersionUpgrade": True}


def create(values: Document, arguments: Document) -> Document:
    """With a password that nobody sees, and without the performance that small storage has anyway."""
    dropped = () if tunable(values) else FIXED
    return {n: value for n, value in arguments.items() if n not in dropped} | {"ManageMasterUserPassword": True}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    if not before.get("DBInstanceIdentifier"):
        yield from refuse_new(after)
    if any(before.get(name) != after.get(name) for name in STORAGE):
        yield from refuse_storage(before, after)
    if before.get("EngineVersion") not in (None, after.get("EngineVersion")):
        yield from refuse_version(before, after)
    if any(before.get(name) != after.get(name) for name in ("AllocatedStorage", "MaxAllocatedStorage")):
        yield from refuse_limit(after)
    if any(before.get(name) != after.get(name) for name in rds_windows.WINDOWS):
        yield from rds_windows.refuse(after)


def refuse_new(after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, rds CreateDBInstance` on each of them."""
    for name in NEEDED:
        if after.get(name) in (None, ""):
            yield name, f"{name} is needed for a new RDS instance. Give it a value."
    if after.get("ManageMasterUserPassword") is False:
        yield "ManageMasterUserPassword", "Secrets Manager holds the password. Leave this true."
    if after.get("MultiAZ") and after.get("AvailabilityZone"):
        yield "AvailabilityZone", "AWS chooses the zones of a Multi-AZ instance. Leave AvailabilityZone out."


def least_growth(document: Document) -> int:
    """A tenth more than there is. AWS rounds less up to it, so that the run would not end as approved."""
    return -(-whole(document.get("AllocatedStorage")) * 11 // 10)


def refuse_storage(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: STORAGE_GUIDE and `botocore, rds ModifyDBInstance` on StorageType, Iops and AllocatedStorage."""
    kind, size = after.get("StorageType") or "default", after.get("AllocatedStorage")
    old, least = whole(before.get("AllocatedStorage")), least_growth(before)
    if old < whole(size) < least and family(after.get("Engine")) in GP3_FIXED_BELOW:
        yield "AllocatedStorage", f"AWS grows storage by a tenth or more: to {least} GiB here. Give as much or more."
    for name in ("Iops", "StorageThroughput"):
        shown = kind == "gp3" and not before and whole(after.get(name)) == FIXED[name]
        given = after.get(name) is not None and before.get(name) != after.get(name) and not shown
        if given and (not tunable(after) or (name == "StorageThroughput" and kind != "gp3")):
            yield name, f"{kind} storage of {size} GiB takes no {name}. Leave it as it is."
    if tunable(after) and not whole(after.get("Iops")):
        yield "Iops", f"{kind} storage of {size} GiB needs Iops. Give a number."
    striped = kind == "gp3" and family(after.get("Engine")) in GP3_FIXED_BELOW
    if striped and tunable(after) and 0 < whole(after.get("Iops")) < GP3_LEAST_IOPS:
        yield "Iops", f"gp3 storage of {size} GiB has at least {GP3_LEAST_IOPS} Iops. Give as many or more."


def refuse_limit(after: Document) -> Iterator[tuple[str, str]]:
    """AUTOSCALING: the limit is above what there is; the same number would switch it off."""
    limit, size = whole(after.get("MaxAllocatedStorage")), whole(after.get("AllocatedStorage"))
    if limit and limit <= size:
        yield (
            "MaxAllocatedStorage",
            f"This must be above AllocatedStorage ({size} GiB). Give more, or leave it empty: no growth by itself.",
        )


def refuse_version(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """AWS completes a version that is only a major one, so that nobody could say whether the run did as approved."""
    old, new = (str(document.get("EngineVersion") or "") for document in (before, after))
    if old.startswith(new) and old != new:
        yield "EngineVersion", f"{new} comes before {old}, and an engine can't be taken back. Give its release as well."
    parts = new.split("-")[0].split(".")
    if len([part for part in parts if part.isdecimal()]) <= len(major(after)):
        yield "EngineVersion", "Give the whole version, with its minor number: AWS would choose one by itself."
