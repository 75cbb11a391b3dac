"""The server of the pages, as the deployment starts it: nobody who is slow, idle or large keeps others out."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.sandbox.process import LOOPBACK, free_port
from tests.integration.deployment.compose import ROOT
from tests.waiting import GUARD_SECONDS, until

HALF_OPEN = 300


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where one process with two threads serves the pages. It needs no database for what is asked here."""
    number, log = free_port(), tmp_path_factory.mktemp("doors") / "log"
    environment = {
        "PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60, "RINGI_PROCESS": "web", "ALLOWED_HOSTS": LOOPBACK,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "STATIC_ROOT": str(log.parent),
    }  # fmt: skip
    words = ["-m", "config.serve", "--bind", f"{LOOPBACK}:{number}", "--processes", "1", "--threads", "2"]
    with log.open("wb") as said:
        server = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, stdout=said, stderr=said)
    until(lambda: answers(number), log.read_text, going=lambda: server.poll() is None)
    yield number
    server.terminate()
    assert server.wait(GUARD_SECONDS) == 0, log.read_text()


def answers(port: int) -> bool:
    try:
        return healthy(port)
    except OSError:
        return False


def healthy(port: int) -> bool:
    with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/healthz", timeout=GUARD_SECONDS) as answer:
        return bool(answer.status == 200)


POST = b"POST /account/login/ HTTP/1.1\r\n"


@pytest.mark.parametrize("begun", [b"", b"GET /healthz HTTP/1.1\r\nHost: ", POST + b"Content-Length: 9999\r\n\r\n"])
def test_clients_that_never_finish_hold_up_nobody(port: int, begun: bytes) -> None:
    clients = [socket.create_connection((LOOPBACK, port)) for _ in range(HALF_OPEN)]
    try:
        for client in clients:
            client.sendall(begun)
        assert all(healthy(port) for _ in range(20))
    finally:
        for client in clients:
            client.close()


def test_what_is_too_large_is_refused_before_it_is_read(port: int) -> None:
    with socket.create_connection((LOOPBACK, port)) as client:
        client.sendall(POST + b"Host: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n")
        client.settimeout(GUARD_SECONDS)
        assert b" 413 " in client.recv(200)


def test_a_process_that_dies_is_replaced(port: int) -> None:
    [server] = [each for each in processes() if f"{LOOPBACK}:{port}" in each[1] and each[2] == os.getpid()]
    [child] = [each[0] for each in processes() if each[2] == server[0]]
    os.kill(child, 9)
    until(lambda: answers(port))


def processes() -> list[tuple[int, str, int]]:
    """Number, command line and parent of every process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            found.append((int(entry.name), words, parent))
    return found
