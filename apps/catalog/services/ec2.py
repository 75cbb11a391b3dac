"""Amazon EC2."""

from apps.catalog.tags import TAGS, ec2_tags
from apps.catalog.types import (
    Act,
    Around,
    Create,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Read,
    SetDiff,
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
PORTS = ("IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6")


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
    ),
    first=(
        *("InstanceType", "ImageId", "SubnetId", "SecurityGroupIds", "KeyName"),
        *("DisableApiTermination", "EbsOptimized", "SourceDestCheck", "Tags"),
    ),
    stateful=True,
    uncovered={
        "May hold secrets, and is not covered yet.": ("UserData",),
        "Changed by calls of its own, which are not covered yet.": (
            *("Affinity", "BlockDeviceMappings", "CreditSpecification", "HostId", "IamInstanceProfile"),
            *("MetadataOptions", "Monitoring", "PrivateDnsNameOptions", "SsmAssociations", "Tenancy", "Volumes"),
        ),
        "Not covered yet.": ("InstanceInitiatedShutdownBehavior", "KernelId", "RamdiskId"),
    },
)

PROPAGATED = (
    "botocore, ec2 AuthorizeSecurityGroup{}: Rule changes are propagated to instances "
    "associated with the security group as quickly as possible."
)
PEERS = (
    ("IpRanges", "CidrIp", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
    ("PrefixListIds", "PrefixListId", "{prefix_list}"),
    ("UserIdGroupPairs", "GroupId", "{group}"),
)


def rules(permissions: Json, group: str, prefix_list: str) -> Json:
    """IpPermissions, which group peers by port, as one rule for each peer, the form of the registry schema."""
    answer = []
    for permission in permissions or []:
        ports = {name: permission[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in permission}
        for listed, member, shown in PEERS:
            named = shown.format(group=group, prefix_list=prefix_list)
            for peer in permission.get(listed) or []:
                rule = ports | {named: peer[member]}
                answer.append(rule | ({"Description": peer["Description"]} if peer.get("Description") else {}))
    return answer


def permissions(shown: Json, group: str, prefix_list: str) -> Json:
    """The inverse of `rules`: one permission for each rule."""
    answer = []
    for rule in shown:
        permission = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
        for listed, member, form in PEERS:
            named = form.format(group=group, prefix_list=prefix_list)
            if named in rule:
                peer = {member: rule[named]}
                permission[listed] = [peer | ({"Description": rule["Description"]} if rule.get("Description") else {})]
        answer.append(permission)
    return answer


def ingress(value: Json) -> Json:
    return rules(value, "SourceSecurityGroupId", "SourcePrefixListId")


def egress(value: Json) -> Json:
    return rules(value, "DestinationSecurityGroupId", "DestinationPrefixListId")


def ingress_sent(value: Json) -> Json:
    return permissions(value, "SourceSecurityGroupId", "SourcePrefixListId")


def egress_sent(value: Json) -> Json:
    return permissions(value, "DestinationSecurityGroupId", "DestinationPrefixListId")


def rule_calls(name: str, direction: str, encode: Json) -> SetDiff:
    return SetDiff(
        property=name,
        arguments={"GroupId": "GroupId"},
        add=f"authorize_security_group_{direction}",
        add_argument="IpPermissions",
        remove=f"revoke_security_group_{direction}",
        remove_argument="IpPermissions",
        encode_add=encode,
        encode_remove=encode,
    )


GROUP_CREATE_ONLY = "AWS::EC2::SecurityGroup registry schema: create-only property"
EVERYTHING_OUT = [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]

SECURITY_GROUP = NativeType(
    name="AWS::EC2::SecurityGroup",
    title="Security group",
    service="ec2",
    list=Read("describe_security_groups", items="SecurityGroups[]"),
    read=Read(
        "describe_security_groups",
        items="SecurityGroups[]",
        arguments={"GroupIds": "[id]"},
        missing=("InvalidGroup.NotFound", "InvalidGroupId.Malformed"),
    ),
    identifier="GroupId",
    label="GroupName",
    arn_template="arn:{partition}:ec2:{region}:{account}:security-group/{id}",
    properties={
        "GroupId": Property(editable=False),
        "GroupName": Property(replaces(GROUP_CREATE_ONLY)),
        "GroupDescription": Property(replaces(GROUP_CREATE_ONLY), read="Description", argument="Description"),
        "VpcId": Property(replaces(GROUP_CREATE_ONLY)),
        "SecurityGroupIngress": Property(
            online(PROPAGATED.format("Ingress")),
            read="IpPermissions",
            decode=ingress,
            unordered=True,
            columns=(*PORTS, "SourceSecurityGroupId", "SourcePrefixListId", "Description"),
        ),
        "SecurityGroupEgress": Property(
            online(PROPAGATED.format("Egress")),
            read="IpPermissionsEgress",
            decode=egress,
            unordered=True,
            columns=(*PORTS, "DestinationSecurityGroupId", "DestinationPrefixListId", "Description"),
        ),
        "Tags": TAGS,
    },
    update=(
        rule_calls("SecurityGroupIngress", "ingress", ingress_sent),
        rule_calls("SecurityGroupEgress", "egress", egress_sent),
        ec2_tags("[GroupId]"),
    ),
    create=Create(
        "create_security_group",
        properties=("GroupName", "GroupDescription", "VpcId"),
        outputs={"GroupId": "GroupId"},
        tags=lambda rows: ("TagSpecifications", [{"ResourceType": "security-group", "Tags": rows}]),
        defaults={"SecurityGroupEgress": EVERYTHING_OUT},
        distinct=("GroupName", "VpcId"),
    ),
    delete=Delete(
        "delete_security_group",
        {"GroupId": "GroupId"},
        "The group's identifier is never given again; rules elsewhere that name it must be written anew.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-groups.html",
    ),
    first=("GroupName", "GroupDescription", "VpcId", "SecurityGroupIngress", "SecurityGroupEgress", "Tags"),
)
