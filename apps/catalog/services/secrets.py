"""AWS Secrets Manager: secrets but for what is in them, which is neither read nor written.

Secrets that a service manages for itself, such as those of RDS, and those that wait for their deletion are left out.
"""

from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Arguments,
    Create,
    Delete,
    Modify,
    NativeType,
    Property,
    Read,
    Wait,
    online,
    replaces,
)

CREATE_ONLY = "AWS::SecretsManager::Secret registry schema: create-only property"
SECRET_ID: Arguments = {"SecretId": "Id"}
SETTINGS = ("Description", "KmsKeyId")

SECRET = NativeType(
    name="AWS::SecretsManager::Secret",
    title="Secret",
    service="secretsmanager",
    list=Read("list_secrets", items="SecretList[?!OwningService]"),
    read=Read(
        "describe_secret",
        items="[@][?!DeletedDate && !OwningService]",
        arguments={"SecretId": "id"},
        missing=("ResourceNotFoundException",),
    ),
    identifier="Id",
    label="Name",
    arn="Id",
    properties={
        "Id": Property(read="ARN", editable=False),
        "Name": Property(replaces(CREATE_ONLY)),
        "Description": Property(unset=""),
        "KmsKeyId": Property(
            online("AWS::SecretsManager::Secret registry schema: mutable property"),
            help="Not set: AWS's own key for Secrets Manager. Other accounts can't use secrets under that.",
        ),
        "Tags": Property(unordered=True),
    },
    update=(
        Modify("update_secret", SECRET_ID, SETTINGS),
        resource_tags(SECRET_ID, "tag_resource", "untag_resource"),
    ),
    create=Create(
        "create_secret",
        properties=("Name", *SETTINGS),
        outputs={"Id": "ARN"},
        tags=lambda rows: ("Tags", rows),
        unique=True,
    ),
    delete=Delete(
        "delete_secret",
        SECRET_ID,
        "Nobody can read the secret any more. For 30 days it can be restored in AWS, and its name is not free.",
        Wait(until=("gone",), minutes=0.1, timeout_minutes=10),
        "botocore, secretsmanager DeleteSecret: The default recovery window is 30 days.",
    ),
    first=("Name", *SETTINGS, "Tags"),
    stateful=True,
    uncovered={
        "Replicas and external secrets are not covered yet.": ("ReplicaRegions", "Type"),
    },
)
