"""What AWS refuses and moto takes: checked before a request reaches moto. Other refusals stay moto's."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from moto.backends import get_backend

from apps.catalog import schemas
from apps.sandbox.endpoint import balancing, bucket_tags, buckets, databases, groups, tagging
from apps.sandbox.endpoint.incoming import Incoming
from apps.sandbox.endpoint.wire import Failure

Check = Callable[[Incoming], Failure | None]
IDLE_SECONDS = range(1, 4001)
STOPPED_ONLY = {"InstanceType", "Kernel", "Ramdisk", "UserData", "EbsOptimized", "EnaSupport"}


@cache
def choices(type_name: str, name: str) -> dict[str, frozenset[str]]:
    """Region -> every value that the region-dependent schemas list for a property."""
    return {region: frozenset(listed(rule)) for region, rule in schemas.extension(type_name, name).items()}


def listed(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("enum", ())
        for value in schema.values():
            yield from listed(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from listed(value)


def backend(incoming: Incoming) -> Any:
    return get_backend(incoming.service)[incoming.account][incoming.region]  # type: ignore[call-overload]


def instance_type(incoming: Incoming) -> Failure | None:
    given = incoming.parameters.get("InstanceType")
    wanted = given.get("Value") if isinstance(given, dict) else given
    offered = choices("AWS::EC2::Instance", "InstanceType").get(incoming.region, frozenset())
    if wanted and wanted not in offered:
        return Failure("InvalidParameterValue", f"Invalid value '{wanted}' for InstanceType.")
    return None


def change_instance(incoming: Incoming) -> Failure | None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html: only while stopped."""
    attribute = incoming.parameters.get("Attribute", "")
    named = {*incoming.parameters, attribute[:1].upper() + attribute[1:]}
    identifier = incoming.parameters.get("InstanceId", "")
    held = next((found for found in backend(incoming).all_instances() if found.id == identifier), None)
    if held and STOPPED_ONLY & named and held.state != "stopped":
        return Failure("IncorrectInstanceState", f"The instance '{identifier}' is not in the 'stopped' state.")
    return instance_type(incoming)


def database(incoming: Incoming) -> Failure | None:
    wanted = incoming.parameters.get("DBInstanceClass")
    offered = choices("AWS::RDS::DBInstance", "DBInstanceClass").get(incoming.region, frozenset())
    if wanted and wanted not in offered:
        return Failure("InvalidParameterValue", f"Invalid DB Instance class: {wanted}")
    return databases.retention(incoming, "BackupRetentionPeriod")


def change_database(incoming: Incoming) -> Failure | None:
    return databases.change_instance(incoming) or database(incoming)


def cluster(incoming: Incoming) -> Failure | None:
    wanted = incoming.parameters.get("NodeType")
    offered = choices("AWS::Redshift::Cluster", "NodeType").get(incoming.region, frozenset())
    if wanted and wanted not in offered:
        return Failure("InvalidParameterValue", f"Invalid node type: {wanted}")
    return databases.warehouse(incoming)


def delete_balancer(incoming: Incoming) -> Failure | None:
    arn = str(incoming.parameters.get("LoadBalancerArn"))
    held = backend(incoming).load_balancers.get(arn)
    if held and held.attrs.get("deletion_protection.enabled") == "true":
        sentence = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        return Failure("OperationNotPermitted", sentence)
    return None


def balancer_attributes(incoming: Incoming) -> Failure | None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html"""
    for attribute in incoming.parameters.get("Attributes") or []:
        key, value = attribute.get("Key", ""), attribute.get("Value", "")
        if key.endswith(".enabled") and value not in {"true", "false"}:
            return Failure("InvalidConfigurationRequest", f"'{key}' must be 'true' or 'false', not '{value}'")
        seconds = int(value) if value.isdigit() else None
        if key == "idle_timeout.timeout_seconds" and seconds not in IDLE_SECONDS:
            return Failure("InvalidConfigurationRequest", f"'{key}' must be between 1 and 4000, not '{value}'")
    return logs(incoming)


def logs(incoming: Incoming) -> Failure | None:
    """A bucket is required for logs that are enabled, in this request or before."""
    held = backend(incoming).load_balancers.get(str(incoming.parameters.get("LoadBalancerArn")))
    given = {row.get("Key"): row.get("Value") for row in incoming.parameters.get("Attributes") or []}
    after = {**(held.attrs if held else {}), **given}
    if after.get("access_logs.s3.enabled") == "true" and not after.get("access_logs.s3.bucket"):
        return Failure("InvalidConfigurationRequest", "'access_logs.s3.bucket' is required when logs are enabled")
    return None


CHECKS: dict[tuple[str, str], Check] = {
    ("ec2", "AuthorizeSecurityGroupEgress"): groups.permissions,
    ("ec2", "AuthorizeSecurityGroupIngress"): groups.permissions,
    ("ec2", "CreateSecurityGroup"): groups.described,
    ("ec2", "RunInstances"): instance_type,
    ("ec2", "ModifyInstanceAttribute"): change_instance,
    ("rds", "CreateDBInstance"): database,
    ("rds", "ModifyDBInstance"): change_database,
    ("redshift", "CreateCluster"): cluster,
    ("redshift", "ModifyCluster"): cluster,
    ("elbv2", "CreateListener"): balancing.listener,
    ("elbv2", "CreateLoadBalancer"): balancing.balancer,
    ("elbv2", "CreateRule"): balancing.rule,
    ("elbv2", "CreateTargetGroup"): balancing.target_group,
    ("elbv2", "DeleteLoadBalancer"): delete_balancer,
    ("elbv2", "ModifyListener"): balancing.listener,
    ("elbv2", "ModifyLoadBalancerAttributes"): balancer_attributes,
    ("elbv2", "ModifyRule"): balancing.rule,
    ("elbv2", "ModifyTargetGroup"): balancing.target_group,
    ("elbv2", "ModifyTargetGroupAttributes"): balancing.target_group_attributes,
    ("s3", "DeleteBucketTagging"): bucket_tags.refusal,
    ("s3", "PutBucketTagging"): bucket_tags.refusal,
    ("s3", "CreateBucket"): buckets.named,
    ("s3", "PutBucketEncryption"): buckets.encryption,
    ("s3", "PutBucketLifecycleConfiguration"): buckets.lifecycle,
    ("s3", "PutBucketVersioning"): buckets.versioning,
}


def refusal(incoming: Incoming) -> Failure | None:
    """What AWS would say against this request, or None."""
    check = CHECKS.get((incoming.service, incoming.operation))
    return tagging.refusal(incoming) or (check(incoming) if check else None)
