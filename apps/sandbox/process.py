"""Child processes that never outlive their parent, and ports that are free."""

import ctypes
import errno
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
PR_SET_PDEATHSIG = 1


def free_port() -> int:
    """A TCP port on loopback where nobody listens now."""
    with listener(LOOPBACK) as opened:
        return int(opened.getsockname()[1])


def listener(host: str, preferred: int = 0) -> socket.socket:
    """A socket that listens at the preferred TCP port, or at any free one if somebody else does.

    Whoever keeps it open keeps the port, whatever becomes of the child that answers there.
    """
    for port in (preferred, 0):
        try:
            return socket.create_server((host, port), backlog=128)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(f"no free port at {host}")


def die_with_parent(parent_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child does first, so that it is told when its parent is gone (Linux; elsewhere nothing)."""
    if not hasattr(os, "pidfd_open"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, parent_signal)


def unprivileged() -> dict[str, Any]:
    """`Popen` arguments that give up root, which PostgreSQL refuses to run as; empty for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def reaches(path: Path) -> bool:
    """Whether the unprivileged user, or the ordinary one that we are, can open the folder or run the program."""
    probe = ["/usr/bin/env", "test", "-x", str(path)]
    return subprocess.run(probe, capture_output=True, check=False, cwd="/", **unprivileged()).returncode == 0


def give_to_unprivileged(path: Path) -> None:
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    parent_signal: signal.Signals = signal.SIGTERM,
    drop_root: bool = False,
    keep: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own (Ctrl-C reaches only us), its output appended to `log`.

    `keep` are the file descriptors that it inherits.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,
            pass_fds=keep,
            preexec_fn=die_with_parent(parent_signal),  # noqa: PLW1509 - calls prctl only
            **(unprivileged() if drop_root else {}),
        )


def stop(*children: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, seconds: float = 15) -> None:
    """End children kindly and all at once, after `seconds` by force, with everything they started."""
    living = [child for child in children if child.poll() is None]
    for child in living:
        child.send_signal(how)
    give_up = time.monotonic() + seconds
    for child in living:
        try:
            child.wait(max(0.0, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
