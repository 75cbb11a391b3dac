"""Amazon VPC: networks, their subnets and gateways. Routes are in `routes`."""

from apps.catalog import exposure
from apps.catalog.services import networks
from apps.catalog.tags import TAGS, ec2_tags
from apps.catalog.types import (
    Convert,
    Create,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Read,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::EC2::{} registry schema: create-only property"
# What AWS refuses in a network without a way to the internet, among them internet-facing load balancers and routes by
# the gateway: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
GATEWAY_FIRST = ("AWS::EC2::VPCGatewayAttachment",)
GONE = Wait(until=("gone",), minutes=0.1, timeout_minutes=5)
SETTINGS = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns-updating.html: DNS attributes of an existing VPC"


def specification(kind: str) -> Convert:
    """Tags in the form in which EC2's creations take them."""
    return lambda rows: ("TagSpecifications", [{"ResourceType": kind, "Tags": rows}])


def vpc_attribute(name: str, member: str) -> Part:
    return Part(
        "describe_vpc_attribute", {"VpcId": "VpcId", "Attribute": f"'{name}'"}, {member: f"{member}.Value"}
    )  # fmt: skip


VPC = NativeType(
    name="AWS::EC2::VPC",
    title="VPC",
    service="ec2",
    list=Read("describe_vpcs", items="Vpcs[]"),
    read=Read("describe_vpcs", items="Vpcs[]", arguments={"VpcIds": "[id]"}, missing=("InvalidVpcID.NotFound",)),
    identifier="VpcId",
    label="Tags[?Key == 'Name'].Value | [0]",
    arn_template="arn:{partition}:ec2:{region}:{account}:vpc/{id}",
    status="State",
    settled=("available",),
    parts=(
        vpc_attribute("enableDnsSupport", "EnableDnsSupport"),
        vpc_attribute("enableDnsHostnames", "EnableDnsHostnames"),
    ),
    properties={
        "VpcId": Property(editable=False),
        "CidrBlock": Property(replaces(CREATE_ONLY.format("VPC")), help="The IPv4 network, such as 10.0.0.0/16."),
        "Ipv6CidrBlocks": Property(
            read="Ipv6CidrBlockAssociationSet[?Ipv6CidrBlockState.State == 'associated'].Ipv6CidrBlock",
            editable=False,
            unordered=True,
        ),
        "EnableDnsSupport": Property(online(SETTINGS), wrap="Value"),
        "EnableDnsHostnames": Property(online(SETTINGS), wrap="Value", help="Needs DNS support."),
        "InstanceTenancy": Property(
            replaces("AWS::EC2::VPC registry schema: conditionally create-only property"), help="Can't be changed here."
        ),
        "Tags": TAGS,
    },
    update=(
        Modify("modify_vpc_attribute", {"VpcId": "VpcId"}, ("EnableDnsSupport", "EnableDnsHostnames"), single=True),
        ec2_tags("[VpcId]"),
    ),
    create=Create(
        "create_vpc",
        properties=("CidrBlock", "InstanceTenancy"),
        outputs={"VpcId": "Vpc.VpcId"},
        tags=specification("vpc"),
        defaults={"EnableDnsSupport": True, "EnableDnsHostnames": False},
        wait=Wait(until=("available",), minutes=0.1, timeout_minutes=5),
    ),
    delete=Delete(
        "delete_vpc",
        {"VpcId": "VpcId"},
        "The network's identifier is never given again, and its default security group and route table go with it.",
        GONE,
        "botocore, ec2 DeleteVpc: When you delete the VPC, it deletes the default security group, network ACL, and "
        "route table for the VPC.",
        takes={"AWS::EC2::SecurityGroup": "GroupName == 'default'", "AWS::EC2::RouteTable": "Status == 'main'"},
    ),
    refuse=networks.refuse,
    first=("CidrBlock", "EnableDnsSupport", "EnableDnsHostnames", "InstanceTenancy", "Tags"),
)

SUBNET = NativeType(
    name="AWS::EC2::Subnet",
    title="Subnet",
    service="ec2",
    list=Read("describe_subnets", items="Subnets[]"),
    read=Read(
        "describe_subnets",
        items="Subnets[]",
        arguments={"SubnetIds": "[id]"},
        missing=("InvalidSubnetID.NotFound",),
    ),
    identifier="SubnetId",
    label="Tags[?Key == 'Name'].Value | [0]",
    arn_template="arn:{partition}:ec2:{region}:{account}:subnet/{id}",
    status="State",
    settled=("available",),
    properties={
        "SubnetId": Property(editable=False),
        "VpcId": Property(replaces(CREATE_ONLY.format("Subnet"))),
        "CidrBlock": Property(replaces(CREATE_ONLY.format("Subnet")), help="A part of the VPC's IPv4 network."),
        "AvailabilityZone": Property(replaces(CREATE_ONLY.format("Subnet"))),
        "MapPublicIpOnLaunch": Property(
            wrap="Value", exposes=exposure.made_public, help="Gives new instances public IPv4 addresses."
        ),
        "AssignIpv6AddressOnCreation": Property(wrap="Value"),
        "EnableDns64": Property(wrap="Value"),
        "Tags": TAGS,
    },
    update=(
        Modify(
            "modify_subnet_attribute",
            {"SubnetId": "SubnetId"},
            ("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation", "EnableDns64"),
            single=True,
        ),
        ec2_tags("[SubnetId]"),
    ),
    create=Create(
        "create_subnet",
        properties=("VpcId", "CidrBlock", "AvailabilityZone"),
        outputs={"SubnetId": "Subnet.SubnetId"},
        tags=specification("subnet"),
        defaults={"MapPublicIpOnLaunch": False, "AssignIpv6AddressOnCreation": False, "EnableDns64": False},
        distinct=("VpcId", "CidrBlock"),
        wait=Wait(until=("available",), minutes=0.1, timeout_minutes=5),
    ),
    delete=Delete(
        "delete_subnet",
        {"SubnetId": "SubnetId"},
        "The subnet's identifier is never given again.",
        GONE,
        "botocore, ec2 DeleteSubnet: You must terminate all running instances in the subnet before you can delete the "
        "subnet.",
    ),
    refuse=networks.refuse,
    asks=networks.SUBNETS,
    first=("VpcId", "CidrBlock", "AvailabilityZone", "MapPublicIpOnLaunch", "Tags"),
    uncovered={
        "Changed by calls of its own, which are not covered yet.": ("Ipv6CidrBlock", "PrivateDnsNameOptionsOnLaunch"),
    },
)

INTERNET_GATEWAY = NativeType(
    name="AWS::EC2::InternetGateway",
    title="Internet gateway",
    service="ec2",
    list=Read("describe_internet_gateways", items="InternetGateways[]"),
    read=Read(
        "describe_internet_gateways",
        items="InternetGateways[]",
        arguments={"InternetGatewayIds": "[id]"},
        missing=("InvalidInternetGatewayID.NotFound",),
    ),
    identifier="InternetGatewayId",
    label="Tags[?Key == 'Name'].Value | [0]",
    arn_template="arn:{partition}:ec2:{region}:{account}:internet-gateway/{id}",
    properties={"InternetGatewayId": Property(editable=False), "Tags": TAGS},
    update=(ec2_tags("[InternetGatewayId]"),),
    create=Create(
        "create_internet_gateway",
        properties=(),
        outputs={"InternetGatewayId": "InternetGateway.InternetGatewayId"},
        tags=specification("internet-gateway"),
    ),
    delete=Delete(
        "delete_internet_gateway",
        {"InternetGatewayId": "InternetGatewayId"},
        "The gateway's identifier is never given again.",
        GONE,
        "botocore, ec2 DeleteInternetGateway: You must detach the internet gateway from the VPC before you can delete "
        "it.",
    ),
    first=("Tags",),
)


def attachments(gateway: Json) -> Json:
    """One item for each VPC that the gateway is attached to."""
    return [
        {"InternetGatewayId": gateway["InternetGatewayId"], "VpcId": each["VpcId"]}
        for each in gateway.get("Attachments") or []
    ]


def gateway_given(before: Document, after: Document) -> list[tuple[str, str]]:
    """AttachInternetGateway requires the gateway; the registry schema does not, because there are two kinds."""
    given = after.get("InternetGatewayId") is not None
    return [] if given else [("InternetGatewayId", "Name the internet gateway that is attached to the VPC.")]


ATTACHMENT = NativeType(
    name="AWS::EC2::VPCGatewayAttachment",
    title="Gateway attachment",
    service="ec2",
    list=Read("describe_internet_gateways", items="InternetGateways[]", split=attachments),
    read=Read(
        "describe_internet_gateways",
        items="InternetGateways[]",
        arguments={"InternetGatewayIds": "[ids[0]]"},
        missing=("InvalidInternetGatewayID.NotFound",),
        split=attachments,
    ),
    identifier="join('|', [InternetGatewayId, VpcId])",
    label="join(' to ', [InternetGatewayId, VpcId])",
    properties={
        "InternetGatewayId": Property(editable=False, help="Another gateway is another attachment: delete this one."),
        "VpcId": Property(replaces(CREATE_ONLY.format("VPCGatewayAttachment"))),
    },
    update=(),
    create=Create(
        "attach_internet_gateway",
        properties=("InternetGatewayId", "VpcId"),
        outputs={},
        unique=True,
        distinct=("VpcId",),
    ),
    delete=Delete(
        "detach_internet_gateway",
        {"InternetGatewayId": "InternetGatewayId", "VpcId": "VpcId"},
        "Nothing in the VPC reaches the internet, or is reached from it, until a gateway is attached again.",
        GONE,
        "botocore, ec2 DetachInternetGateway: Detaches an internet gateway from a VPC, disabling connectivity between "
        "the internet and the VPC.",
    ),
    first=("InternetGatewayId", "VpcId"),
    refuse=gateway_given,
    refers={"InternetGatewayId": "AWS::EC2::InternetGateway.InternetGatewayId"},
    uncovered={"Virtual private gateways are not covered yet.": ("VpnGatewayId",)},
)
