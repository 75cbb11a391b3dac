"""`python -m apps.sandbox.endpoint --port N`: the endpoint as a process of its own."""

import argparse
import signal
import threading

from apps.sandbox.endpoint.server import Endpoint


def main() -> None:
    parser = argparse.ArgumentParser(description="An AWS endpoint on loopback, for the demo and for tests.")
    parser.add_argument("--port", type=int, default=0, help="0 = any free one")
    endpoint = Endpoint(parser.parse_args().port, unknown_keys_are_root=False).start()
    print(endpoint.url, flush=True)
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    stopped.wait()
    endpoint.stop()


if __name__ == "__main__":
    main()
