"""What AWS gives a new resource by itself and moto leaves out."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.ec2.models import amis
from moto.ec2.models.amis import Ami
from moto.elbv2.models import FakeLoadBalancer, FakeTargetGroup
from moto.redshift.responses import RedshiftResponse
from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
BALANCER_ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "idle_timeout.timeout_seconds": "60",
    "ipv6.deny_all_igw_traffic": "false",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}


def complete_balancer(balancer: FakeLoadBalancer) -> None:
    if balancer.type == "application":
        balancer.attrs.update(BALANCER_ATTRIBUTES)
        balancer.attrs["load_balancing.cross_zone.enabled"] = "true"


def own_keys() -> dict[str, Any]:
    return {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}


def usage_operation(image: Ami) -> str:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html"""
    return "RunInstances:0002" if image.platform == "windows" else "RunInstances"


def reset_encryption(backend: S3Backend, bucket_name: str) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html: resets it to SSE-S3."""
    backend.get_bucket(bucket_name).encryption = own_keys()


def complete_target_group(group: FakeTargetGroup) -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html"""
    group.attributes.pop("waf.fail_open.enabled", None)


def complete_bucket(bucket: FakeBucket) -> None:
    """Since 2023 new buckets are encrypted (SSE-S3), private, and without ACLs.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    """
    bucket.encryption = own_keys()
    bucket.public_access_block = PublicAccessBlock("true", "true", "true", "true")
    bucket.ownership_rule = "BucketOwnerEnforced"


def completed(create: Callable[..., None], complete: Callable[[Any], None]) -> Callable[..., None]:
    @wraps(create)
    def wrapper(resource: Any, *args: Any, **kwargs: Any) -> None:
        create(resource, *args, **kwargs)
        complete(resource)

    return wrapper


def keep_password(create: Callable[[RedshiftResponse], Any]) -> Callable[[RedshiftResponse], Any]:
    """https://docs.aws.amazon.com/redshift/latest/APIReference/API_Cluster.html: MasterPasswordSecretArn"""

    @wraps(create)
    def wrapper(response: RedshiftResponse) -> Any:
        answer = create(response)
        if response._get_bool_param("ManageMasterPassword", False):
            (cluster,) = response.redshift_backend.describe_clusters(response._get_param("ClusterIdentifier"))
            place = f"{response.region}:{response.current_account}"
            secret = f"arn:aws:secretsmanager:{place}:secret:redshift!{cluster.cluster_identifier}"
            cluster.master_password_secret_arn = secret  # type: ignore[attr-defined]
        return answer

    return wrapper


def without_hosts(load: Callable[[str], Any]) -> Callable[[str], Any]:
    """Nothing for the 1,273 images of ECS hosts in a region, which would be made again in every reset.

    Raises `FileNotFoundError` for them, which moto takes for a region that it doesn't know.
    """

    @wraps(load)
    def loaded(path: str) -> Any:
        if path.startswith("ec2/resources/ecs/"):
            raise FileNotFoundError(path)
        return load(path)

    return loaded


def install() -> None:
    """Put the additions around moto's models; once per process."""
    os.environ.setdefault("MOTO_ECS_SERVICE_RUNNING", "100")  # tasks that a new service may have running at once
    S3Backend.delete_bucket_encryption = reset_encryption  # type: ignore[method-assign]
    if not hasattr(RedshiftResponse.create_cluster, "__wrapped__"):
        RedshiftResponse.create_cluster = keep_password(RedshiftResponse.create_cluster)  # type: ignore[method-assign]
    Ami.usage_operation = property(usage_operation)  # type: ignore[attr-defined]
    if not hasattr(amis.load_resource, "__wrapped__"):
        amis.load_resource = without_hosts(amis.load_resource)
    models = (
        (FakeLoadBalancer, complete_balancer),
        (FakeTargetGroup, complete_target_group),
        (FakeBucket, complete_bucket),
    )
    for model, complete in models:
        if not hasattr(model.__init__, "__wrapped__"):
            model.__init__ = completed(model.__init__, complete)
