"""Amazon VPC: route tables with their routes and associations, and what routes lead to."""

from apps.catalog.services.vpc import CREATE_ONLY, GATEWAY_FIRST, GONE, specification
from apps.catalog.tags import TAGS, ec2_tags
from apps.catalog.types import (
    Create,
    Cure,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Property,
    Read,
    Wait,
    online,
    replaces,
)

TARGETS = (
    *("GatewayId", "NatGatewayId", "TransitGatewayId"),
    *("VpcPeeringConnectionId", "NetworkInterfaceId", "InstanceId"),
)
NO_TABLE = ("InvalidRouteTableID.NotFound",)

ROUTE_TABLE = NativeType(
    name="AWS::EC2::RouteTable",
    title="Route table",
    service="ec2",
    list=Read("describe_route_tables", items="RouteTables[]"),
    read=Read("describe_route_tables", items="RouteTables[]", arguments={"RouteTableIds": "[id]"}, missing=NO_TABLE),
    identifier="RouteTableId",
    label="Tags[?Key == 'Name'].Value | [0]",
    status="(Associations[?Main] && 'main') || ''",
    arn_template="arn:{partition}:ec2:{region}:{account}:route-table/{id}",
    properties={
        "RouteTableId": Property(editable=False),
        "VpcId": Property(replaces(CREATE_ONLY.format("RouteTable"))),
        "Tags": TAGS,
    },
    update=(ec2_tags("[RouteTableId]"),),
    create=Create(
        "create_route_table",
        properties=("VpcId",),
        outputs={"RouteTableId": "RouteTable.RouteTableId"},
        token="ClientToken",
        tags=specification("route-table"),
    ),
    delete=Delete(
        "delete_route_table",
        {"RouteTableId": "RouteTableId"},
        "The table's routes go with it.",
        GONE,
        "botocore, ec2 DeleteRouteTable: You must disassociate the route table from any subnets before you can delete "
        "it.",
    ),
    first=("VpcId", "Tags"),
)


def own_routes(table: Json) -> Json:
    """The IPv4 routes of a table that people made: neither the VPC's own nor propagated ones."""
    return [
        {**route, "RouteTableId": table["RouteTableId"]}
        for route in table.get("Routes") or []
        if route.get("DestinationCidrBlock") and route.get("Origin", "CreateRoute") == "CreateRoute"
    ]


def one_target(before: Document, after: Document) -> list[tuple[str, str]]:
    """CreateRoute and ReplaceRoute: exactly one of the resources that a route can lead to."""
    given = [name for name in TARGETS if after.get(name) is not None]
    if len(given) == 1:
        return []
    names = ", ".join(TARGETS)
    return [(given[1] if given else TARGETS[0], f"A route leads to exactly one place. Give one of {names}.")]


ROUTE = NativeType(
    name="AWS::EC2::Route",
    title="Route",
    service="ec2",
    list=Read("describe_route_tables", items="RouteTables[]", split=own_routes),
    read=Read(
        "describe_route_tables",
        items="RouteTables[]",
        arguments={"RouteTableIds": "[ids[0]]"},
        missing=NO_TABLE,
        split=own_routes,
    ),
    identifier="join('|', [RouteTableId, DestinationCidrBlock])",
    label="join(' in ', [DestinationCidrBlock, RouteTableId])",
    properties={
        "RouteTableId": Property(replaces(CREATE_ONLY.format("Route"))),
        "DestinationCidrBlock": Property(replaces(CREATE_ONLY.format("Route")), help="0.0.0.0/0 is everything else."),
        **{
            name: Property(online("https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html"))
            for name in TARGETS
        },
    },
    update=(
        Modify(
            "replace_route",
            {"RouteTableId": "RouteTableId", "DestinationCidrBlock": "DestinationCidrBlock"},
            TARGETS,
            omits=True,
        ),
    ),
    create=Create(
        "create_route",
        follows=GATEWAY_FIRST,
        properties=("RouteTableId", "DestinationCidrBlock", *TARGETS),
        outputs={},
        unique=True,
    ),
    delete=Delete(
        "delete_route",
        {"RouteTableId": "RouteTableId", "DestinationCidrBlock": "DestinationCidrBlock"},
        "Traffic to these addresses takes another route of the table, or none.",
        GONE,
        "botocore, ec2 DeleteRoute: Deletes the specified route from the specified route table.",
    ),
    first=("RouteTableId", "DestinationCidrBlock", *TARGETS),
    refers={
        "RouteTableId": "AWS::EC2::RouteTable.RouteTableId",
        "GatewayId": "AWS::EC2::InternetGateway.InternetGatewayId",
        "NatGatewayId": "AWS::EC2::NatGateway.NatGatewayId",
        "InstanceId": "AWS::EC2::Instance.InstanceId",
    },
    refuse=one_target,
    uncovered={
        "Only IPv4 routes to gateways, peers, interfaces and instances are covered yet.": (
            *("CarrierGatewayId", "CoreNetworkArn", "EgressOnlyInternetGatewayId"),
            *("LocalGatewayId", "OdbNetworkArn", "VpcEndpointId"),
        ),
    },
)


def associations(table: Json) -> Json:
    """The subnets that were associated with a table; the main association is the VPC's own."""
    return [
        {name: each[name] for name in ("RouteTableAssociationId", "RouteTableId", "SubnetId")}
        for each in table.get("Associations") or []
        if each.get("SubnetId") and not each.get("Main")
    ]


