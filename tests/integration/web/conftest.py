"""A small estate with its people: aiko asks, ben reviews in dev only, emi audits and goro administers everywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.environments.models import Account, Environment
from apps.inventory.models import Resource, ResourceVersion, TypeScan
from apps.people.models import RoleBinding, User

SignIn = Callable[[str], Client]
PEOPLE = (
    ("aiko", "Aiko Mori", "requester", ""),
    ("ben", "Ben Sato", "reviewer", "dev"),
    ("emi", "Emi Kato", "auditor", ""),
    ("goro", "Goro Hayashi", "administrator", ""),
)


@pytest.fixture
def people(db: None) -> dict[str, User]:
    found = {}
    for username, full_name, role, environment in PEOPLE:
        found[username] = User.objects.create_user(username, f"{username}@example.test", None, full_name=full_name)
        RoleBinding.objects.create(user=found[username], role=role, environment=environment)
    return found


@pytest.fixture
def sign_in(people: dict[str, User]) -> SignIn:
    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def environments(people: dict[str, User]) -> dict[str, Environment]:
    return {slug: environment(slug, position) for position, slug in enumerate(("dev", "prod"))}


def environment(slug: str, position: int) -> Environment:
    account = Account.objects.create(number=str(position + 1) * 12, name=f"models-{slug}")
    return Environment.objects.create(
        slug=slug,
        name=slug,
        position=position,
        account=account,
        regions=["ap-northeast-1"],
        read_role_arn=f"arn:aws:iam::{account.number}:role/read",
        write_role_arn=f"arn:aws:iam::{account.number}:role/write",
        external_id="an-external-id",
    )


@pytest.fixture
def databases(environments: dict[str, Environment]) -> dict[str, Resource]:
    return {slug: database(found) for slug, found in environments.items()}


def database(environment: Environment) -> Resource:
    """An RDS instance that was read twice, with a larger class the second time."""
    now, name = timezone.now(), f"orders-{environment.slug}"
    document = {"DBInstanceClass": "db.r6g.large", "Tags": [{"Key": "owner", "Value": "<script>alert(1)</script>"}]}
    found = Resource.objects.create(
        environment=environment,
        region="ap-northeast-1",
        type="AWS::RDS::DBInstance",
        identifier=name,
        name=name,
        status="available",
        document=document,
        digest="b" * 64,
        search=f"{name} aws::rds::dbinstance owner=payments 100%",
        first_seen_at=now - timedelta(days=3),
        observed_at=now,
    )
    before = document | {"DBInstanceClass": "db.t4g.large"}
    for seen, hours, digest in ((before, 70, "a"), (document, 1, "b")):
        ResourceVersion.objects.create(
            resource=found, document=seen, digest=digest * 64, observed_at=now - timedelta(hours=hours), cause="refresh"
        )
    scan(environment, "done")
    return found


def scan(environment: Environment, state: str, error: str = "", type_name: str = "AWS::RDS::DBInstance") -> TypeScan:
    now = timezone.now()
    row, _ = TypeScan.objects.update_or_create(
        environment=environment,
        region="ap-northeast-1",
        type=type_name,
        defaults={"state": state, "requested_at": now, "finished_at": now, "count": 1, "error": error},
    )
    return row
