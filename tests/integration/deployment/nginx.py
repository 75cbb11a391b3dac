"""The proxy of docker-compose.yml, run outside a container with its own files; only addresses and paths differ.

The resolver is a small one of our own: like that of a container engine, it knows where `web` is at this moment.
"""

import re
import shutil
import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from apps.sandbox.process import LOOPBACK, free_port
from tests.integration.deployment.compose import ROOT
from tests.waiting import until

NGINX = shutil.which("nginx")
FILES = ROOT / "config/deployment/nginx"
HEADER = struct.Struct("!6H")
ANSWERED = 0x8180
ADDRESS = struct.pack("!3HIH", 0xC00C, 1, 1, 1, 4)  # of the name asked for, an A record for a second, four bytes long


class From(HTTPAdapter):
    """Connects from an address of its own, as another client would."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: object, **more: object) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **more)


class Names:
    """Answers every question for a name with the addresses of `there`."""

    def __init__(self, there: list[str]) -> None:
        self.there = there
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOPBACK, 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._answer)
        self.thread.start()

    def _answer(self) -> None:
        while question := self.socket.recvfrom(512):
            asked, client = question
            if not asked:
                return
            number = HEADER.unpack_from(asked)[0]
            records = b"".join(ADDRESS + socket.inet_aton(address) for address in self.there)
            header = HEADER.pack(number, ANSWERED, 1, len(self.there), 0, 0)
            self.socket.sendto(header + asked[HEADER.size :] + records, client)

    def close(self) -> None:
        self.socket.sendto(b"", (LOOPBACK, self.port))
        self.thread.join()
        self.socket.close()


@contextmanager
def proxy(folder: Path, secrets: Path, there: list[str], port: str) -> Iterator[tuple[str, str]]:
    """The addresses with and without TLS of an nginx in front of the pages, which are `there`, all at one port."""
    folder.mkdir()
    secure, plain, names = free_port(), free_port(), Names(there)
    here = {
        "listen 8443": f"listen {LOOPBACK}:{secure}", "listen 8080": f"listen {LOOPBACK}:{plain}",
        "127.0.0.11 ": f"{LOOPBACK}:{names.port} ", "web:8000": f"web:{port}",
        "/tmp/": f"{folder}/", "/dev/stderr": f"{folder}/error.log", "/etc/nginx/ringi": str(folder),
        "/run/secrets": str(secrets),
    }  # fmt: skip
    for file in FILES.iterdir():
        (folder / file.name).write_text(re.sub("|".join(here), lambda found: here[found[0]], file.read_text()))
    process = subprocess.Popen([NGINX or "", "-e", folder / "error.log", "-c", folder / "nginx.conf"])
    try:
        until((folder / "nginx.pid").exists, (folder / "error.log").read_text, going=lambda: process.poll() is None)
        yield f"https://localhost:{secure}", f"http://localhost:{plain}"
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()
        names.close()


def client(secrets: Path, address: str, **headers: str) -> requests.Session:
    session = requests.Session()
    session.verify, session.trust_env = str(secrets / "tls_certificate"), False
    session.headers.update(headers)
    session.mount("https://", From(address))
    return session


def sign_in(session: requests.Session, url: str, password: str) -> requests.Response:
    """As a browser does it: the page, then its form."""
    address = f"{url}/account/login/"
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', session.get(address).text)
    assert found
    sent = {"csrfmiddlewaretoken": found[1], "login": "goro", "password": password}
    return session.post(address, sent, headers={"Referer": address}, allow_redirects=False)
