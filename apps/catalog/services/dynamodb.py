"""Amazon DynamoDB: tables."""

from apps.catalog.services.dynamodb_rules import (
    INDEX,
    encrypted,
    expiring,
    indexed,
    indexes,
    off,
    own_key,
    period,
    pointed,
    priced,
    recoverable,
    refuse,
    sse,
    standard,
    stream,
    streamed,
    throughput,
)
from apps.catalog.tags import resource_tags
from apps.catalog.types import (
    Arguments,
    Create,
    Cure,
    Delete,
    Guard,
    Lookup,
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

SCHEMA = "AWS::DynamoDB::Table registry schema: {} property"
MUTABLE = online(SCHEMA.format("mutable"))
TABLE_NAME: Arguments = {"TableName": "TableName"}
ACTIVE = Wait(until=("ACTIVE",), minutes=1, timeout_minutes=240)
BACKUPS = "ContinuousBackupsDescription.PointInTimeRecoveryDescription"

WITHOUT_KEY = Cure(
    "Let DynamoDB use its KMS key again; after seven days without it, the table is archived.",
    "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html",
)
TABLE = NativeType(
    name="AWS::DynamoDB::Table",
    title="DynamoDB table",
    service="dynamodb",
    list=Read("list_tables", items="TableNames[]", lookup=Lookup("describe_table", "TableName", "[Table]")),
    read=Read("describe_table", items="[Table]", arguments={"TableName": "id"}, missing=("ResourceNotFoundException",)),
    identifier="TableName",
    label="TableName",
    arn="Arn",
    status="TableStatus",
    settled=("ACTIVE",),
    cures={"INACCESSIBLE_ENCRYPTION_CREDENTIALS": WITHOUT_KEY},
    parts=(
        Part("describe_continuous_backups", TABLE_NAME, {"PointInTimeRecoverySpecification": BACKUPS}),
        Part("describe_time_to_live", TABLE_NAME, {"TimeToLiveSpecification": "TimeToLiveDescription"}),
        Part("list_tags_of_resource", {"ResourceArn": "Arn"}, {"Tags": "Tags"}),
    ),
    properties={
        "TableName": Property(replaces(SCHEMA.format("create-only"))),
        "Arn": Property(read="TableArn", editable=False),
        "KeySchema": Property(replaces(SCHEMA.format("conditionally create-only"))),
        "AttributeDefinitions": Property(
            MUTABLE, unordered=True, help="The attributes of the keys of the table and of its indexes, and no others."
        ),
        "BillingMode": Property(MUTABLE, read="BillingModeSummary.BillingMode || 'PROVISIONED'"),
        "ProvisionedThroughput": Property(
            MUTABLE,
            read="[@][?BillingModeSummary.BillingMode != 'PAY_PER_REQUEST'].ProvisionedThroughput | [0]",
            decode=throughput,
            unset={},
        ),
        "GlobalSecondaryIndexes": Property(
            online(
                "botocore, dynamodb UpdateTable: After the index begins backfilling, you can use UpdateTable to perform"
                " other operations."
            ),
            decode=indexes,
            unordered=True,
            help="One index is added or removed in a change.",
            columns=(*INDEX, "ProvisionedThroughput"),
        ),
        "LocalSecondaryIndexes": Property(
            decode=indexes, editable=False, help="Chosen when the table is created: UpdateTable has no call for them."
        ),
        "TableClass": Property(MUTABLE, read="TableClassSummary.TableClass", unset="STANDARD", form=standard),
        "DeletionProtectionEnabled": Property(MUTABLE),
        "StreamSpecification": Property(
            MUTABLE, decode=streamed, encode=stream, unset={"StreamEnabled": False}, columns=("StreamViewType",)
        ),
        "SSESpecification": Property(
            interrupts(
                1,
                "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html: "
                "updates of SSESpecification need some interruptions",
            ),
            read="SSEDescription",
            decode=encrypted,
            encode=sse,
            unset={"Enabled": False},
            form=own_key,
            help="Not set: DynamoDB's own key. The key is named by its ARN.",
        ),
        "PointInTimeRecoverySpecification": Property(
            MUTABLE,
            decode=recoverable,
            unset={"PointInTimeRecoveryEnabled": False},
            form=period,
            help="For 35 days, or less.",
        ),
        "TimeToLiveSpecification": Property(
            MUTABLE,
            decode=expiring,
            unset={"Enabled": False},
            form=off,
            irreversible="Items whose time has passed are deleted.",
        ),
        "Tags": Property(unordered=True),
    },
    update=(
        Modify(
            "update_table",
            TABLE_NAME,
            ("BillingMode", "ProvisionedThroughput"),
            together=(("BillingMode", "ProvisionedThroughput"),),
            adapt=priced,
            wait=ACTIVE,
        ),
        Modify(
            "update_table",
            TABLE_NAME,
            ("AttributeDefinitions", "GlobalSecondaryIndexes"),
            together=(("AttributeDefinitions", "GlobalSecondaryIndexes"),),
            adapt=indexed,
            wait=ACTIVE,
        ),
        Modify(
            "update_table",
            TABLE_NAME,
            ("TableClass", "DeletionProtectionEnabled", "StreamSpecification", "SSESpecification"),
            single=True,
            wait=ACTIVE,
        ),
        Modify("update_continuous_backups", TABLE_NAME, ("PointInTimeRecoverySpecification",)),
        Modify("update_time_to_live", TABLE_NAME, ("TimeToLiveSpecification",), adapt=pointed),
        resource_tags({"ResourceArn": "arn"}, "tag_resource", "untag_resource"),
    ),
    create=Create(
        "create_table",
        properties=(
            *("TableName", "KeySchema", "AttributeDefinitions", "BillingMode", "ProvisionedThroughput"),
            *("GlobalSecondaryIndexes", "LocalSecondaryIndexes", "TableClass", "DeletionProtectionEnabled"),
            *("StreamSpecification", "SSESpecification"),
        ),
        outputs={"Arn": "TableDescription.TableArn"},
        tags=lambda rows: ("Tags", rows),
        defaults={"TimeToLiveSpecification": {"Enabled": False}},
        unique=True,
        wait=ACTIVE,
    ),
    delete=Delete(
        "delete_table",
        TABLE_NAME,
        "The table, all of its items and its indexes are lost; backups stay.",
        Wait(until=("gone",), minutes=1, timeout_minutes=60),
        "botocore, dynamodb DeleteTable: The DeleteTable operation deletes a table and all of its items.",
        guard=Guard(
            "DeletionProtectionEnabled",
            "DeletionProtectionEnabled",
            "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html: "
            "a table whose deletion protection is enabled can't be deleted by anyone",
        ),
    ),
    first=(
        *("TableName", "KeySchema", "AttributeDefinitions", "BillingMode", "ProvisionedThroughput"),
        *("GlobalSecondaryIndexes", "PointInTimeRecoverySpecification", "DeletionProtectionEnabled"),
        *("TimeToLiveSpecification", "StreamSpecification", "SSESpecification", "TableClass"),
        *("LocalSecondaryIndexes", "Tags"),
    ),
    stateful=True,
    refuse=refuse,
    uncovered={
        "Changed by calls of its own, which are not covered yet.": (
            *("ContributorInsightsSpecification", "KinesisStreamSpecification", "ResourcePolicy", "VectorIndexes"),
        ),
        "Limits beyond the billing mode are not covered yet.": ("OnDemandThroughput", "WarmThroughput"),
    },
)
