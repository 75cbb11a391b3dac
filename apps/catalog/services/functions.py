"""AWS Lambda: functions. Where their code is can be said and not read; what their variables hold is not read."""

from collections.abc import Iterator

from apps.catalog import hidden
from apps.catalog.tags import from_map, resource_tags, to_map
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Document,
    Json,
    Modify,
    NativeType,
    Part,
    Property,
    Put,
    Read,
    Wait,
    online,
)

NAME: Arguments = {"FunctionName": "FunctionName"}
UPDATED = online(
    "botocore, lambda UpdateFunctionConfiguration: When you update a function, Lambda provisions an instance of the "
    "function and its supporting resources."
)
KEPT = "A function isn't replaced: its variables, versions, aliases and triggers would be lost."
# Lists leave the state out.
STATE = "LastUpdateStatus == 'InProgress' && 'Pending' || State || 'Active'"
ACTIVE = Wait(until=("Active",), failed=("Failed",), minutes=0.5, timeout_minutes=30)
FIXED = ("FunctionName", "PackageType", "Architectures")
SETTINGS = (
    *("Role", "Runtime", "Handler", "MemorySize", "Timeout", "Description", "Layers", "VpcConfig"),
    *("EphemeralStorage", "TracingConfig", "LoggingConfig", "DeadLetterConfig", "KmsKeyArn"),
)
IN_NETWORK = ("SubnetIds", "SecurityGroupIds")
FROM = ("S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")


def network(found: Json) -> Json:
    """What is given for a network, without what AWS adds, and None without one."""
    given = {name: found[name] for name in IN_NETWORK if found.get(name)}
    return given or None


def given(text: Json) -> Json:
    return text or None


def taken(before: Document, after: Document, arguments: Document) -> Document:
    return dict(after.get("Code") or {})


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """Source: `botocore, lambda CreateFunction`: archives have a handler and a runtime, images have neither."""
    code = after.get("Code") or {}
    if unknown := sorted(set(code) - set(FROM)):
        yield "Code", f"{', '.join(unknown)} can't be used here. Name an object in S3, or an image."
    image = "ImageUri" in code
    if code and not image and not {"S3Bucket", "S3Key"} <= set(code):
        yield "Code", "An archive is named by its bucket and its key, an image by its address. Give them."
    if before.get("FunctionName"):
        return
    if image != (after.get("PackageType", "Zip") == "Image"):
        yield "PackageType", "Image for an image, Zip for an archive. Choose the other one."
    for name in ("Handler", "Runtime") if not image else ():
        if not after.get(name):
            yield name, f"A function of an archive needs its {name}. Give it."


FUNCTION = NativeType(
    name="AWS::Lambda::Function",
    title="Lambda function",
    service="lambda",
    list=Read("list_functions", items="Functions[]"),
    read=Read(
        "get_function_configuration",
        items="[@]",
        arguments={"FunctionName": "id"},
        missing=("ResourceNotFoundException",),
    ),
    identifier="FunctionName",
    label="FunctionName",
    arn="Arn",
    status=STATE,
    settled=("Active", "Inactive"),
    parts=(
        Part("get_function_concurrency", NAME, {"ReservedConcurrentExecutions": "ReservedConcurrentExecutions"}),
        Part("list_tags", {"Resource": "Arn"}, {"Tags": "Tags"}),
    ),
    properties={
        "FunctionName": Property(editable=False, help=KEPT),
        "PackageType": Property(editable=False, help=KEPT),
        "Architectures": Property(editable=False, help="Chosen when the function is created."),
        "Arn": Property(read="FunctionArn", editable=False),
        "Code": Property(
            UPDATED,
            read="`null`",
            columns=FROM,
            help="Where the code is; it can't be read back, so this is empty unless it is to be deployed.",
        ),
        **{name: Property(UPDATED) for name in SETTINGS},
        "Description": Property(UPDATED, decode=given, unset=""),
        "MemorySize": Property(UPDATED, unit="MB"),
        "Timeout": Property(UPDATED, unit="seconds"),
        "Layers": Property(UPDATED, read="Layers[].Arn", unset=[], help="The ARNs of versions of layers, in order."),
        "VpcConfig": Property(
            UPDATED,
            decode=network,
            unset={"SubnetIds": [], "SecurityGroupIds": []},
            columns=("SubnetIds", "SecurityGroupIds"),
        ),
        "KmsKeyArn": Property(UPDATED, read="KMSKeyArn", argument="KMSKeyArn", unset=""),
        "DeadLetterConfig": Property(UPDATED, unset={"TargetArn": ""}),
        "Environment": Property(
            read="Environment.{Variables: Variables}",
            decode=lambda found: {"Variables": hidden.values(found["Variables"] or {})},
            editable=False,
            help="May hold secrets: the names are shown, and changes leave it as it is.",
        ),
        "ReservedConcurrentExecutions": Property(
            online(
                "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html: reserved concurrency is "
                "both the least and the most that a function can have at once"
            ),
            help="0 stops the function; not set: what the account has left.",
        ),
        "Tags": Property(unordered=True, decode=from_map),
    },
    update=(
        Modify("update_function_configuration", NAME, SETTINGS, wait=ACTIVE),
        Modify("update_function_code", NAME, ("Code",), adapt=taken, wait=ACTIVE),
        Put(
            "put_function_concurrency",
            NAME,
            "ReservedConcurrentExecutions",
            "ReservedConcurrentExecutions",
            clear="delete_function_concurrency",
        ),
        resource_tags({"Resource": "arn"}, "tag_resource", "untag_resource", encode_add=to_map),
    ),
    create=Create(
        "create_function",
        properties=(*FIXED, "Code", *SETTINGS),
        outputs={"Arn": "FunctionArn"},
        tags=lambda rows: ("Tags", to_map(rows)),
        unique=True,
        wait=ACTIVE,
    ),
    delete=Delete(
        "delete_function",
        NAME,
        "Its versions, aliases and triggers go with it, and what calls it fails.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=10),
        "botocore, lambda DeleteFunction: A deleted Lambda function cannot be recovered.",
    ),
    first=(
        "FunctionName",
        "PackageType",
        "Code",
        *SETTINGS[:6],
        "ReservedConcurrentExecutions",
        "VpcConfig",
        "Layers",
        "Tags",
    ),
    refers={
        "Role": "AWS::IAM::Role.Arn",
        "VpcConfig/SubnetIds/*": "AWS::EC2::Subnet.SubnetId",
        "VpcConfig/SecurityGroupIds/*": "AWS::EC2::SecurityGroup.GroupId",
        "Code/S3Bucket": "AWS::S3::Bucket.BucketName",
    },
    refuse=refuse,
    uncovered={
        "Not covered yet.": (
            *("CapacityProviderConfig", "CodeSigningConfigArn", "DurableConfig", "FileSystemConfigs"),
            *("FunctionScalingConfig", "ImageConfig", "RecursiveLoop", "RuntimeManagementConfig"),
        ),
    },
)
