"""Every declaration of the catalogue against the registry schemas and botocore's models, and that this can fail."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import botocore.session
import pytest

from apps.catalog import schemas
from apps.catalog.canonical import SETS
from apps.catalog.registry import TYPES, native
from apps.catalog.types import Modify, NativeType, Property, Put, Read, interrupts, online
from apps.catalog.wire import SAYS_NO_EMPTY_LIST
from tests.conformance.offences import PROPERTY_RULES, TYPE_RULES

RDS, S3, EC2, SG = "AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::EC2::Instance", "AWS::EC2::SecurityGroup"


def offences(declared: NativeType) -> list[str]:
    found = [offence for rule in TYPE_RULES for offence in rule(declared)]
    return found + [o for name in declared.properties for rule in PROPERTY_RULES for o in rule(declared, name)]


@pytest.mark.parametrize("declared", TYPES, ids=lambda declared: declared.name)
def test_a_type_and_its_properties_are_declared_as_aws_describes_them(declared: NativeType) -> None:
    assert offences(declared) == []


def test_the_services_that_can_not_say_an_empty_list_are_known() -> None:
    session = botocore.session.get_session()
    services = {declared.service for declared in TYPES}
    protocols = {service: session.get_service_model(service).resolved_protocol for service in services}
    assert {name for name, protocol in protocols.items() if protocol in {"query", "ec2"}} == SAYS_NO_EMPTY_LIST


def nested(raw: Mapping[str, Any], definitions: Mapping[str, Any], name: str, depth: int = 0) -> Iterator[Any]:
    """(name, schema) of every list inside of a value."""
    whole = {**definitions.get(str(raw.get("$ref", "")).removeprefix("#/definitions/"), {}), **raw}
    if depth and whole.get("type") == "array":
        yield name, whole
    inner = [*whole.get("properties", {}).items(), *([(name, whole["items"])] if "items" in whole else [])]
    for member, each in inner if depth < 7 else ():
        yield from nested(each, definitions, member, depth + 1)


def test_lists_without_order_inside_of_values_are_known() -> None:
    schemas_of = {declared.name: schemas.schema(declared.name, "us-east-1") for declared in TYPES}
    lists = [
        found
        for declared in TYPES
        for name in declared.properties
        for found in nested(
            schemas_of[declared.name]["properties"].get(name, {}),
            schemas_of[declared.name].get("definitions", {}),
            name,
        )
    ]
    said = {name for name, whole in lists if whole.get("insertionOrder") is False}
    assert said <= SETS
    assert {name for name, _ in lists} >= SETS


def with_property(name: str, **changes: Any) -> Callable[[NativeType], NativeType]:
    return lambda t: replace(
        t, properties={**t.properties, name: replace(t.properties.get(name, Property()), **changes)}
    )


def with_update(n: int, **changes: Any) -> Callable[[NativeType], NativeType]:
    return lambda t: replace(t, update=(*t.update[:n], replace(t.update[n], **changes), *t.update[n + 1 :]))


def with_read(**changes: Any) -> Callable[[NativeType], NativeType]:
    return lambda t: replace(t, read=replace(t.read, **changes))


def with_create(**changes: Any) -> Callable[[NativeType], NativeType]:
    return lambda t: replace(t, create=replace(t.create, **changes))


BROKEN: list[tuple[str, Callable[[NativeType], NativeType], str]] = [
    (RDS, with_property("Colour"), "Colour is not in the registry schema"),
    (RDS, with_property("KmsKeyId", effect=online()), "KmsKeyId is create-only and declared changeable in place"),
    (RDS, with_property("DBInstanceArn", editable=True), "DBInstanceArn is read-only and declared editable"),
    (RDS, with_property("MultiAZ", effect=online()), "MultiAZ names no source for its effect"),
    (RDS, with_property("DeletionProtection", editable=False), "DeletionProtection could be written"),
    (RDS, with_property("DeletionProtection", irreversible="Gone."), "DeletionProtection names no source"),
    (RDS, with_property("DBInstanceClass", effect=interrupts(1, "hearsay")), "names a source that nobody can look up"),
    (
        RDS,
        with_property("DBInstanceClass", effect=interrupts(1, "botocore, rds ModifyDBInstance: It is magic.")),
        "quotes what botocore doesn't say",
    ),
    (RDS, with_property("Iops", argument="Iopses"), "modify_db_instance takes no Iopses"),
    (RDS, with_property("AllocatedStorage", encode=None), "AllocatedStorage of modify_db_instance is integer"),
    (RDS, with_property("VPCSecurityGroups", read="VpcSecurityGroups[].GroupId"), "GroupId is not there"),
    (RDS, with_property("Iops", limits={"uniqueItems": True}), "which is no limit"),
    (RDS, with_update(0, operation="modify_database"), "rds has no operation modify_database"),
    (RDS, with_update(0, always={"ApplyImmediately": "yes"}), "ApplyImmediately has the wrong type"),
    (RDS, with_update(0, arguments={"DBInstanceName": "DBInstanceIdentifier"}), "takes no DBInstanceName"),
    (RDS, with_update(0, properties=("Iops",)), "MultiAZ is editable and no update covers it"),
    (RDS, lambda t: replace(t, pending=None), "modify_db_instance carries out what pends"),
    (RDS, with_update(0, then=None), "DBParameterGroupName takes effect with a reboot, and no call makes it"),
    (RDS, with_property("PendingModifiedValues", state=False), "PendingModifiedValues is not in the registry schema"),
    (RDS, with_property("PubliclyAccessible", exposes=None), "PubliclyAccessible may open something to everybody"),
    (RDS, with_property("VPCSecurityGroups", cuts=None), "VPCSecurityGroups may cut off somebody"),
    (RDS, lambda t: replace(t, status="DBInstanceState"), "status DBInstanceState"),
    (RDS, lambda t: replace(t, identifier="Identifier"), "identifier Identifier"),
    (RDS, lambda t: replace(t, uncovered={}), "Port could be changed, is not declared"),
    (RDS, with_read(items="DBInstance[]"), "DBInstance is not there"),
    (RDS, with_read(arguments={"DBInstanceIdentifier": "[id]"}), "DBInstanceIdentifier of describe_db_instances"),
    (EC2, lambda t: replace(t, settled=("resting",)), "resting is not one of AWS's states"),
    (EC2, lambda t: replace(t, label="Tags[?Name == 'Name'].Value | [0]"), "Name is not there"),
    (S3, lambda t: replace(t, settled=("available",)), "it waits for available and has no status"),
    (S3, with_update(0, argument="Versioning"), "put_bucket_versioning takes no Versioning"),
    (S3, with_update(1, clear="remove_bucket_encryption"), "s3 has no operation remove_bucket_encryption"),
    (S3, lambda t: replace(t, delete=replace(t.delete, source="")), "deleting doesn't say"),
    (RDS, lambda t: replace(t, refers={"Engine": "AWS::EC2::SecurityGroup.Colour"}), "Colour, which is not declared"),
    (SG, with_create(outputs={"GroupId": "Group.Id"}), "output GroupId"),
    (SG, with_create(token="GroupName"), "is no idempotency token"),
    (SG, with_update(0, add_argument="Rules"), "authorize_security_group_ingress takes no list as Rules"),
]


@pytest.mark.parametrize(("name", "mutate", "offence"), BROKEN, ids=[offence for _, _, offence in BROKEN])
def test_a_wrong_declaration_is_caught(name: str, mutate: Callable[[NativeType], NativeType], offence: str) -> None:
    declared = native(name)
    assert declared is not None
    assert any(offence in found for found in offences(mutate(declared)))


def test_every_kind_of_update_is_walked() -> None:
    """So that a rule which forgets a kind doesn't pass for want of cases."""
    kinds = {type(update) for declared in TYPES for update in declared.update}
    assert {Modify, Put} < kinds
    assert all(isinstance(declared.read, Read) for declared in TYPES)
