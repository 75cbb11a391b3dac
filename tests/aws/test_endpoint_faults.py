"""Faults of the endpoint over real HTTP: the client of each protocol reads the right error, once."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from apps.sandbox.endpoint.remote import ask
from apps.sandbox.endpoint.server import Endpoint

pytestmark = pytest.mark.lab
TOKYO = "ap-northeast-1"


@pytest.fixture(scope="module")
def running() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(running: Endpoint) -> Endpoint:
    running.reset()
    running.lab(settle={"rds": 0, "redshift": 0})
    return running


def client(endpoint: Endpoint, service: str, patience: int = 30) -> Any:
    return boto3.client(
        service,
        region_name=TOKYO,
        endpoint_url=endpoint.url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=patience),
    )


READS = [
    ("ec2", "DescribeInstances", "describe_instances"),
    ("rds", "DescribeDBInstances", "describe_db_instances"),
    ("redshift", "DescribeClusters", "describe_clusters"),
    ("elbv2", "DescribeLoadBalancers", "describe_load_balancers"),
    ("s3", "ListBuckets", "list_buckets"),
    ("dynamodb", "ListTables", "list_tables"),
    ("lambda", "ListFunctions", "list_functions"),
]
CODES = {
    "denied": {"ec2": ("UnauthorizedOperation", 403), "dynamodb": ("AccessDeniedException", 400),
               "lambda": ("AccessDeniedException", 403), "": ("AccessDenied", 403)},
    "throttling": {"ec2": ("RequestLimitExceeded", 503), "s3": ("SlowDown", 503),
                   "dynamodb": ("ThrottlingException", 400), "lambda": ("TooManyRequestsException", 429),
                   "": ("Throttling", 400)},
    "error": {"ec2": ("InternalError", 500), "s3": ("InternalError", 500), "": ("InternalFailure", 500)},
    "unavailable": {"ec2": ("Unavailable", 503), "": ("ServiceUnavailable", 503)},
}  # fmt: skip


@pytest.mark.parametrize("kind", list(CODES))
@pytest.mark.parametrize(("service", "operation", "method"), READS)
def test_an_injected_error_arrives_in_the_codes_of_its_service_and_only_once(
    endpoint: Endpoint, kind: str, service: str, operation: str, method: str
) -> None:
    endpoint.lab(faults=[{"kind": kind, "service": service, "operation": operation}])
    aws = client(endpoint, service)
    with pytest.raises(ClientError) as raised:
        getattr(aws, method)()
    error = raised.value.response
    found = error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]
    assert found == CODES[kind].get(service, CODES[kind][""])
    assert error["ResponseMetadata"].get("RequestId")
    assert getattr(aws, method)()["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(("when", "exists"), [("before", False), ("after", True)])
def test_an_error_before_the_effect_changes_nothing_and_one_after_it_hides_a_change(
    endpoint: Endpoint, when: str, exists: bool
) -> None:
    endpoint.lab(faults=[{"kind": "error", "operation": "CreateBucket", "when": when}])
    s3 = client(endpoint, "s3")
    with pytest.raises(ClientError):
        s3.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": TOKYO})
    assert bool(s3.list_buckets()["Buckets"]) is exists
    created = next(call for call in endpoint.calls() if call.operation == "CreateBucket")
    assert created.effect is exists


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dropped_connection_leaves_the_client_without_an_answer(endpoint: Endpoint, when: str) -> None:
    endpoint.lab(faults=[{"kind": "dropped", "operation": "CreateSecurityGroup", "when": when}])
    ec2 = client(endpoint, "ec2")
    with pytest.raises(ConnectionClosedError):
        ec2.create_security_group(GroupName="web", Description="web")
    names = [group["GroupName"] for group in ec2.describe_security_groups()["SecurityGroups"]]
    assert ("web" in names) is (when == "after")


def test_a_silent_connection_is_a_time_out_for_the_client(endpoint: Endpoint) -> None:
    endpoint.lab(faults=[{"kind": "timeout", "operation": "DescribeClusters", "seconds": 2}])
    with pytest.raises(ReadTimeoutError):
        client(endpoint, "redshift", patience=1).describe_clusters()


def test_a_fault_for_another_region_account_or_caller_is_not_met(endpoint: Endpoint) -> None:
    others = [{"region": "us-west-2"}, {"account": "222222222222"}, {"caller": "RingiWrite"}]
    endpoint.lab(faults=[{"kind": "denied", **other} for other in others])
    assert client(endpoint, "rds").describe_db_instances()["DBInstances"] == []


def test_a_fault_strikes_as_often_as_it_was_told(endpoint: Endpoint) -> None:
    endpoint.lab(faults=[{"kind": "throttling", "service": "rds", "times": 2}])
    rds = client(endpoint, "rds")
    for _ in range(2):
        with pytest.raises(ClientError):
            rds.describe_db_instances()
    assert rds.describe_db_instances()["DBInstances"] == []


def test_what_moto_does_not_implement_stays_what_moto_says(endpoint: Endpoint) -> None:
    with pytest.raises(Exception, match=r"500|Unable to parse|invalid XML"):
        client(endpoint, "redshift").resize_cluster(ClusterIdentifier="warehouse")


def test_the_lab_records_who_called_what_where(endpoint: Endpoint) -> None:
    client(endpoint, "redshift").describe_clusters()
    call = endpoint.calls()[-1]
    assert (call.service, call.operation, call.region, call.status, call.effect) == (
        "redshift", "DescribeClusters", TOKYO, 200, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "values", [{"settle": {"s3": 1}}, {"weather": "bad"}, {"faults": [{"kind": "plague"}]}, {"faults": [{"x": 1}]}]
)
def test_the_control_api_refuses_what_it_does_not_know(endpoint: Endpoint, values: dict[str, Any]) -> None:
    with pytest.raises(OSError, match="400"):
        ask(endpoint.url, "state", values)


def test_identifiers_repeat_after_a_reset(endpoint: Endpoint) -> None:
    def made() -> str:
        identifier: str = client(endpoint, "ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        return identifier

    first = made()
    endpoint.reset()
    assert made() == first
