"""What belongs to instances and networks of Amazon EC2: volumes, key pairs, endpoints of a VPC."""

from collections.abc import Iterator

from apps.catalog import exposure, texts
from apps.catalog.services import networks
from apps.catalog.services.vpc import specification
from apps.catalog.tags import TAGS, ec2_tags
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Only,
    Property,
    Put,
    Read,
    SetDiff,
    Wait,
    online,
    replaces,
)

GONE = Wait(until=("gone",), minutes=0.1, timeout_minutes=10)
ELASTIC = (
    "botocore, ec2 ModifyVolume: If your EBS volume is attached to a current-generation EC2 instance type, you might "
    "be able to apply these changes without stopping the instance or detaching the volume from it."
)
KINDS = ["gp3", "gp2", "io2", "io1", "st1", "sc1", "standard"]
PROVISIONED = ("io1", "io2", "gp3")
MULTI = ("io1", "io2")
# botocore, ec2 CreateVolume on Size (GiB), Iops and Throughput (MiB/s)
RANGES: dict[str, dict[str, tuple[int, int]]] = {
    "Size": {
        "gp2": (1, 16_384),
        "gp3": (1, 65_536),
        "io1": (4, 16_384),
        "io2": (4, 65_536),
        "st1": (125, 16_384),
        "sc1": (125, 16_384),
        "standard": (1, 1024),
    },
    "Iops": {"gp3": (3000, 80_000), "io1": (100, 64_000), "io2": (100, 256_000)},
    "Throughput": {"gp3": (125, 2000)},
}
ONCE = "Chosen when the volume is created: ModifyVolume has no such argument."
FIXED = ("AvailabilityZone", "Encrypted", "KmsKeyId", "SnapshotId", "MultiAttachEnabled")
RESIZED = ("Size", "VolumeType", "Iops", "Throughput")