ASSOCIATION = NativeType(
    name="AWS::EC2::SubnetRouteTableAssociation",
    title="Route table association",
    service="ec2",
    list=Read("describe_route_tables", items="RouteTables[]", split=associations),
    read=Read(
        "describe_route_tables",
        items="RouteTables[]",
        arguments={"Filters": "[{Name: 'association.subnet-id', Values: [id]}]"},
        split=associations,
    ),
    identifier="SubnetId",
    label="join(' uses ', [SubnetId, RouteTableId])",
    properties={
        "Id": Property(read="RouteTableAssociationId", editable=False),
        "SubnetId": Property(replaces(CREATE_ONLY.format("SubnetRouteTableAssociation"))),
        "RouteTableId": Property(replaces(CREATE_ONLY.format("SubnetRouteTableAssociation"))),
    },
    update=(),
    create=Create(
        "associate_route_table",
        properties=("RouteTableId", "SubnetId"),
        outputs={"Id": "AssociationId"},
        unique=True,
    ),
    delete=Delete(
        "disassociate_route_table",
        {"AssociationId": "Id"},
        "The subnet then uses the main route table of its VPC.",
        GONE,
        "botocore, ec2 DisassociateRouteTable: Instead, it uses the routes in the VPC's main route table.",
    ),
    first=("SubnetId", "RouteTableId"),
    refers={"RouteTableId": "AWS::EC2::RouteTable.RouteTableId"},
)

ADDRESS = NativeType(
    name="AWS::EC2::EIP",
    title="Elastic IP address",
    service="ec2",
    list=Read("describe_addresses", items="Addresses[?AllocationId]"),
    read=Read(
        "describe_addresses",
        items="Addresses[]",
        arguments={"AllocationIds": "[id]"},
        missing=("InvalidAllocationID.NotFound",),
    ),
    identifier="AllocationId",
    label="PublicIp",
    arn_template="arn:{partition}:ec2:{region}:{account}:elastic-ip/{id}",
    properties={
        "AllocationId": Property(editable=False),
        "PublicIp": Property(editable=False),
        "NetworkBorderGroup": Property(replaces(CREATE_ONLY.format("EIP"))),
        "Tags": TAGS,
    },
    update=(ec2_tags("[AllocationId]"),),
    create=Create(
        "allocate_address",
        properties=("NetworkBorderGroup",),
        outputs={"AllocationId": "AllocationId", "PublicIp": "PublicIp"},
        tags=specification("elastic-ip"),
    ),
    delete=Delete(
        "release_address",
        {"AllocationId": "AllocationId"},
        "The address goes back to AWS, and somebody else may get it.",
        GONE,
        "botocore, ec2 ReleaseAddress: After releasing an Elastic IP address, it is released to the IP address pool.",
    ),
    first=("Tags",),
    uncovered={
        "Associated by calls of its own, which are not covered yet.": ("InstanceId",),
        "Not covered yet.": ("Domain", "PublicIpv4Pool"),
    },
)

OF_NAT = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"
NAT_GATEWAY = NativeType(
    name="AWS::EC2::NatGateway",
    title="NAT gateway",
    service="ec2",
    list=Read("describe_nat_gateways", items="NatGateways[?State != 'deleted']"),
    read=Read(
        "describe_nat_gateways",
        items="NatGateways[?State != 'deleted']",
        arguments={"NatGatewayIds": "[id]"},
        missing=("NatGatewayNotFound", "InvalidNatGatewayID.NotFound"),
    ),
    identifier="NatGatewayId",
    label="Tags[?Key == 'Name'].Value | [0]",
    arn_template="arn:{partition}:ec2:{region}:{account}:natgateway/{id}",
    status="State",
    settled=("available",),
    cures={"failed": Cure("AWS takes it away by itself within about an hour; create another one.", OF_NAT)},
    properties={
        "NatGatewayId": Property(editable=False),
        "SubnetId": Property(replaces(CREATE_ONLY.format("NatGateway"))),
        "AllocationId": Property(
            replaces(CREATE_ONLY.format("NatGateway")),
            read="NatGatewayAddresses[0].AllocationId",
            help="The Elastic IP address of a public gateway.",
        ),
        "ConnectivityType": Property(replaces(CREATE_ONLY.format("NatGateway"))),
        "VpcId": Property(
            replaces(CREATE_ONLY.format("NatGateway")),
            editable=False,
            help="Follows from the subnet; regional gateways are not covered yet.",
        ),
        "Tags": TAGS,
    },
    update=(ec2_tags("[NatGatewayId]"),),
    create=Create(
        "create_nat_gateway",
        follows=GATEWAY_FIRST,
        properties=("SubnetId", "AllocationId", "ConnectivityType"),
        outputs={"NatGatewayId": "NatGateway.NatGatewayId"},
        token="ClientToken",
        tags=specification("natgateway"),
        wait=Wait(until=("available",), failed=("failed",), minutes=2, timeout_minutes=15),
    ),
    delete=Delete(
        "delete_nat_gateway",
        {"NatGatewayId": "NatGatewayId"},
        "Connections through the gateway break, and its private address is lost. Its Elastic IP address stays.",
        Wait(until=("gone",), minutes=2, timeout_minutes=15),
        "botocore, ec2 DeleteNatGateway: Deleting a public NAT gateway disassociates its Elastic IP address, but does "
        "not release the address from your account.",
    ),
    first=("SubnetId", "AllocationId", "ConnectivityType", "Tags"),
    refers={"AllocationId": "AWS::EC2::EIP.AllocationId"},
    uncovered={
        "Changed by calls of its own, which are not covered yet.": (
            *("AvailabilityZoneAddresses", "MaxDrainDurationSeconds", "SecondaryAllocationIds"),
            *("SecondaryPrivateIpAddressCount", "SecondaryPrivateIpAddresses"),
        ),
    },
)
