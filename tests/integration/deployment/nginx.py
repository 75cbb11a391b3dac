"""The nginx of docs/deployment.md, run beside a deployment with its own file; only addresses and paths differ."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from apps.sandbox.process import LOOPBACK, free_port
from tests.integration.deployment.compose import ROOT
from tests.waiting import until

NGINX = shutil.which("nginx")
FILE = ROOT / "config/deployment/nginx.conf"
MAIN = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/ringi.conf;
}}
"""


class From(HTTPAdapter):
    """Connects from an address of its own, as another client would."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: object, **more: object) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **more)


@contextmanager
def proxy(folder: Path, pages: str) -> Iterator[tuple[str, str]]:
    """The addresses with and without TLS of an nginx in front of the pages."""
    folder.mkdir()
    secure, plain = free_port(), free_port()
    certificate(folder)
    text = re.sub(r"listen \[::\].*\n", "", FILE.read_text())
    text = text.replace("listen 443", f"listen {LOOPBACK}:{secure}").replace("listen 80", f"listen {LOOPBACK}:{plain}")
    text = text.replace("/etc/ssl/certs/", f"{folder}/").replace("/etc/ssl/private/", f"{folder}/")
    (folder / "ringi.conf").write_text(text.replace("127.0.0.1:8000", pages))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    process = subprocess.Popen([NGINX or "", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    try:
        until(
            (folder / "nginx.pid").exists,
            (folder / "error.log").read_text,
            going=lambda: process.poll() is None,
        )
        yield f"https://localhost:{secure}", f"http://localhost:{plain}"
    finally:
        process.terminate()
        process.wait()


def certificate(folder: Path) -> None:
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "ringi.key", "-out", folder / "ringi.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip


def client(folder: Path, address: str, **headers: str) -> requests.Session:
    session = requests.Session()
    session.verify, session.trust_env = str(folder / "ringi.pem"), False
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
