"""The resource types with a native driver. Adding one is a line here and its declaration in a module of `services`."""

from apps.catalog.services import ec2, elbv2, rds, redshift, s3
from apps.catalog.types import NativeType

TYPES: tuple[NativeType, ...] = (
    ec2.INSTANCE,
    ec2.SECURITY_GROUP,
    rds.DB_INSTANCE,
    redshift.CLUSTER,
    elbv2.LOAD_BALANCER,
    elbv2.TARGET_GROUP,
    elbv2.LISTENER,
    s3.BUCKET,
)
BY_NAME = {declared.name: declared for declared in TYPES}


def native(name: str) -> NativeType | None:
    """The declaration of a type by its CloudFormation name, or None when it has no native driver."""
    return BY_NAME.get(name)
