"""`python -m apps.sandbox.worker ...`: a Celery worker whose processes all end when it is killed, however it is."""

import signal
import sys

from celery.signals import worker_process_init

from apps.sandbox.process import die_with_parent
from config.celery import app


def follow(**_: object) -> None:
    if prepare := die_with_parent(signal.SIGKILL):
        prepare()


if __name__ == "__main__":
    worker_process_init.connect(follow)
    sys.exit(app.worker_main(sys.argv[1:]))
