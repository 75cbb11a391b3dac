"""Whom a request comes from: one true address for the limits of signing in, the audit log and the log of requests."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED, CONNECTED = "HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"


class ClientAddress:
    """Puts the client's address into `REMOTE_ADDR`; nothing else is believed about it afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        connected, forwarded = request.META.get(CONNECTED, ""), request.META.pop(FORWARDED, "")
        request.META[CONNECTED] = client(connected, forwarded, settings.TRUSTED_PROXIES)
        return self.get_response(request)


def client(connected: str, forwarded: str, proxies: int) -> str:
    """The client's address, where so many of our proxies stand between.

    Each proxy adds to `X-Forwarded-For` the address that it was called from, so the client's is that many from the end;
    what stands before it was sent by the client. Where the header is shorter than that, or holds no address there, the
    request did not come through the proxies: it counts as coming from whoever connected.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if not 0 < proxies <= len(hops):
        return connected
    return _address(hops[-proxies]) or connected


def _address(text: str) -> str:
    """The address without the port that some proxies add, or "" where it is none."""
    host = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""
