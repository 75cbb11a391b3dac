"""Whatever the API refuses, it says in one shape: a code, a sentence, and for a body the `faults` of its fields."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from apps.refusal import Refused

CONFLICT = 409
FIELDS = "Some of what was sent can't be taken as it is; `faults` says where and why. Nothing was done."


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(exception, Refused):
        refusal = exception.refusal
        return Response({"code": refusal.code, "sentence": refusal.sentence}, status=CONFLICT)
    answer = default_handler(exception, context)
    if answer is not None:
        answer.data = said(answer.data)
    return answer


def said(data: Any) -> dict[str, Any]:
    """What the framework found, in our shape."""
    detail = data.get("detail") if isinstance(data, dict) else None
    if detail is not None and not isinstance(detail, list):
        return {"code": getattr(detail, "code", "error"), "sentence": str(detail)}
    return {"code": "invalid", "sentence": FIELDS, "faults": data}
