"""The doors to an environment's account, by what this process may do.

The web and beat processes have none, the planner only reads, the executor reads and makes approved calls.
"""

from functools import cache

from django.conf import settings

from apps.aws import knock as door
from apps.aws.boto_gateway import BotoGateway
from apps.aws.gateway import Access, AwsError, ErrorKind, Gateway
from apps.aws.sessions import ClientFactory
from apps.environments.models import ConnectionTest, Environment

READERS = frozenset({"planner", "executor", "manage"})
WRITERS = frozenset({"executor", "manage"})


@cache
def factory() -> ClientFactory:
    """One for the process, so that roles and clients are shared by its threads."""
    return ClientFactory(endpoint_url=settings.RINGI_AWS_ENDPOINT_URL)


def reader(environment: Environment, session_name: str) -> Gateway:
    """Read the account with the environment's read role. Raises `AwsError` in a process that may not."""
    check_process(READERS, "read")
    return BotoGateway(factory(), _access(environment, environment.read_role_arn, session_name))


def writer(environment: Environment, session_name: str) -> Gateway:
    """Call with the environment's write role. Raises `AwsError` in a process that may not."""
    check_process(WRITERS, "change")
    return BotoGateway(factory(), _access(environment, environment.write_role_arn, session_name), mutating=True)


def knock(test: ConnectionTest) -> door.Tested:
    """Try one way into an environment. Raises `AwsError` in a process that doesn't go that way.

    Every test has a session of its own, so that what an earlier one was given says nothing.
    """
    check_process(WRITERS if test.writes else READERS, "change" if test.writes else "read")
    environment = test.environment
    name = f"ringi-test-{test.pk}-{int(test.started_at.timestamp()) if test.started_at else 0}"
    beside = Environment.objects.filter(account=environment.account_id, enabled=True).exclude(pk=environment.pk)
    readers = [_access(each, each.read_role_arn, name) for each in (environment, *beside.select_related("account"))]
    tried = _access(environment, test.role_arn, name)
    return door.tried(factory(), door.Door(tried, environment.default_region, writes=test.writes, readers=readers))


def check_process(allowed: frozenset[str], what: str) -> None:
    if settings.RINGI_PROCESS not in allowed:
        sentence = f"The {settings.RINGI_PROCESS} process may not {what} AWS. A worker has to do it."
        raise AwsError(ErrorKind.DENIED, sentence)


def _access(environment: Environment, role_arn: str, session_name: str) -> Access:
    return Access(environment.account.number, role_arn, environment.external_id, session_name)
