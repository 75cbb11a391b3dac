"""The CloudFormation template that connects an environment, filled in with what is known of it."""

from apps.aws import stack
from apps.environments.models import ConnectionTest, Environment


def wanted(environment: Environment) -> stack.Wanted:
    return stack.Wanted(
        slug=environment.slug,
        account=environment.account.number,
        regions=environment.regions,
        read_role_arn=environment.read_role_arn,
        write_role_arn=environment.write_role_arn,
        external_id=environment.external_id,
        principals=principals(),
        others=others(environment),
    )


def text(environment: Environment) -> str:
    return stack.text(wanted(environment))


def principals() -> dict[str, str]:
    """Who planner and executor are at AWS, as the newest test in any environment learnt it."""
    known = ConnectionTest.objects.exclude(principal="").order_by("finished_at")
    return dict(known.values_list("process", "principal"))


def others(environment: Environment) -> dict[str, list[str]]:
    """The tags that mark what belongs to other environments of the account, where this one has a tag too.

    IAM takes no policy with letters outside of Latin-1; such a tag is left out.
    """
    if not environment.resource_tag:
        return {}
    beside = Environment.objects.filter(account=environment.account_id).exclude(pk=environment.pk)
    found: dict[str, list[str]] = {}
    for tag in beside.exclude(resource_tag__in=("", environment.resource_tag)).values_list("resource_tag", flat=True):
        key, _, value = tag.partition("=")
        if key.isascii() and value.isascii():
            found.setdefault(key, []).append(value)
    return found
