"""What a copy of an environment can't have: data, which no call that makes a resource brings along. Pure."""

from apps.blueprints.parts import Part

DATA = "It is made empty: what it holds is not copied. {}"
WAYS = {
    "AWS::RDS::DBInstance": (
        "Copy a snapshot there and restore it, or keep a replica: "
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html"
    ),
    "AWS::RDS::DBCluster": (
        "Copy a snapshot there and restore it, or keep a global database: "
        "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html"
    ),
    "AWS::Redshift::Cluster": (
        "Have snapshots copied there and restore one: "
        "https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html"
    ),
    "AWS::S3::Bucket": (
        "Have its objects replicated: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html"
    ),
    "AWS::DynamoDB::Table": (
        "Make it a global table, or restore an export: "
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html"
    ),
    "AWS::EFS::FileSystem": ("Have it replicated: https://docs.aws.amazon.com/efs/latest/ug/efs-replication.html"),
    "AWS::EC2::Instance": (
        "Its disks come from the image: copy one of it there: "
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html"
    ),
    "AWS::SQS::Queue": "Its messages stay where they are.",
    "AWS::SecretsManager::Secret": (
        "Have its value replicated: "
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/create-manage-multi-region-secrets.html"
    ),
}
KEY = (
    "A new key decrypts nothing of what the old one encrypted. Make a multi-Region key: "
    "https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html"
)
UNKNOWN = "Bring its data by the means of its service."


def lost(part: Part) -> str:
    """Why the copy of a resource is not the same, "" where it is."""
    if part.type == "AWS::KMS::Key":
        return KEY
    if part.type not in WAYS and not part.native.stateful:
        return ""
    return DATA.format(WAYS.get(part.type, UNKNOWN))


def minutes(part: Part) -> float:
    """How long AWS usually takes to make it."""
    created = part.native.create
    return created.wait.minutes if created and created.wait else 0.0
