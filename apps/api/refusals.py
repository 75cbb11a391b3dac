"""Refusals as the API answers them: 409 with a code and a sentence."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from apps.refusal import Refused

CONFLICT = 409


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(exception, Refused):
        refusal = exception.refusal
        return Response({"code": refusal.code, "sentence": refusal.sentence}, status=CONFLICT)
    return default_handler(exception, context)
