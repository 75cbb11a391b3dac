"""The site doesn't start with settings that would be unsafe, and says which one it is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATABASE = "postgres://ringi_app@127.0.0.1:1/ringi"
PRINT = "import json, os; from config import settings; print(json.dumps({}))"


def load(expression: str = "{}", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Load the settings and print an expression as JSON."""
    return run(PRINT.format(expression), **environment)


def run(code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a process that has no other environment."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60, "DATABASE_URL": DATABASE} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def loaded(expression: str, **environment: str) -> object:
    done = load(expression, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"RINGI_AWS_ENDPOINT_URL": "http://evil.example"}, "not in RINGI_AWS_ENDPOINT_ALLOWED"),
        (
            {"RINGI_AWS_ENDPOINT_URL": "http://a:1", "RINGI_AWS_ENDPOINT_ALLOWED": "http://a:11"},
            "not in RINGI_AWS_ENDPOINT_ALLOWED",
        ),
        ({"RINGI_DEMO": "true"}, "must be an address on 127.0.0.1"),
        ({"RINGI_DEMO": "true", "RINGI_AWS_ENDPOINT_URL": "http://10.0.0.1:5000"}, "must be an address on 127.0.0.1"),
        (
            {"RINGI_DEMO": "true", "RINGI_AWS_ENDPOINT_URL": "http://127.0.0.1@evil.example"},
            "must be an address on 127.0.0.1",
        ),
        ({"RINGI_PROCESS": "root"}, "use web, planner, executor, beat or manage"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN is too short"),
        ({"SECRET_KEY": "x" * 49, "RINGI_PROCESS": "web"}, "SECRET_KEY is too short"),
        ({"SECURE_SSL_REDIRECT": "ture"}, "SECURE_SSL_REDIRECT is 'ture'; use true or false"),
        ({"RINGI_DEMO": "perhaps"}, "RINGI_DEMO is 'perhaps'; use true or false"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES is '-1'; use a whole number"),
        ({"DATABASE_URL": "ringi:secret@host"}, "DATABASE_URL can't be read; it begins with postgres://"),
        ({"DATABASE_OWNER_URL": "mysql://o:secret@host"}, "DATABASE_OWNER_URL can't be read"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL can't be read; it begins with redis://"),
        ({"EMAIL_URL": "mail.example.com"}, "EMAIL_URL can't be read; it begins with smtp://"),
        ({"EMAIL_URL": "smtp+tls://u:secret@mail.example.com:587"}, "RINGI_ADDRESS is not set"),
        ({"RINGI_FAULTS": "intended", "RINGI_PROCESS": "executor"}, "RINGI_FAULTS makes processes die, for tests"),
        ({"LOG_LEVEL": "verbose"}, "LOG_LEVEL is 'verbose'; use DEBUG, INFO"),
    ],
)
def test_unsafe_settings_are_refused_with_a_sentence(environment: dict[str, str], sentence: str) -> None:
    done = load(**environment)
    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]
    assert "secret@" not in done.stderr


def test_the_end_of_a_process_is_a_line_of_json() -> None:
    done = load(RINGI_PROCESS="web", LOG_LEVEL="verbose")
    [line] = done.stderr.splitlines()
    assert json.loads(line)["event"].startswith("ImproperlyConfigured: LOG_LEVEL is 'verbose'")


def test_a_variable_that_is_set_to_nothing_is_not_set() -> None:
    empty = dict.fromkeys(
        ("TRUSTED_PROXIES", "SECURE_SSL_REDIRECT", "REDIS_URL", "LOG_LEVEL", "DATABASE_OWNER_URL"), ""
    )
    values = "[settings.TRUSTED_PROXIES, settings.SECURE_SSL_REDIRECT, settings.REDIS_URL, settings.LOG_LEVEL]"
    assert loaded(values, **empty) == [0, True, "redis://127.0.0.1:6379/0", "INFO"]


def test_the_mail_server_is_read_from_its_address() -> None:
    given = {"EMAIL_URL": "smtp+tls://u:secret@mail.example.com:587", "RINGI_ADDRESS": "https://ringi.example/"}
    values = "[settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_HOST_PASSWORD]"
    assert loaded(values, **given) == ["mail.example.com", 587, True, "secret"]
    assert loaded("settings.RINGI_ADDRESS", **given) == "https://ringi.example"


def test_an_allowed_endpoint_is_used() -> None:
    allowed = {"RINGI_AWS_ENDPOINT_URL": "http://vpce.example", "RINGI_AWS_ENDPOINT_ALLOWED": "http://vpce.example"}
    assert loaded("settings.RINGI_AWS_ENDPOINT_URL", **allowed) == "http://vpce.example"


@pytest.mark.parametrize("process", ["web", "beat"])
def test_processes_without_aws_forget_credentials(process: str) -> None:
    given = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s", "AWS_PROFILE": "p"}
    left = loaded("{n: v for n, v in os.environ.items() if n.startswith('AWS')}", RINGI_PROCESS=process, **given)
    assert left == {"AWS_EC2_METADATA_DISABLED": "true"}


def test_workers_keep_their_credentials() -> None:
    assert loaded("os.environ['AWS_PROFILE']", RINGI_PROCESS="executor", AWS_PROFILE="p") == "p"


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file")
    assert loaded("settings.SECRET_KEY", SECRET_KEY_FILE=str(tmp_path / "key")) == "from the file"


def test_the_line_break_at_the_end_of_a_file_is_no_part_of_the_secret(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgres://ringi_app:secret@127.0.0.1:1/ringi\n")
    named = "settings.DATABASES['default']['NAME']"
    assert loaded(named, DATABASE_URL="", DATABASE_URL_FILE=str(tmp_path / "url")) == "ringi"


def test_cookies_are_bound_to_the_host_and_to_tls() -> None:
    names = "[settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE]"
    assert loaded(names) == ["__Host-ringi_session", "__Host-ringi_csrf", True]


def test_tracebacks_in_logs_hold_no_local_variables_and_clients_stay_quiet() -> None:
    log = (
        "import logging, logging.config, json; from config import settings;"
        "logging.config.dictConfig(settings.LOGGING);"
        "logging.getLogger('botocore.endpoint').setLevel('DEBUG');"
        "logging.getLogger('botocore.endpoint').debug('body: hunter2');\n"
        "def call():\n"
        "    password = 'hunter' + '2'\n"
        "    raise ValueError('no')\n"
        "try:\n    call()\n"
        "except ValueError:\n    logging.getLogger('ringi').exception('failed')\n"
    )
    done = run(log, LOG_LEVEL="DEBUG")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["failed"]
    assert "hunter2" not in done.stderr


EVERYTHING = (
    "import sys; from config.celery import app; app.loader.import_default_modules(); import config.urls; "
    "print('cfnlint' in sys.modules)"
)


@pytest.mark.parametrize("process", ["web", "planner", "executor", "beat"])
def test_only_the_planner_loads_the_linter(process: str) -> None:
    """With everything that workers and pages import: it takes a second and a hundred megabytes."""
    done = run(EVERYTHING, RINGI_PROCESS=process)
    assert (done.stdout.strip(), done.stderr) == (str(process == "planner"), "")
