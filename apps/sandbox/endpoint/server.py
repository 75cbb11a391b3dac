"""The endpoint itself: what a request passes on its way to moto and back."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Literal, Self

from moto.backends import get_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from apps.sandbox import estate
from apps.sandbox.endpoint import (
    access,
    balancing,
    bucket_tags,
    defaults,
    groups,
    inference,
    orderable,
    price_book,
    reboot,
    settle,
    slow,
    strictness,
)
from apps.sandbox.endpoint.control import control, reset
from apps.sandbox.endpoint.faults import Fault, Kind, failure_of
from apps.sandbox.endpoint.incoming import Environ, Incoming, read
from apps.sandbox.endpoint.remote import PREFIX, ask
from apps.sandbox.endpoint.state import Call, Lab, comes_after
from apps.sandbox.endpoint.wire import Failure, Reply, reply
from apps.sandbox.process import LOOPBACK

WARM: tuple[Literal["ec2", "rds", "redshift", "elbv2"], ...] = ("ec2", "rds", "redshift", "elbv2")
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class QuietHandler(MotoRequestHandler):  # type: ignore[misc]
    """Writes nothing: the lab records requests itself."""

    def log(self, type: str, message: str, *args: Any) -> None:
        return


class LabApplication:
    """moto behind our own checks."""

    def __init__(self, lab: Lab, seed: Callable[[], Any]) -> None:
        settle.install()
        slow.install()
        reboot.install()
        inference.install()
        groups.install()
        balancing.install()
        bucket_tags.install()
        defaults.install()
        orderable.install()
        self.lab, self.seed = lab, seed
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(PREFIX):
            return send(control(self.lab, self.seed, environ), start_response)
        incoming = read(environ)
        time.sleep(self.lab.latency)
        fault = self.lab.fault_for(incoming)
        if fault and not comes_after(fault):
            self.record(incoming, 0, effect=False)
            return self.fail(fault, incoming, environ, start_response)
        answer = self.carried_out(incoming, environ)
        if fault:
            return self.fail(fault, incoming, environ, start_response)
        return send(answer, start_response)

    def carried_out(self, incoming: Incoming, environ: Environ) -> Reply:
        """moto's answer, or the refusal that AWS has and moto has not."""
        failure = self.refusal(incoming)
        answer = reply(incoming, failure) if failure else self.answered(incoming, environ)
        self.record(incoming, answer.number, effect=answer.number < 400)
        return answer

    def answered(self, incoming: Incoming, environ: Environ) -> Reply:
        ours = (incoming.service, incoming.operation) == (price_book.SERVICE, price_book.OPERATION)
        return price_book.answer(incoming) if ours else self.ask_moto(environ)

    def refusal(self, incoming: Incoming) -> Failure | None:
        if not incoming.operation:
            return None
        denied = access.refusal(incoming, unknown_keys_are_root=self.lab.unknown_keys_are_root)
        return denied or strictness.refusal(incoming)

    def ask_moto(self, environ: Environ) -> Reply:
        head: list[Any] = []

        def started(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            head[:] = [status, headers]

        body = b"".join(self.moto(environ, started))
        return Reply(head[0], head[1], body)

    def record(self, incoming: Incoming, status: int, *, effect: bool) -> None:
        who, values = incoming.caller, incoming.parameters
        where = incoming.service, incoming.operation, incoming.account, incoming.region
        self.lab.record(Call(time.time(), *where, who.arn, who.session, status, effect, values))

    def fail(
        self, fault: Fault, incoming: Incoming, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        failure = failure_of(fault, incoming)
        if failure:
            return send(reply(incoming, failure), start_response)
        if fault.kind is Kind.TIMEOUT:
            time.sleep(fault.seconds)
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return send(Reply("503 Service Unavailable", [], b""), start_response)


def send(answer: Reply, start_response: StartResponse) -> Iterable[bytes]:
    start_response(answer.status, answer.headers)
    return [answer.body]


def warm_up() -> None:
    """Make the accounts that moto makes with their first request and keeps: it draws identifiers for them only once."""
    for service in WARM:
        for size in estate.SIZES:
            get_backend(service)[size.account][size.region]


class Endpoint:
    """The endpoint in a thread of this process, on loopback. Its resources live as long as the process."""

    def __init__(self, port: int = 0, *, unknown_keys_are_root: bool = True) -> None:
        self.state = Lab(unknown_keys_are_root=unknown_keys_are_root)
        self.port = port
        self.server: BaseWSGIServer | None = None

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> Self:
        application = LabApplication(self.state, lambda: estate.build(self.url))
        reset(self.state)
        warm_up()
        self.server = make_server(LOOPBACK, self.port, application, threaded=True, request_handler=QuietHandler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def lab(self, **values: Any) -> dict[str, Any]:
        """Set `settle`, `latency` or `faults` over the control API; the new state."""
        return ask(self.url, "state", values)

    def settle(self) -> None:
        """Let everything that is busy be done now."""
        ask(self.url, "settle")

    def reset(self) -> None:
        """Forget everything but the settle times."""
        ask(self.url, "reset")

    def seed(self) -> dict[str, Any]:
        """Forget everything and build the demo's estate."""
        return ask(self.url, "seed")

    def calls(self) -> list[Call]:
        return list(self.state.calls)
