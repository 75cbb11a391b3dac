"""How quickly a page is served while thousands of connections are open that send nothing, or half: `make bench-doors`.

Milliseconds are of this machine; quiet and crowded are measured in one run, and the ratio is what counts.
"""

import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from apps.sandbox.process import LOOPBACK, free_port
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS, ASKED, LIMIT = 2000, 200, 5.0
BEGINNINGS = {"idle": b"", "half a request": b"GET /healthz HTTP/1.1\r\nHost: "}


def main() -> int:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    port = free_port()
    with tempfile.TemporaryDirectory() as place:
        environment = {
            "PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60, "RINGI_PROCESS": "web", "ALLOWED_HOSTS": LOOPBACK,
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "STATIC_ROOT": place, "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        words = [sys.executable, "-m", "config.serve", "--bind", f"{LOOPBACK}:{port}"]
        server = subprocess.Popen(words, cwd=ROOT, env=environment)
        try:
            until(lambda: asked(port) is not None, going=lambda: server.poll() is None)
            return measured(port)
        finally:
            server.terminate()
            server.wait()


def measured(port: int) -> int:
    quiet = times(port)
    print(f"{'alone':<34} p50 {quiet[0]:6.1f} ms  p95 {quiet[1]:6.1f} ms")
    worst = 0.0
    for name, beginning in BEGINNINGS.items():
        with ExitStack() as crowd:
            for _ in range(CONNECTIONS):
                client = crowd.enter_context(socket.create_connection((LOOPBACK, port)))
                client.sendall(beginning)
            found = times(port)
        worst = max(worst, found[0] / quiet[0])
        ratio = found[0] / quiet[0]
        print(f"{f'{CONNECTIONS} {name}':<34} p50 {found[0]:6.1f} ms  p95 {found[1]:6.1f} ms  x {ratio:.2f}")
    print(f"{'limit':<34} x {LIMIT:.2f}")
    return int(worst > LIMIT)


def times(port: int) -> tuple[float, float]:
    """Median and 95th percentile of asking for a small page, in milliseconds."""
    found = sorted(1000 * (asked(port) or float("inf")) for _ in range(ASKED))
    return statistics.median(found), found[int(len(found) * 0.95)]


def asked(port: int) -> float | None:
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/healthz", timeout=30) as answer:
            return time.perf_counter() - began if answer.status == 200 else None
    except OSError:
        return None


if __name__ == "__main__":
    sys.exit(main())
