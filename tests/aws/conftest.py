"""A real HTTP endpoint for the tests of this folder: moto's own application, in a process and on a port of its own.

The laboratory of the sandbox changes moto's classes, so plain moto needs a process without it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from apps.aws.boto_gateway import BotoGateway
from apps.aws.gateway import Access
from apps.aws.sessions import ClientFactory
from tests.aws.exercise import Exercise

ACCOUNT = "111111111111"
TOKYO = "ap-northeast-1"


SERVER = """
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        env={**os.environ, "MOTO_ECS_SERVICE_RUNNING": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.terminate()


@pytest.fixture(scope="module")
def factory(endpoint: str) -> Iterator[ClientFactory]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "ringi")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "ringi")
        yield ClientFactory(endpoint)


@pytest.fixture
def access() -> Access:
    return Access(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/ringi-write", "e1", "ringi-CR-1-1.1-1")


@pytest.fixture
def gateway(factory: ClientFactory, access: Access) -> BotoGateway:
    return BotoGateway(factory, access, mutating=True)


@pytest.fixture
def client(factory: ClientFactory, access: Access) -> Any:
    """Makes a client of a service, for what a test needs to be there."""
    return lambda service: plain(factory, access, service)


def plain(factory: ClientFactory, access: Access, service: str) -> Any:
    """boto3's own client, signing as the role."""
    keys = factory.client(access, service, TOKYO, mutating=True).credentials
    return boto3.client(
        service,
        region_name=TOKYO,
        endpoint_url=factory.endpoint_url,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.token,
    )


@pytest.fixture
def exercise(gateway: BotoGateway) -> Exercise:
    return Exercise(gateway)


@pytest.fixture
def subnets(client: Any) -> list[str]:
    """Two subnets of a fresh VPC in two zones."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{TOKYO}{zone}")
        for n, zone in enumerate("ac")
    ]
    return [answer["Subnet"]["SubnetId"] for answer in made]


@pytest.fixture
def vpc(client: Any, subnets: list[str]) -> str:
    return str(client("ec2").describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"])


@pytest.fixture
def groups(client: Any, vpc: str) -> list[str]:
    """Two security groups of that VPC."""
    ec2 = client("ec2")
    return [
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("one", "two")
    ]
