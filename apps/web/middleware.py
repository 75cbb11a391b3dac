"""What a signed-in person was shown stays out of shared and disk caches."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NoStore:
    """Marks every answer to a signed-in person as not to be stored, unless the view said otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
