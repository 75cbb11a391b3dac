"""Logs as one JSON object a line, with request ids and never a local variable or a request of an AWS client."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog

KEY = re.compile(r"(/account/password/reset/key/)[^/\s?\"']+")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# Every bell of every sweep, also while nothing is due: a hundred megabytes a day. What a task did has lines of its own.
BELLS = ("celery.worker.strategy", "celery.app.trace", "django_structlog.celery.receivers")
QUIET = ("botocore", "boto3", "urllib3", "s3transfer", "cfnlint")


class QuietClients(logging.Filter):
    """Drops what AWS clients and the linter log below WARNING, whatever level is set: debug lines hold bodies."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or record.name.split(".")[0] not in QUIET


class QuietBeat(logging.Filter):
    """Drops that beat rings. What else it says stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        rings = record.name == "celery.beat" and str(record.msg).startswith("Scheduler: Sending due task")
        return not rings or record.levelno >= logging.WARNING


class OneLine(logging.Filter):
    """Leaves the stack out where a request was refused as it came: anybody who reaches the pages can send thousands."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True


def without_keys(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """The event without the keys of links that set a password: whoever reads the log could use them."""
    return {name: KEY.sub(r"\1***", value) if isinstance(value, str) else value for name, value in event.items()}


def say_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """In the place of `sys.excepthook`: the end of a process is a line like any other, also before logs are set up."""
    stack = [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(trace)]
    said = {"event": f"{kind.__name__}: {error}", "level": "critical", "timestamp": f"{datetime.now(UTC):%FT%TZ}"}
    sys.stderr.write(json.dumps(said | {"exception": stack}) + "\n")


def processors() -> list[Any]:
    return [
        without_keys,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]


def logging_settings(level: str) -> dict[str, Any]:
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    quiet = ["quiet_clients", "one_line", *([] if level == "DEBUG" else ["quiet_beat"])]
    tracebacks = structlog.processors.ExceptionRenderer(
        structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "quiet_clients": {"()": "config.logs.QuietClients"},
            "quiet_beat": {"()": "config.logs.QuietBeat"},
            "one_line": {"()": "config.logs.OneLine"},
        },
        "formatters": {
            "json": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": processors(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    tracebacks,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "loggers": {} if level == "DEBUG" else {name: {"level": "WARNING"} for name in BELLS},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": quiet}},
        "root": {"handlers": ["console"], "level": level},
    }
