"""Tags, which every type shows as a list of {"Key", "Value"}, and the calls that change them."""

from apps.catalog.types import Arguments, Json, Property, SetDiff

TAGS = Property(unordered=True)


def keys(rows: Json) -> Json:
    return [row["Key"] for row in rows]


def key_rows(rows: Json) -> Json:
    return [{"Key": row["Key"]} for row in rows]


def ec2_tags(expression: str) -> SetDiff:
    """Tags of an EC2 resource, whose identifier `expression` gives as a list."""
    return SetDiff(
        property="Tags",
        arguments={"Resources": expression},
        add="create_tags",
        add_argument="Tags",
        remove="delete_tags",
        remove_argument="Tags",
        key=("Key",),
        encode_remove=key_rows,
        add_replaces=True,
    )


def resource_tags(arguments: Arguments, add: str, remove: str) -> SetDiff:
    """Tags that are added as rows and removed by their keys (RDS, Redshift, ELB)."""
    return SetDiff(
        property="Tags",
        arguments=arguments,
        add=add,
        add_argument="Tags",
        remove=remove,
        remove_argument="TagKeys",
        key=("Key",),
        encode_remove=keys,
        add_replaces=True,
    )
