"""What EC2 and RDS offer where a resource is, and which processors an image is for: asked while planning.

Sources: `botocore, ec2 DescribeInstanceTypeOfferings`, `DescribeInstanceTypes`, `DescribeImages`; `botocore, rds
DescribeOrderableDBInstanceOptions`.
"""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network

from apps.catalog.types import Asking, Asks, Beside, Document, Json

Found = Iterator[tuple[str, str]]


def changed(before: Document, after: Document, *names: str) -> bool:
    return any(before.get(name) != after.get(name) for name in names)


def instance(ask: Asking, before: Document, after: Document, beside: Beside) -> Found:
    if changed(before, after, "SubnetId", "SecurityGroupIds", "PrivateIpAddress", "AvailabilityZone"):
        yield from placed(ask, before, after)
    kind = after.get("InstanceType")
    if not isinstance(kind, str) or not changed(
        before, after, "InstanceType", "ImageId", "SubnetId", "AvailabilityZone"
    ):
        return
    zones, zone = zones_of(ask, kind), zone_of(ask, after)
    if not zones:
        yield "InstanceType", f"{kind} isn't offered in this region. Choose another type."
    elif zone and zone not in zones:
        yield "InstanceType", f"{kind} isn't offered in {zone}, but in {', '.join(zones)}. Choose another type or zone."
    else:
        yield from processors(ask, kind, after)


def placed(ask: Asking, before: Document, after: Document) -> Found:
    """Whether zone, address and groups are those of the subnet: `botocore, ec2 RunInstances` on each of them."""
    subnet = subnet_of(ask, after)
    if subnet is None:
        return
    moved = before.get("SubnetId") != after.get("SubnetId")
    judged = {name: value for name, value in after.items() if moved or value != before.get(name)}
    name, zone, address = subnet["SubnetId"], judged.get("AvailabilityZone"), judged.get("PrivateIpAddress")
    if isinstance(zone, str) and zone != subnet["AvailabilityZone"]:
        yield "AvailabilityZone", f"{name} is in {subnet['AvailabilityZone']}. Choose that, or another subnet."
    if isinstance(address, str) and not usable(address, subnet["CidrBlock"]):
        yield "PrivateIpAddress", f"It is no address of {name} that can be given ({subnet['CidrBlock']})."
    known = [each for each in judged.get("SecurityGroupIds") or [] if isinstance(each, str)]
    filters = [{"Name": "group-id", "Values": known}]
    groups = ask("describe_security_groups", {"Filters": filters})["SecurityGroups"] if known else []
    for group in groups:
        if group["VpcId"] != subnet["VpcId"]:
            yield "SecurityGroupIds", f"{group['GroupId']} is of {group['VpcId']}, but {name} of {subnet['VpcId']}."


def usable(address: str, block: str) -> bool:
    """AWS keeps the first four and the last: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html."""
    try:
        inside, network = ip_address(address), ip_network(block)
    except ValueError:
        return False
    return inside in network and 4 <= int(inside) - int(network[0]) < network.num_addresses - 1


def subnet_of(ask: Asking, after: Document) -> Mapping[str, Json] | None:
    subnet = after.get("SubnetId")
    if not isinstance(subnet, str):
        return None
    found = ask("describe_subnets", {"Filters": [{"Name": "subnet-id", "Values": [subnet]}]})["Subnets"]
    return found[0] if found else None


def zones_of(ask: Asking, kind: str) -> Sequence[str]:
    wanted = {"LocationType": "availability-zone", "Filters": [{"Name": "instance-type", "Values": [kind]}]}
    offered = ask("describe_instance_type_offerings", wanted)["InstanceTypeOfferings"]
    return sorted(each["Location"] for each in offered)


def zone_of(ask: Asking, after: Document) -> Json:
    """Where it is; of a new one, where its subnet is."""
    zone = after.get("AvailabilityZone")
    subnet = None if isinstance(zone, str) else subnet_of(ask, after)
    return subnet["AvailabilityZone"] if subnet else zone


def processors(ask: Asking, kind: str, after: Document) -> Found:
    """An image runs on processors of its own kind only; one that is no longer there says nothing."""
    image = after.get("ImageId")
    if not isinstance(image, str):
        return
    images = ask("describe_images", {"Filters": [{"Name": "image-id", "Values": [image]}]})["Images"]
    types = ask("describe_instance_types", {"InstanceTypes": [kind]})["InstanceTypes"]
    support = types[0].get("EbsInfo", {}).get("EbsOptimizedSupport") if types else None
    if after.get("EbsOptimized") is True and support == "unsupported":
        yield "EbsOptimized", f"{kind} is never optimized for EBS. Leave it out, or choose another type."
    if images and types:
        own, fit = images[0]["Architecture"], types[0]["ProcessorInfo"]["SupportedArchitectures"]
        if own not in fit:
            yield (
                "InstanceType",
                f"{kind} has processors of the kind {' or '.join(fit)}; the image {image} is for {own}.",
            )


def database(ask: Asking, before: Document, after: Document, beside: Beside) -> Found:
    kind, engine, version = (after.get(name) for name in ("DBInstanceClass", "Engine", "EngineVersion"))
    if (
        not isinstance(kind, str)
        or not isinstance(engine, str)
        or not changed(before, after, "DBInstanceClass", "EngineVersion")
    ):
        return
    wanted = {"Engine": engine, "DBInstanceClass": kind}
    if isinstance(version, str) and changed(before, after, "EngineVersion"):
        wanted["EngineVersion"] = version
    if not ask("describe_orderable_db_instance_options", wanted)["OrderableDBInstanceOptions"]:
        name = "EngineVersion" if before.get("DBInstanceClass") == kind else "DBInstanceClass"
        said = f"{engine} {version}" if "EngineVersion" in wanted else engine
        yield name, f"AWS doesn't offer {said} on {kind} here. Choose another class or version."


INSTANCES = Asks(
    (
        *("describe_instance_type_offerings", "describe_subnets", "describe_images", "describe_instance_types"),
        "describe_security_groups",
    ),
    instance,
)
DATABASES = Asks(("describe_orderable_db_instance_options",), database)
