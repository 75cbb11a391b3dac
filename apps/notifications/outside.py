"""Posting to an address that an administrator gave, and nowhere else.

The name is resolved once, and what it is resolved to is what is connected to, so that a name can't lead inside after it
was checked. Addresses of the own network are refused unless the installation lists them; redirects are not followed.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS = 5.0
LONGEST_ANSWER = 300
PORTS = {"https": 443, "http": 80}


class Refused(Exception):
    """The address may not be posted to; says why."""


@dataclass(frozen=True)
class Answered:
    """What came back: `error` is "" where it was taken (2xx)."""

    status: int | None
    error: str


def check_address(url: str) -> SplitResult:
    """The parts of an address that may be posted to. Raises `Refused`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("This is no address. Write one as in https://hooks.example.com/ringi.") from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username or port == 0:
        raise Refused("Write an address as in https://hooks.example.com/ringi, without a user.")
    if parts.scheme == "http" and not _listed(parts.hostname, ()):
        raise Refused("Give an address with https, so that nobody reads along.")
    return parts


def resolved(parts: SplitResult) -> str:
    """The IP address to connect to. Raises `Refused` for one of the own network."""
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise Refused(f"{host} is not known: {error}.") from error
    if not all(_allowed(host, address) for address in found):
        raise Refused(f"{host} leads to an address of the own network, which only WEBHOOK_ALLOWED lets be posted to.")
    return found[0]


def _allowed(host: str, address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global or _listed(host, [address])


def _listed(host: str, addresses: Sequence[str]) -> bool:
    """Whether the installation lists the host, or a network that has all of the addresses."""
    for entry in settings.WEBHOOK_ALLOWED:
        try:
            network = ipaddress.ip_network(entry, strict=False)
        except ValueError:
            if host == entry:
                return True
            continue
        if addresses and all(ipaddress.ip_address(each) in network for each in addresses):
            return True
        if not addresses and _literal(host) in network:
            return True
    return False


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return ipaddress.ip_address("0.0.0.0")  # noqa: S104 -- in no network that anybody lists


class _Pinned(HTTPSConnection):
    """TLS with the name, to the address that was checked."""

    def __init__(self, host: str, address: str, port: int) -> None:
        super().__init__(host, port, timeout=SECONDS, context=ssl.create_default_context())
        self.address, self.tls = address, ssl.create_default_context()

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), SECONDS)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
    """Post once. What goes wrong is in the answer, in words."""
    try:
        parts = check_address(url)
        address = resolved(parts)
    except Refused as refused:
        return Answered(None, str(refused))
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    plain = parts.scheme == "http"
    connection = HTTPConnection(address, port, timeout=SECONDS) if plain else _Pinned(host, address, port)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    named = host if port == PORTS[parts.scheme] else f"{host}:{port}"
    try:
        connection.request("POST", path, body, {**headers, "Host": named, "Connection": "close"})
        answer = connection.getresponse()
        text = answer.read(LONGEST_ANSWER).decode(errors="replace")
        return Answered(answer.status, _judged(answer.status, text))
    except TimeoutError:
        return Answered(None, f"It did not answer within {SECONDS:.0f} seconds.")
    except (OSError, HTTPException) as error:
        return Answered(None, f"{type(error).__name__}: {error}"[:LONGEST_ANSWER])
    finally:
        connection.close()


def _judged(status: int, text: str) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"It answered with a redirect ({status}), which is not followed. Give the address that it leads to."
    return f"It answered {status}: {text}"[:LONGEST_ANSWER]
