"""Whether this process lives, and whether it can serve: for load balancers, without signing in."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import ready

log = logging.getLogger(__name__)


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has the tables of this code, otherwise 503, with the cause in the log.

    Redis is a doorbell only and is not asked.
    """
    try:
        said = ready.schema()
    except Error as error:
        log.warning("not ready: the database does not answer", extra={"error": str(error).strip()})
        return JsonResponse({"database": "does not answer"}, status=503)
    if said:
        log.warning("not ready", extra={"cause": said})
        return JsonResponse({"database": "ok", "migrations": "not those of this version"}, status=503)
    return JsonResponse({"database": "ok", "migrations": "ok"})
