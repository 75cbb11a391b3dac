"""A server of waitress that ends without losing a request.

waitress alone ends at once: what was asked and not yet answered is lost, and so is what a proxy sends on a connection
that it kept open, in the moment in which that is closed. Here a process that is told to end takes in who waits at the
door, closes it, and answers what was asked; each answer says that its connection ends with it. Connections on which
nothing is asked are held open for `linger` seconds, so that a proxy that gives them up sooner never finds one closed.
"""

import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

ANSWER_SECONDS = 50.0  # what takes longer is cut off; an engine that waits for 60 s before it kills sees an end of ours


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that ends with its next answer once the server drains."""

    def service(self) -> None:
        if not self.server.accepting:
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()


class Server:
    """Serves from `options["sockets"]`, one socket, until `end` was called and everything is answered."""

    def __init__(self, application: object, linger: float, **options: Any) -> None:
        self.linger = linger
        self.map: dict[int, Any] = {}
        self.server = create_server(application, map=self.map, **options)
        self.server.channel_class = Channel
        self.told: float | None = None

    def end(self) -> None:
        """Begin to end. May be called by the handler of a signal."""
        if self.told is None:
            self.told = time.monotonic()
            self.server.pull_trigger()

    def run(self) -> None:
        self._turn_until(lambda: self.told is not None)
        self._close_the_door()
        self._turn_until(self._has_ended)

    def _turn_until(self, done: Callable[[], bool]) -> None:
        ended = False
        while not ended:
            wasyncore.loop(timeout=1 if self.told is None else 0.1, use_poll=True, map=self.map, count=1)
            ended = done()

    def _close_the_door(self) -> None:
        """Let in who has connected already, and nobody after them."""
        before = -1
        while len(self.map) > before:
            before = len(self.map)
            self.server.handle_accept()
        self.server.accepting = False
        self.server.del_channel(self.map)
        self.server.socket.close()

    def _has_ended(self) -> bool:
        passed = time.monotonic() - (self.told or 0)
        channels = list(self.server.active_channels.values())
        busy = any(channel.requests or channel.total_outbufs_len for channel in channels)
        return not channels or passed > ANSWER_SECONDS or (not busy and passed > self.linger)
