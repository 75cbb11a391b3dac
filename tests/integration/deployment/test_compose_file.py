"""The compose file: valid, and every process contained and given only what it needs."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from config import bell, drain
from tests.integration.deployment import nginx
from tests.integration.deployment.compose import FILE, ROOT, services

LASTING = ("web", "planner", "reader", "executor", "beat")
OURS = ("migrate", *LASTING, "demo")


def mentioned(service: str) -> set[str]:
    """The secrets whose files its environment or command names, or a configuration that it is given."""
    parts = services()[service]
    words = [*parts.get("command", ()), *map(str, parts.get("environment", {}).values())]
    if service == "proxy":
        words += [word for file in nginx.FILES.iterdir() for word in re.split(r"[\s;]", file.read_text())]
    return {match[1] for word in words if (match := re.fullmatch(r"/run/secrets/(\w+)", str(word)))}


def test_the_file_follows_the_compose_specification() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", FILE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("service", sorted(services()))
def test_no_service_is_root_or_writes_its_image_or_has_a_capability(service: str) -> None:
    parts = services()[service]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", parts["user"])
    assert parts["read_only"] is True
    assert parts["cap_drop"] == ["ALL"]
    assert parts["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("service", sorted(set(services()) - {"migrate"}))
def test_every_lasting_service_has_a_health_check(service: str) -> None:
    assert services()[service]["healthcheck"]["test"]


@pytest.mark.parametrize("service", sorted(services()))
def test_a_service_is_given_exactly_the_secrets_that_it_reads(service: str) -> None:
    assert mentioned(service) == set(services()[service].get("secrets", ()))


@pytest.mark.parametrize("service", sorted(services()))
def test_no_secret_stands_in_the_file(service: str) -> None:
    environment = services()[service].get("environment", {})
    secret = [name for name in environment if re.search("PASSWORD|SECRET|KEY|_URL", name)]
    assert [name for name in secret if not name.endswith("_FILE")] == []


def test_only_migrations_know_the_owner_of_the_database() -> None:
    assert [name for name in services() if "database_owner_url" in services()[name].get("secrets", ())] == ["migrate"]


def test_whoever_looks_and_whoever_calls_have_keys_of_their_own_and_the_others_none() -> None:
    keys = {name: mentioned(name) & {"planner_aws", "executor_aws"} for name in services()}
    assert {name: names for name, names in keys.items() if names} == {
        "planner": {"planner_aws"},
        "reader": {"planner_aws"},
        "executor": {"executor_aws"},
    }
    for name in ("web", "beat", "migrate"):
        assert not any(variable.startswith("AWS") for variable in services()[name]["environment"])


@pytest.mark.parametrize("service", LASTING)
def test_processes_say_which_they_are_and_wait_for_the_tables(service: str) -> None:
    parts = services()[service]
    assert parts["environment"]["RINGI_PROCESS"] == {"reader": "planner"}.get(service, service)
    assert parts["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_only_the_proxy_is_published_and_the_demo_to_this_machine() -> None:
    published = {name: parts["ports"] for name, parts in services().items() if "ports" in parts}
    assert published == {"proxy": ["80:8080", "443:8443"], "demo": ["127.0.0.1:8000:8000"]}


def test_only_workers_and_the_proxy_are_on_networks_that_lead_outside() -> None:
    networks = yaml.safe_load(FILE.read_text())["networks"]
    leading = {name for name, parts in networks.items() if not parts.get("internal")}
    reaching = {name: set(parts["networks"]) & leading for name, parts in services().items()}
    assert {name: found for name, found in reaching.items() if found} == {
        "proxy": {"front"}, "demo": {"demo"}, "planner": {"outside"}, "reader": {"outside"}, "executor": {"outside"},
    }  # fmt: skip
    assert set(services()["proxy"]["networks"]) == {"front", "pages"}


@pytest.mark.parametrize("service", sorted(services()))
def test_every_service_has_limits(service: str) -> None:
    parts = services()[service]
    assert {"mem_limit", "pids_limit", "logging"} <= set(parts)
    assert set(parts["logging"]["options"]) == {"max-size", "max-file"}
    assert all("size=" in place for place in parts["tmpfs"])


def test_other_peoples_images_are_pinned() -> None:
    images = [parts["image"] for parts in services().values() if "build" not in parts]
    images += re.findall(r"^ARG PYTHON=(.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert [image for image in images if not re.search(r"@sha256:[0-9a-f]{64}$", image)] == []


def test_our_image_is_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f'image.version="{version}"' in (ROOT / "Dockerfile").read_text()
    assert {services()[name]["image"].rpartition(":")[2] for name in OURS} == {version}


@pytest.mark.parametrize("service", ["planner", "reader", "executor"])
def test_workers_get_the_time_of_their_longest_task(service: str) -> None:
    assert int(services()[service]["stop_grace_period"].removesuffix("s")) > bell.task_time_limit


def test_web_gets_the_time_of_its_longest_answer() -> None:
    assert int(services()["web"]["stop_grace_period"].removesuffix("s")) > drain.ANSWER_SECONDS


def test_every_secret_is_written_by_the_script_once(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    script = [ROOT / "config/deployment/secrets.sh", folder]
    subprocess.run(script, check=True)
    first = {path.name: path.read_text() for path in folder.iterdir()}
    assert set().union(*(services()[name].get("secrets", ()) for name in services())) <= set(first)
    subprocess.run(script, check=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == first
    assert folder.stat().st_mode & 0o777 == 0o700
    passwords = [text for name, text in first.items() if name.endswith(("_password", "_key"))]
    assert len(set(passwords)) == len(passwords)


@pytest.mark.parametrize("service", OURS)
def test_the_image_of_a_service_is_a_stage_of_the_dockerfile(service: str) -> None:
    stages = re.findall(r"^FROM \S+ AS (\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert services()[service]["build"]["target"] in stages


def test_what_the_image_copies_exists_and_is_let_through() -> None:
    let_through = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [name for name in let_through if not (ROOT / name).exists()] == []
    assert {"apps", "config", "requirements", "static", "templates", "manage.py"} <= set(let_through)
    assert not {"secrets", "tests", ".env"} & set(let_through)
