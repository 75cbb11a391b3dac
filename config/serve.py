"""The server of the pages: `python -m config.serve`.

waitress reads a whole request before a thread hears of it, so that clients who send slowly, or nothing at all, hold no
thread. A few processes share one socket; one that dies is replaced. SIGTERM loses no request (`config/drain.py`).
"""

import argparse
import os
import resource
import signal
import socket
import sys

from config.drain import Server

BODY_MOST = 4 * 1024 * 1024
HEADERS_MOST = 32 * 1024
CONNECTIONS_MOST = 4000  # of each process; beyond them a newcomer waits at the socket
IDLE_SECONDS = 30
BACKLOG = 1024


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.serve", description="Serve the pages until SIGTERM.")
    parser.add_argument("--bind", required=True, help="host:port, or fd://<number> of a socket that listens already")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8, help="of each process")
    parser.add_argument(
        "--linger", type=float, default=0, metavar="SECONDS",
        help="after SIGTERM, of connections on which nothing is asked: longer than a proxy keeps them",
    )  # fmt: skip
    options = parser.parse_args()
    door = opened(options.bind)
    allow_files(CONNECTIONS_MOST + 200)
    from config import ready
    from config.wsgi import application  # before the processes part, so that they share what is loaded

    ready.check_or_exit()

    def another() -> int:
        return child(door, application, options.threads, options.linger)

    children = {another() for _ in range(options.processes)}
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop(door, children))
    while children:
        ended, _ = os.wait()
        children.discard(ended)
        children.add(another())
    return 0


def opened(bind: str) -> socket.socket:
    if bind.startswith("fd://"):
        return socket.socket(fileno=int(bind.removeprefix("fd://")))
    host, _, port = bind.rpartition(":")
    return socket.create_server((host, int(port)), backlog=BACKLOG)


def allow_files(wanted: int) -> None:
    """As many open files as that, if the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def child(door: socket.socket, application: object, threads: int, linger: float) -> int:
    """A process that serves; its number. It ends when its parent does."""
    parent = os.getpid()
    number = os.fork()
    if number:
        return number
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.SIG_DFL)
    server = Server(
        application,
        linger,
        sockets=[door],
        threads=threads,
        ident=None,
        connection_limit=CONNECTIONS_MOST,
        backlog=BACKLOG,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=IDLE_SECONDS // 3,
        max_request_body_size=BODY_MOST,
        max_request_header_size=HEADERS_MOST,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=False,  # whether a proxy is trusted is decided in the settings
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: server.end())
    end_with(parent)
    server.run()
    os._exit(0)


def end_with(parent: int) -> None:
    """Have the system end this process with its parent, where it can."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        sys.exit(0)


def stop(door: socket.socket, children: set[int]) -> None:
    """End all processes and then this one. The last that closes the door is one that lets people in."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.SIG_IGN)
    door.close()
    for number in children:
        os.kill(number, signal.SIGTERM)
    for number in children:
        os.waitpid(number, 0)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
