"""`python -m apps.sandbox.worker FILE ...`: a Celery worker of the demo, loaded early and at work once FILE exists.

All its processes end when it is killed, however it is.
"""

import signal
import sys
import time
from pathlib import Path

from celery.signals import worker_process_init

from apps.sandbox.process import die_with_parent
from config.celery import app

PATIENCE = 0.05


def follow(**_: object) -> None:
    if prepare := die_with_parent(signal.SIGKILL):
        prepare()


def main(opened: str, *options: str) -> int:
    app.loader.import_default_modules()
    while not Path(opened).exists():
        time.sleep(PATIENCE)
    worker_process_init.connect(follow)
    return int(app.worker_main(list(options)) or 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
