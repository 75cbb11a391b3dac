"""Launch templates, and the Auto Scaling groups that launch from them."""

from collections.abc import Iterator

from apps.catalog.services.vpc import GATEWAY_FIRST
from apps.catalog.types import (
    Create,
    Delete,
    Document,
    Join,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    SetDiff,
    Wait,
    online,
    replaces,
)

NEXT_LAUNCH = (
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html: "
    "a new version is used by what is launched after it"
)
WITHOUT = ("UserData",)
COVERED = (
    *("ImageId", "InstanceType", "KeyName", "SecurityGroupIds", "IamInstanceProfile", "BlockDeviceMappings"),
    *("EbsOptimized", "Monitoring", "MetadataOptions", "DisableApiTermination"),
)


def data(shown: Json) -> Json:
    """The template without what may hold secrets; a new version inherits that from the one before."""
    return {name: value for name, value in shown.items() if name not in WITHOUT}


def kept(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """A new version inherits every parameter that isn't given: nothing can be taken out of it."""
    old, new = before.get("LaunchTemplateData") or {}, after.get("LaunchTemplateData") or {}
    name = "LaunchTemplateData"
    if gone := sorted(set(old) - set(new)):
        yield name, f"A new version inherits {', '.join(gone)} from the one before. Give another value instead."
    devices = new.get("BlockDeviceMappings")
    if isinstance(devices, list) and any(isinstance(each, dict) and not each.get("DeviceName") for each in devices):
        yield name, "A device has a DeviceName, such as /dev/xvda. Give each one."
    if other := sorted(member for member in set(new) - set(COVERED) if new[member] != old.get(member)):
        yield name, f"{', '.join(other)} can't be changed here yet. Leave it as it is."


LAUNCH_TEMPLATE = NativeType(
    name="AWS::EC2::LaunchTemplate",
    title="Launch template",
    service="ec2",
    list=Read("describe_launch_templates", items="LaunchTemplates[]"),
    read=Read(
        "describe_launch_templates",
        items="LaunchTemplates[]",
        arguments={"LaunchTemplateIds": "[id]"},
        missing=("InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.Malformed"),
    ),
    identifier="LaunchTemplateId",
    label="LaunchTemplateName",
    arn_template="arn:{partition}:ec2:{region}:{account}:launch-template/{id}",
    parts=(
        Part(
            "describe_launch_template_versions",
            {"LaunchTemplateId": "LaunchTemplateId", "Versions": "['$Latest']"},
            {"LaunchTemplateData": "LaunchTemplateVersions[0].LaunchTemplateData"},
        ),
    ),
    properties={
        "LaunchTemplateId": Property(editable=False),
        "LaunchTemplateName": Property(
            replaces("AWS::EC2::LaunchTemplate registry schema: create-only property"),
        ),
        "LatestVersionNumber": Property(editable=False),
        "LaunchTemplateData": Property(
            online(NEXT_LAUNCH), decode=data, help="The newest version; a change makes another one."
        ),
    },
    update=(
        Put(
            "create_launch_template_version",
            {"LaunchTemplateId": "LaunchTemplateId", "SourceVersion": "'$Latest'"},
            property="LaunchTemplateData",
            argument="LaunchTemplateData",
        ),
    ),
    create=Create(
        "create_launch_template",
        properties=("LaunchTemplateName", "LaunchTemplateData"),
        outputs={
            "LaunchTemplateId": "LaunchTemplate.LaunchTemplateId",
            "LatestVersionNumber": "to_string(LaunchTemplate.LatestVersionNumber)",
        },
        token="ClientToken",
        distinct=("LaunchTemplateName",),
    ),
    delete=Delete(
        "delete_launch_template",
        {"LaunchTemplateId": "LaunchTemplateId"},
        "All its versions go with it.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "botocore, ec2 DeleteLaunchTemplate: Deleting a launch template deletes all of its versions.",
    ),
    first=("LaunchTemplateName", "LaunchTemplateData"),
    refers={
        "LaunchTemplateData/SecurityGroupIds/*": "AWS::EC2::SecurityGroup.GroupId",
        "LaunchTemplateData/NetworkInterfaces/*/SubnetId": "AWS::EC2::Subnet.SubnetId",
    },
    refuse=kept,
    uncovered={"Not covered yet.": ("TagSpecifications", "VersionDescription")},
)


def zones(shown: Json) -> Json:
    return [each for each in shown.split(",") if each]


def zones_sent(subnets: Json) -> Json:
    """The API takes one text; subnets that the request itself creates become known in its run."""
    known = all(isinstance(each, str) for each in subnets)
    return ",".join(subnets) if known else Join(",", tuple(subnets))


def tag_rows(rows: Json) -> Json:
    members = ("Key", "Value", "PropagateAtLaunch")
    return [{name: row[name] for name in members if name in row} for row in rows]


def tags_sent(rows: list[Json]) -> tuple[str, Json]:
    return "Tags", [{"PropagateAtLaunch": False, **row} for row in rows]


DAY = 86400
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
POLICIES = (
    *(
        "Default",
        "AllocationStrategy",
        "OldestLaunchTemplate",
        "OldestLaunchConfiguration",
        "ClosestToNextInstanceHour",
    ),
    *("NewestInstance", "OldestInstance"),
)
WHOLE = {"pattern": "^[0-9]{1,9}$"}
SIZES = ("MinSize", "MaxSize", "DesiredCapacity")
SETTINGS = (
    *("Cooldown", "HealthCheckType", "HealthCheckGracePeriod", "LaunchTemplate", "VPCZoneIdentifier"),
    *("DefaultInstanceWarmup", "MaxInstanceLifetime", "CapacityRebalance", "NewInstancesProtectedFromScaleIn"),
    "TerminationPolicies",
)
LATER = (
    "botocore, autoscaling UpdateAutoScalingGroup: The new settings take effect on any scaling activities after this "
    "call returns."
)
ASG = {"AutoScalingGroupName": "AutoScalingGroupName"}


def refuse_sizes(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Sources: `botocore, autoscaling CreateAutoScalingGroup` on MinSize, MaxSize, DesiredCapacity and
    MaxInstanceLifetime."""
    low, high, wanted = (int(after[name]) if str(after.get(name)).isdecimal() else None for name in SIZES)
    if low is not None and high is not None and low > high:
        yield "MaxSize", f"At least MinSize, which is {low}. Change one of the two."
    elif wanted is not None and low is not None and wanted < low:
        yield "DesiredCapacity", f"At least MinSize, which is {low}: AWS would change it. Change it, too."
    elif wanted is not None and high is not None and wanted > high:
        yield "DesiredCapacity", f"At most MaxSize, which is {high}: AWS would change it. Change it, too."
    longest = after.get("MaxInstanceLifetime")
    if isinstance(longest, int) and 0 < longest < DAY:
        yield "MaxInstanceLifetime", f"At least a day, {DAY} seconds; 0 is no limit."
    for name in after.get("TerminationPolicies") or []:
        if isinstance(name, str) and name not in POLICIES and not name.startswith("arn:"):
            yield (
                "TerminationPolicies",
                f"AWS knows no policy {name}. It is one of {', '.join(POLICIES)}, or a function.",
            )


SCALING_GROUP = NativeType(
    name="AWS::AutoScaling::AutoScalingGroup",
    title="Auto Scaling group",
    service="autoscaling",
    list=Read("describe_auto_scaling_groups", items="AutoScalingGroups[]"),
    read=Read("describe_auto_scaling_groups", items="AutoScalingGroups[]", arguments={"AutoScalingGroupNames": "[id]"}),
    identifier="AutoScalingGroupName",
    label="AutoScalingGroupName",
    arn="AutoScalingGroupARN",
    properties={
        "AutoScalingGroupName": Property(
            replaces("AWS::AutoScaling::AutoScalingGroup registry schema: create-only property")
        ),
        "AutoScalingGroupARN": Property(editable=False),
        **{name: Property(online(LATER), decode=str, encode=int, limits=WHOLE) for name in SIZES},
        "Cooldown": Property(
            online(LATER),
            read="DefaultCooldown",
            argument="DefaultCooldown",
            decode=str,
            encode=int,
            limits=WHOLE,
            unit="seconds",
        ),
        "HealthCheckType": Property(online(LATER), help="EC2, or ELB to follow the target groups' health checks."),
        "HealthCheckGracePeriod": Property(online(LATER), unit="seconds"),
        "LaunchTemplate": Property(
            online(LATER), read="LaunchTemplate.{LaunchTemplateId: LaunchTemplateId, Version: Version}"
        ),
        "VPCZoneIdentifier": Property(
            online(LATER), decode=zones, encode=zones_sent, unordered=True, help="The subnets to launch into."
        ),
        "DefaultInstanceWarmup": Property(online(LATER), unit="seconds"),
        "MaxInstanceLifetime": Property(online(LATER), unit="seconds"),
        "CapacityRebalance": Property(online(LATER)),
        "NewInstancesProtectedFromScaleIn": Property(online(LATER)),
        "TerminationPolicies": Property(online(LATER)),
        "TargetGroupARNs": Property(unordered=True),
        "Tags": Property(
            unordered=True,
            decode=tag_rows,
            editable=False,
            help="Changed by calls that name the group in every tag, which are not covered yet.",
        ),
    },
    update=(
        Modify("update_auto_scaling_group", ASG, (*SIZES, *SETTINGS)),
        SetDiff(
            property="TargetGroupARNs",
            arguments=ASG,
            add="attach_load_balancer_target_groups",
            add_argument="TargetGroupARNs",
            remove="detach_load_balancer_target_groups",
            remove_argument="TargetGroupARNs",
        ),
    ),
    create=Create(
        "create_auto_scaling_group",
        follows=GATEWAY_FIRST,
        properties=("AutoScalingGroupName", *SIZES, *SETTINGS, "TargetGroupARNs"),
        outputs={},
        tags=tags_sent,
        unique=True,
    ),
    delete=Delete(
        "delete_auto_scaling_group",
        {**ASG, "ForceDelete": "`true`"},
        "All its instances are terminated.",
        Wait(until=("gone",), minutes=5, timeout_minutes=30),
        "botocore, autoscaling DeleteAutoScalingGroup: The force delete operation will also terminate the EC2 "
        "instances.",
    ),
    refuse=refuse_sizes,
    first=(
        *("AutoScalingGroupName", *SIZES, "LaunchTemplate", "VPCZoneIdentifier", "TargetGroupARNs"),
        *("HealthCheckType", "HealthCheckGracePeriod", "DefaultInstanceWarmup", "Tags"),
    ),
    refers={
        "VPCZoneIdentifier/*": "AWS::EC2::Subnet.SubnetId",
        "LaunchTemplate/LaunchTemplateId": "AWS::EC2::LaunchTemplate.LaunchTemplateId",
    },
    uncovered={
        "Changed by calls of its own, which are not covered yet.": (
            *("LifecycleHookSpecificationList", "LoadBalancerNames", "MetricsCollection"),
            *("NotificationConfiguration", "NotificationConfigurations", "TrafficSources"),
        ),
        "Launch templates are covered instead.": ("LaunchConfigurationName", "MixedInstancesPolicy"),
        "Not covered yet.": (
            *("AvailabilityZoneDistribution", "AvailabilityZoneIds", "AvailabilityZoneImpairmentPolicy"),
            *("AvailabilityZones", "CapacityReservationSpecification", "Context", "DeletionProtection"),
            *("DesiredCapacityType", "InstanceLifecyclePolicy", "InstanceMaintenancePolicy", "PlacementGroup"),
            "ServiceLinkedRoleARN",
        ),
    },
)
