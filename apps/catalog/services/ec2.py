"""Amazon EC2."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from apps.catalog import exposure
from apps.catalog.services import offers
from apps.catalog.services.vpc import GATEWAY_FIRST
from apps.catalog.tags import TAGS, ec2_tags
from apps.catalog.types import (
    Act,
    Around,
    Create,
    Delete,
    Document,
    Guard,
    Modify,
    NativeType,
    Part,
    Property,
    Read,
    Wait,
    interrupts,
    online,
    replaces,
)

INSTANCE_ID = {"InstanceIds": "[InstanceId]"}
CREATE_ONLY = "AWS::EC2::Instance registry schema: create-only property"
STOPPED = "botocore, ec2 ModifyInstanceAttribute: To modify some attributes, the instance must be stopped."
STOP_START = Around(
    when="running",
    before=Act("stop_instances", INSTANCE_ID, "stopped", Wait(("stopped",), ("terminated",), 2, 20)),
    after=Act("start_instances", INSTANCE_ID, "running", Wait(("running",), ("terminated",), 2, 20)),
)


def attribute(name: str, expression: str = "") -> Part:
    """One attribute that DescribeInstances doesn't answer; `expression` over the answer."""
    return Part(
        "describe_instance_attribute",
        {"InstanceId": "InstanceId", "Attribute": f"'{name}'"},
        {name[0].upper() + name[1:]: expression or f"{name[0].upper() + name[1:]}.Value"},
    )


def launched(values: Document, sent: Document) -> Document:
    """RunInstances takes plainly what ModifyInstanceAttribute wants wrapped."""
    zone = values.get("AvailabilityZone")
    plain = {name: value for name, value in values.items() if name not in ("AvailabilityZone", "Tags")}
    return {**plain, "MinCount": 1, "MaxCount": 1, **({"Placement": {"AvailabilityZone": zone}} if zone else {})}


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, ec2 RunInstances` on PrivateIpAddress, which is of the subnet."""
    address = after.get("PrivateIpAddress")
    if isinstance(address, str) and address != before.get("PrivateIpAddress"):
        try:
            IPv4Address(address)
        except ValueError:
            yield "PrivateIpAddress", "It is no IPv4 address. Write one of the subnet, or leave it out."
    if not before and not after.get("SubnetId") and address:
        yield "PrivateIpAddress", "An address is one of a subnet. Choose the subnet, too."


INSTANCE = NativeType(
    name="AWS::EC2::Instance",
    title="EC2 instance",
    service="ec2",
    list=Read("describe_instances", items="Reservations[].Instances[?State.Name != 'terminated'][]"),
    read=Read(
        "describe_instances",
        items="Reservations[].Instances[?State.Name != 'terminated'][]",
        arguments={"InstanceIds": "[id]"},
        missing=("InvalidInstanceID.NotFound",),
    ),
    identifier="InstanceId",
    label="Tags[?Key == 'Name'].Value | [0]",
    arn_template="arn:{partition}:ec2:{region}:{account}:instance/{id}",
    status="State.Name",
    settled=("running", "stopped"),
    parts=(attribute("disableApiTermination"),),
    properties={
        "InstanceId": Property(editable=False),
        "InstanceType": Property(interrupts(5, STOPPED), wrap="Value"),
        "SecurityGroupIds": Property(
            online("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/changing-security-group.html"),
            read="SecurityGroups[].GroupId",
            argument="Groups",
            unordered=True,
            cuts=exposure.removed("allowed"),
        ),
        "DisableApiTermination": Property(wrap="Value", help="Protects the instance against being terminated."),
        "EbsOptimized": Property(interrupts(5, STOPPED), wrap="Value"),
        "SourceDestCheck": Property(wrap="Value"),
        "ImageId": Property(replaces(CREATE_ONLY)),
        "SubnetId": Property(replaces(CREATE_ONLY)),
        "KeyName": Property(replaces(CREATE_ONLY)),
        "AvailabilityZone": Property(replaces(CREATE_ONLY), read="Placement.AvailabilityZone"),
        "PrivateIpAddress": Property(replaces(CREATE_ONLY)),
        "Tags": TAGS,
    },
    update=(
        Modify(
            "modify_instance_attribute",
            {"InstanceId": "InstanceId"},
            ("SecurityGroupIds", "DisableApiTermination", "SourceDestCheck"),
            single=True,
        ),
        Modify(
            "modify_instance_attribute",
            {"InstanceId": "InstanceId"},
            ("InstanceType", "EbsOptimized"),
            single=True,
            around=STOP_START,
        ),
        ec2_tags("[InstanceId]"),
    ),
    create=Create(
        "run_instances",
        follows=GATEWAY_FIRST,
        properties=(
            *("ImageId", "InstanceType", "SubnetId", "SecurityGroupIds", "KeyName"),
            *("AvailabilityZone", "PrivateIpAddress", "EbsOptimized", "DisableApiTermination"),
        ),
        outputs={"InstanceId": "Instances[0].InstanceId"},
        token="ClientToken",
        tags=lambda rows: ("TagSpecifications", [{"ResourceType": "instance", "Tags": rows}]),
        defaults={"DisableApiTermination": False, "SourceDestCheck": True, "EbsOptimized": False},
        adapt=launched,
        wait=Wait(("running",), ("terminated", "shutting-down"), 2, 15),
    ),
    delete=Delete(
        "terminate_instances",
        INSTANCE_ID,
        "The instance can't be recovered, nor can its instance store and the volumes that are deleted with it.",
        Wait(("gone",), minutes=2, timeout_minutes=20),
        "botocore, ec2 TerminateInstances: Terminating an instance is permanent and irreversible.",
        guard=Guard(
            "DisableApiTermination",
            "DisableApiTermination",
            "botocore, ec2 RunInstances: Indicates whether termination protection is enabled for the instance.",
        ),
    ),
    first=(
        *("InstanceType", "ImageId", "SubnetId", "SecurityGroupIds", "KeyName"),
        *("DisableApiTermination", "EbsOptimized", "SourceDestCheck", "Tags"),
    ),
    stateful=True,
    refuse=refuse,
    asks=offers.INSTANCES,
    uncovered={
        "May hold secrets, and is not covered yet.": ("UserData",),
        "Changed by calls of its own, which are not covered yet.": (
            *("Affinity", "BlockDeviceMappings", "CreditSpecification", "HostId", "IamInstanceProfile"),
            *("MetadataOptions", "Monitoring", "PrivateDnsNameOptions", "SsmAssociations", "Tenancy", "Volumes"),
        ),
        "Not covered yet.": ("InstanceInitiatedShutdownBehavior", "KernelId", "RamdiskId"),
    },
)
