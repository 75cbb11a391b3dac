"""Which AWS endpoint clients may be sent to: AWS itself, or an override that is allowed here."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def checked_endpoint(url: str, *, allowed: list[str], demo: bool) -> str:
    """The override to use ("" = AWS itself). Raises `ImproperlyConfigured` for one that may not be used.

    The demo must be sent to a loopback address, so that it can never reach a real account; elsewhere an override must
    stand, letter by letter, in the administrator's list.
    """
    if demo:
        if urlsplit(url).hostname not in LOOPBACK:
            raise ImproperlyConfigured("In demo mode RINGI_AWS_ENDPOINT_URL must be an address on 127.0.0.1.")
        return url
    if url and url not in allowed:
        raise ImproperlyConfigured(
            f"RINGI_AWS_ENDPOINT_URL is {url!r}, which is not in RINGI_AWS_ENDPOINT_ALLOWED. "
            "Remove it to use AWS itself, or add it to the list."
        )
    return url
