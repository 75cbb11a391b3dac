"""Reading prices again, with the read role of any environment: they are the same for all."""

import logging
from collections.abc import Callable

from django.utils import timezone

from apps.aws.gateway import AwsError, Gateway
from apps.environments.models import Environment
from apps.evaluation import book

log = logging.getLogger(__name__)
Open = Callable[[Environment, str], Gateway]


def refresh(*, open_reader: Open) -> None:
    """Read what is a week old with the first role that may; what fails stays as it is until the next round."""
    now = timezone.now()
    rows = book.old(now)
    if not rows:
        return
    for environment in Environment.objects.filter(enabled=True).select_related("account").order_by("id"):
        try:
            book.refresh(rows, open_reader(environment, "ringi-prices"), book.source(), now)
        except AwsError as error:
            log.warning("prices could not be read", extra={"environment": environment.slug, "code": error.code})
        else:
            return
