"""A server of pages that is told to end answers everything that was asked of it."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.sandbox.process import LOOPBACK
from config.drain import Server
from tests.waiting import GUARD_SECONDS

ASK = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
Application = Callable[[dict[str, Any], Callable[..., Any]], list[bytes]]


class House:
    """A server in a thread, whose answers wait for `let`."""

    def __init__(self, linger: float) -> None:
        self.asked, self.let = threading.Event(), threading.Event()
        self.door = socket.create_server((LOOPBACK, 0))
        self.address = self.door.getsockname()
        self.server = Server(self.answer, linger, sockets=[self.door], threads=2, asyncore_use_poll=True)
        self.thread = threading.Thread(target=self.server.run)

    def answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.asked.set()
        assert self.let.wait(GUARD_SECONDS)
        start("200 OK", [("Content-Length", "4")])
        return [b"here"]

    def client(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=GUARD_SECONDS)

    def has_ended(self) -> bool:
        self.thread.join(GUARD_SECONDS)
        return not self.thread.is_alive()


@pytest.fixture
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    it = House(request.param)
    yield it
    it.let.set()
    it.server.end()
    if not it.thread.ident:
        it.thread.start()
    assert it.has_ended()


def answer(client: socket.socket) -> bytes:
    """Everything up to the end of the connection, or to the end of one answer that keeps it."""
    said = b""
    while part := client.recv(1000):
        said += part
        if said.endswith(b"here") and b"Connection: close" not in said:
            break
    return said


@pytest.mark.parametrize("house", [0], indirect=True)
def test_what_was_asked_is_answered_and_the_connection_ends(house: House) -> None:
    house.thread.start()
    client, waiting = house.client(), house.client()
    client.sendall(ASK)
    assert house.asked.wait(GUARD_SECONDS)
    house.server.end()
    waiting.close()
    house.let.set()
    assert answer(client).endswith(b"here")
    assert house.has_ended()
    with pytest.raises(ConnectionRefusedError):
        house.client()


@pytest.mark.parametrize("house", [5], indirect=True)
def test_who_waits_at_the_door_is_let_in_before_it_is_closed(house: House) -> None:
    clients = [house.client() for _ in range(20)]
    for client in clients:
        client.sendall(ASK)
    house.let.set()
    house.server.end()
    house.thread.start()
    said = [answer(client) for client in clients]
    assert all(each.endswith(b"here") and b"Connection: close" in each for each in said)
    assert house.has_ended()


@pytest.mark.parametrize("house", [GUARD_SECONDS], indirect=True)
def test_a_connection_that_a_proxy_kept_open_is_still_good(house: House) -> None:
    house.let.set()
    house.thread.start()
    kept = house.client()
    kept.sendall(ASK)
    assert b"Connection: close" not in answer(kept)
    house.server.end()
    refused = threading.Event()
    while not refused.is_set():
        try:
            house.client().close()
        except ConnectionRefusedError:
            refused.set()
    kept.sendall(ASK)
    assert b"Connection: close" in answer(kept)
    assert house.has_ended()


@pytest.mark.parametrize("house", [0], indirect=True)
def test_nobody_waits_for_connections_on_which_nothing_is_asked(house: House) -> None:
    house.thread.start()
    idle = house.client()
    idle.sendall(b"GET / HT")
    house.server.end()
    assert house.has_ended()
