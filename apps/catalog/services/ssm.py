"""AWS Systems Manager: parameters. What a SecureString holds is never read, so its value can't be changed here."""

from collections.abc import Iterator

from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Arguments,
    Batch,
    Create,
    Delete,
    Document,
    Modify,
    NativeType,
    Part,
    Property,
    Read,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::SSM::Parameter registry schema: create-only property"
WRITTEN = online("AWS::SSM::Parameter registry schema: mutable property")
NAME: Arguments = {"Name": "Name"}
TAGGED: Arguments = {"ResourceType": "'Parameter'", "ResourceId": "Name"}
SETTINGS = ("Value", "Description", "Type", "AllowedPattern", "DataType", "Tier")
SECURE = "SecureString"


def refuse(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    """A parameter is written as a whole, which nobody can who must not read it, or who would lose its policies.

    Source: `botocore, ssm PutParameter` on Tier: an advanced parameter can't become a standard one.
    """
    changed = [name for name in SETTINGS if after.get(name) != before.get(name)]
    if changed and SECURE in (before.get("Type"), after.get("Type")):
        yield (
            changed[0],
            "A SecureString is not read: only its tags can be changed here.",
        )
    if changed and before.get("Policies"):
        yield changed[0], "The parameter has policies, which writing it could take away. Only its tags can be changed."
    if before.get("Tier") == "Advanced" and after.get("Tier") == "Standard":
        yield "Tier", "An advanced parameter can't become a standard one. Create another parameter."


PARAMETER = NativeType(
    name="AWS::SSM::Parameter",
    title="SSM parameter",
    service="ssm",
    list=Read("describe_parameters", items="Parameters[]"),
    read=Read(
        "describe_parameters",
        items="Parameters[]",
        arguments={"ParameterFilters": "[{Key: 'Name', Option: 'Equals', Values: [id]}]"},
    ),
    identifier="Name",
    label="Name",
    arn="Arn",
    parts=(
        Part(
            "get_parameters",
            {"Names": "Name"},
            {"Value": "[@][?Type != 'SecureString'].Value | [0]"},
            batch=Batch(10, "Names", "Parameters[]", "Name"),
        ),
        Part("list_tags_for_resource", TAGGED, {"Tags": "TagList"}),
    ),
    properties={
        "Name": Property(replaces(CREATE_ONLY)),
        "Arn": Property(read="ARN", editable=False),
        **{name: Property(WRITTEN) for name in SETTINGS},
        "Tier": Property(WRITTEN, irreversible="An advanced parameter can't become a standard one again."),
        "Policies": Property(editable=False, help="Not covered yet."),
        "Tags": Property(unordered=True),
    },
    update=(
        Modify("put_parameter", NAME, SETTINGS, always={"Overwrite": True}, together=(SETTINGS,), omits=True),
        resource_tags(TAGGED, "add_tags_to_resource", "remove_tags_from_resource"),
    ),
    create=Create(
        "put_parameter",
        properties=("Name", *SETTINGS),
        outputs={},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_parameter",
        NAME,
        "The value and its history are lost.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=5),
        "botocore, ssm DeleteParameter: Delete a parameter from the system.",
    ),
    first=("Name", *SETTINGS, "Tags"),
    stateful=True,
    refuse=refuse,
)
