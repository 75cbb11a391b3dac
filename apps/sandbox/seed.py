"""What the demo starts with. Everything here happened through the product's own verbs, tasks and AWS calls."""

import logging
import secrets
from dataclasses import dataclass

from apps.environments.commands import connect_account, define_environment
from apps.environments.models import Environment
from apps.inventory import tasks as inventory_tasks
from apps.inventory.commands import request_refresh
from apps.inventory.models import ScanState, TypeScan
from apps.people.commands import bind_role, create_first_administrator, create_person
from apps.people.models import User
from apps.sandbox import estate, history, house
from apps.sandbox.cast import ADMINISTRATOR, PEOPLE, Person

log = logging.getLogger(__name__)
ACCOUNTS = {
    estate.NON_PRODUCTION: "Kumo ML non-production",
    estate.PRODUCTION: "Kumo ML production",
    estate.RECOVERY: "Kumo ML recovery",
}


@dataclass(frozen=True)
class Cast:
    """The people and environments by their short names."""

    people: dict[str, User]
    environments: dict[str, Environment]


def build(url: str) -> None:
    """Fill an empty database. `url` is the endpoint's, for what happens outside of Ringi."""
    administrator = first(ADMINISTRATOR)
    environments = define(administrator)
    people = {person.username: invite(administrator, person) for person in PEOPLE}
    cast = Cast({ADMINISTRATOR.username: administrator, **people}, environments)
    refresh(environments)
    house.furnish(administrator, people)
    history.play(cast.people, environments)
    estate.change_outside(url)
    request_refresh(by=people["emi"], environment=environments["prod"], types=["AWS::Redshift::Cluster"])
    read_queued()


def first(person: Person) -> User:
    """The first administrator; the password is random and known to nobody, sign-in in the demo needs none."""
    return create_first_administrator(
        username=person.username,
        full_name=person.full_name,
        email=address(person),
        password=secrets.token_urlsafe(30),
    )


def invite(administrator: User, person: Person) -> User:
    user = create_person(
        by=administrator, username=person.username, full_name=person.full_name, email=address(person), password=None
    )
    for slug in person.environments or ("",):
        bind_role(by=administrator, person=user, role=person.role, environment=slug)
    return user


def address(person: Person) -> str:
    return f"{person.username}@kumo-ml.example"


def define(administrator: User) -> dict[str, Environment]:
    accounts = {n: connect_account(by=administrator, number=n, name=name) for n, name in ACCOUNTS.items()}
    shared = {size.account for size in estate.SIZES if not size.empty and size.slug in ("dev", "stg")}
    return {
        size.slug: define_environment(
            by=administrator,
            slug=size.slug,
            name=size.name,
            account=accounts[size.account],
            regions=[size.region],
            read_role_arn=estate.read_role(size),
            write_role_arn=estate.write_role(size),
            external_id=estate.EXTERNAL_ID,
            resource_tag=f"env={size.slug}" if size.account in shared else "",
            position=position,
            production=size.protected,
        )
        for position, size in enumerate(estate.SIZES)
    }


def refresh(environments: dict[str, Environment]) -> None:
    """The first reading of everything."""
    for environment in environments.values():
        request_refresh(by=None, environment=environment)
    read_queued()


def read_queued() -> None:
    for pk in TypeScan.objects.filter(state=ScanState.QUEUED).order_by("pk").values_list("pk", flat=True):
        inventory_tasks.scan(pk)
    for failed in TypeScan.objects.filter(state=ScanState.FAILED):
        log.warning("not read", extra={"type": failed.type, "why": failed.error})