def refuse_volume(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, ec2 CreateVolume` on each of them."""
    kind = after.get("VolumeType") or "gp2"
    for name, kinds in (("Iops", PROVISIONED), ("Throughput", ("gp3",))):
        if after.get(name) not in (None, before.get(name)) and kind not in kinds:
            yield name, f"Volumes of type {kind} have no {name} of their own. Leave it out, or choose {kinds[-1]}."
    if not before.get("VolumeId") and not (after.get("Size") or after.get("SnapshotId")):
        yield "Size", "A volume has a size, unless it is made from a snapshot. Give one."
    if kind in MULTI and not after.get("Iops"):
        yield "Iops", f"Volumes of type {kind} have their IOPS said. Give them."
    if not before and after.get("MultiAttachEnabled") and kind not in MULTI:
        yield "MultiAttachEnabled", f"Volumes of type {kind} are attached once. Leave it out, or choose io2."
    if not before and after.get("KmsKeyId") and after.get("Encrypted") is not True:
        yield "KmsKeyId", "Only an encrypted volume has a key. Set Encrypted, or leave the key out."
    for name, ranges in RANGES.items():
        least, most = ranges.get(kind, (0, None))
        value = after.get(name)
        if isinstance(value, int) and value != before.get(name) and most and not least <= value <= most:
            yield name, f"A volume of type {kind} has from {least:,} to {most:,}."


VOLUME = NativeType(
    name="AWS::EC2::Volume",
    title="EBS volume",
    service="ec2",
    list=Read("describe_volumes", items="Volumes[]"),
    read=Read(
        "describe_volumes", items="Volumes[]", arguments={"VolumeIds": "[id]"}, missing=("InvalidVolume.NotFound",)
    ),
    identifier="VolumeId",
    label="Tags[?Key == 'Name'].Value | [0]",
    arn_template="arn:{partition}:ec2:{region}:{account}:volume/{id}",
    status="State",
    settled=("available", "in-use"),
    properties={
        "VolumeId": Property(editable=False),
        "Size": Property(
            online(ELASTIC),
            only=Only.INCREASE,
            irreversible="A volume can grow but never shrink; its file system is extended on the instance.",
            unit="GiB",
        ),
        "VolumeType": Property(
            online(ELASTIC), limits={"enum": ["gp3", "gp2", "io2", "io1", "st1", "sc1", "standard"]}
        ),
        "Iops": Property(online(ELASTIC)),
        "Throughput": Property(online(ELASTIC), unit="MiB/s"),
        **{name: Property(editable=False, help=ONCE) for name in FIXED},
        "Tags": TAGS,
    },
    update=(Modify("modify_volume", {"VolumeId": "VolumeId"}, RESIZED), ec2_tags("[VolumeId]")),
    create=Create(
        "create_volume",
        properties=(*RESIZED, *FIXED),
        outputs={"VolumeId": "VolumeId"},
        token="ClientToken",
        tags=specification("volume"),
        wait=Wait(until=("available",), failed=("error",), minutes=0.5, timeout_minutes=30),
    ),
    delete=Delete(
        "delete_volume",
        {"VolumeId": "VolumeId"},
        "Everything on the volume is lost but for snapshots of it.",
        GONE,
        "botocore, ec2 DeleteVolume: Deletes the specified EBS volume.",
    ),
    first=(*RESIZED, *FIXED, "Tags"),
    stateful=True,
    refuse=refuse_volume,
    asks=networks.ZONES,
    uncovered={
        "Not covered yet.": (*("AutoEnableIO", "AvailabilityZoneId", "SourceVolumeId", "VolumeInitializationRate"),),
    },
)


def without_comment(text: Json) -> Json:
    """A public key without who it belongs to, which AWS replaces."""
    return " ".join(text.split()[:2]) if isinstance(text, str) else text


KEY_KINDS = ("ssh-ed25519 AAAA", "ssh-rsa AAAA")


def refuse_key(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """A key pair that AWS makes would give its private key to whoever asked, which must not be us.

    Source: `botocore, ec2 ImportKeyPair`: public keys of RSA or ED25519; AWS takes other formats of them, too, whose
    comments stand elsewhere.
    """
    if not after.get("PublicKeyMaterial") and not before.get("KeyPairId"):
        yield "PublicKeyMaterial", "Give the public key of a key pair that you made."
    given = after.get("PublicKeyMaterial")
    if isinstance(given, str) and not given.startswith(KEY_KINDS) and given != before.get("PublicKeyMaterial"):
        yield "PublicKeyMaterial", "Give the one line of the .pub file: ssh-ed25519 AAAA..., or ssh-rsa AAAA...."


KEY_ONLY = "AWS::EC2::KeyPair registry schema: create-only property"
KEY_PAIR = NativeType(
    name="AWS::EC2::KeyPair",
    title="Key pair",
    service="ec2",
    list=Read("describe_key_pairs", items="KeyPairs[]", arguments={"IncludePublicKey": "`true`"}),
    read=Read(
        "describe_key_pairs",
        items="KeyPairs[]",
        arguments={"KeyNames": "[id]", "IncludePublicKey": "`true`"},
        missing=("InvalidKeyPair.NotFound",),
    ),
    identifier="KeyName",
    label="KeyName",
    arn_template="",
    properties={
        "KeyName": Property(replaces(KEY_ONLY)),
        "KeyPairId": Property(editable=False),
        "KeyFingerprint": Property(editable=False),
        "PublicKeyMaterial": Property(
            replaces(KEY_ONLY),
            read="PublicKey",
            decode=without_comment,
            form=without_comment,
            help="Made on your machine, so that nobody else ever has the private key: ssh-keygen -t ed25519",
        ),
        "Tags": Property(
            replaces(KEY_ONLY), editable=False, unordered=True, help="Given when the key pair is imported."
        ),
    },
    update=(),
    create=Create(
        "import_key_pair",
        properties=("KeyName", "PublicKeyMaterial"),
        outputs={"KeyPairId": "KeyPairId", "KeyFingerprint": "KeyFingerprint"},
        tags=specification("key-pair"),
        unique=True,
    ),
    delete=Delete(
        "delete_key_pair",
        {"KeyName": "KeyName"},
        "No new instance can be started with it; instances that have it keep it.",
        GONE,
        "botocore, ec2 DeleteKeyPair: Deletes the specified key pair, by removing the public key from Amazon EC2.",
    ),
    first=("KeyName", "PublicKeyMaterial", "Tags"),
    refuse=refuse_key,
)

ENDPOINT_ID: Arguments = {"VpcEndpointId": "Id"}
ENDPOINT_ONLY = "AWS::EC2::VPCEndpoint registry schema: create-only property"
PLACED = ("VpcId", "ServiceName", "VpcEndpointType", "ServiceRegion")
NOT_OF = {"Gateway": ("SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled"), "Interface": ("RouteTableIds",)}
LISTS = ("RouteTableIds", "SubnetIds", "SecurityGroupIds")


def refuse_endpoint(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, ec2 CreateVpcEndpoint`: which kind of endpoint has which of them."""
    yield from texts.refuse(before, after, "PolicyDocument")
    kind = after.get("VpcEndpointType") or ("" if before else "Gateway")
    for name in NOT_OF.get(kind, ()):
        if after.get(name) and after.get(name) != before.get(name):
            yield name, f"Endpoints of type {kind} have none. Leave it out, or choose another type."


def changed(name: str) -> SetDiff:
    return SetDiff(
        property=name,
        arguments=ENDPOINT_ID,
        add="modify_vpc_endpoint",
        add_argument=f"Add{name}",
        remove="modify_vpc_endpoint",
        remove_argument=f"Remove{name}",
    )


VPC_ENDPOINT = NativeType(
    name="AWS::EC2::VPCEndpoint",
    title="VPC endpoint",
    service="ec2",
    list=Read("describe_vpc_endpoints", items="VpcEndpoints[?State != 'deleted']"),
    read=Read(
        "describe_vpc_endpoints",
        items="VpcEndpoints[?State != 'deleted']",
        arguments={"VpcEndpointIds": "[id]"},
        missing=("InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound"),
    ),
    identifier="Id",
    label="Tags[?Key == 'Name'].Value | [0]",
    arn_template="arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{id}",
    properties={
        "Id": Property(read="VpcEndpointId", editable=False),
        **{name: Property(replaces(ENDPOINT_ONLY)) for name in PLACED},
        "RouteTableIds": Property(unordered=True),
        "SubnetIds": Property(unordered=True),
        "SecurityGroupIds": Property(read="Groups[].GroupId", unordered=True, cuts=exposure.removed("allowed")),
        "PolicyDocument": Property(
            decode=texts.structure, encode=texts.text, help="What may be done through the endpoint. Not set: anything."
        ),
        "PrivateDnsEnabled": Property(),
        "IpAddressType": Property(),
        "Tags": TAGS,
    },
    update=(
        *(changed(name) for name in LISTS),
        Put(
            "modify_vpc_endpoint",
            ENDPOINT_ID,
            "PolicyDocument",
            "PolicyDocument",
            clear="modify_vpc_endpoint",
            clear_arguments={"ResetPolicy": "`true`"},
        ),
        Modify("modify_vpc_endpoint", ENDPOINT_ID, ("PrivateDnsEnabled", "IpAddressType")),
        ec2_tags("[Id]"),
    ),
    create=Create(
        "create_vpc_endpoint",
        properties=(*PLACED, *LISTS, "PolicyDocument", "PrivateDnsEnabled", "IpAddressType"),
        outputs={"Id": "VpcEndpoint.VpcEndpointId"},
        tags=specification("vpc-endpoint"),
    ),
    delete=Delete(
        "delete_vpc_endpoints",
        {"VpcEndpointIds": "[Id]"},
        "What reached the service through the endpoint goes another way, or doesn't reach it any more.",
        Wait(until=("gone",), minutes=2, timeout_minutes=30),
        "botocore, ec2 DeleteVpcEndpoints: Deletes the specified VPC endpoints.",
    ),
    first=(*PLACED, *LISTS, "PrivateDnsEnabled", "PolicyDocument", "Tags"),
    refers={"RouteTableIds/*": "AWS::EC2::RouteTable.RouteTableId", "SubnetIds/*": "AWS::EC2::Subnet.SubnetId"},
    refuse=refuse_endpoint,
    uncovered={"Not covered yet.": ("DnsOptions",)},
)
