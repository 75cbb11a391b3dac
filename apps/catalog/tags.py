"""Tags, which every type shows as a list of {"Key", "Value"}, and the calls that change them."""

from apps.catalog.types import Arguments, Convert, Json, Property, SetDiff

TAGS = Property(unordered=True)


def keys(rows: Json) -> Json:
    return [row["Key"] for row in rows]


def key_rows(rows: Json) -> Json:
    return [{"Key": row["Key"]} for row in rows]


def from_map(tags: Json) -> Json:
    """Tags that a service has as one structure, as rows."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def to_map(rows: Json) -> Json:
    return {row["Key"]: row["Value"] for row in rows}


def from_rows(key: str, value: str) -> Convert:
    """Tags whose members a service calls `key` and `value`, as rows."""
    return lambda tags: [{"Key": tag[key], "Value": tag[value]} for tag in tags]


def to_rows(key: str, value: str) -> Convert:
    return lambda rows: [{key: row["Key"], value: row["Value"]} for row in rows]


def ec2_tags(expression: str) -> SetDiff:
    """Tags of an EC2 resource, whose identifier `expression` gives as a list."""
    return resource_tags(
        {"Resources": expression}, "create_tags", "delete_tags", remove_argument="Tags", encode_remove=key_rows
    )


def resource_tags(
    arguments: Arguments,
    add: str,
    remove: str,
    add_argument: str = "Tags",
    remove_argument: str = "TagKeys",
    encode_add: Convert | None = None,
    encode_remove: Convert = keys,
) -> SetDiff:
    """Tags that one call adds or overwrites, as rows, and another removes by their keys."""
    return SetDiff(
        property="Tags",
        arguments=arguments,
        add=add,
        add_argument=add_argument,
        remove=remove,
        remove_argument=remove_argument,
        key=("Key",),
        encode_add=encode_add,
        encode_remove=encode_remove,
        add_replaces=True,
    )
