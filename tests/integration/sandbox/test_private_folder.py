"""A clone below a private home: PostgreSQL runs as somebody who can't get there, and is started all the same."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from apps.sandbox import postgres, process
from apps.sandbox.postgres import Postgres, Unreachable, binaries, reachable


@pytest.fixture
def private() -> Iterator[Path]:
    """A folder of mode 700 in a place that everybody can reach."""
    with tempfile.TemporaryDirectory(prefix="ringi-private-") as place:
        assert Path(place).stat().st_mode & 0o777 == 0o700
        yield Path(place)


@pytest.fixture
def temporary(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for temporary files that everybody can reach."""
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


@pytest.mark.usefixtures("temporary")
def test_a_server_is_started_from_a_private_folder_and_leaves_nothing_elsewhere(
    private: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = binaries()
    copied = private / installation.parent.name / installation.name
    shutil.copytree(installation, copied, symlinks=True)
    libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, private / libraries.name)
    monkeypatch.setattr(postgres, "binaries", lambda: copied)
    with Postgres(private / "state") as server, psycopg2.connect(server.app_url) as application:
        cursor = application.cursor()
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == [(1,)]
    assert list(temporary.glob("*/home-*")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
class TestAsRoot:
    def test_an_installation_is_copied_once_whole_and_only_where_it_must_be(
        self, private: Path, temporary: Path
    ) -> None:
        program = private / "package" / "pginstall" / "bin" / "postgres"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        copy = reachable(private / "package" / "pginstall")
        assert copy.is_relative_to(temporary)
        assert process.reaches(copy / "bin" / "postgres")
        assert reachable(private / "package" / "pginstall") == copy
        private.chmod(0o755)
        assert reachable(private / "package" / "pginstall") == private / "package" / "pginstall"

    def test_a_folder_of_somebody_else_is_not_trusted(self, private: Path, temporary: Path) -> None:
        prepared = temporary / f"ringi-postgres-{os.geteuid()}"
        prepared.mkdir()
        process.give_to_unprivileged(prepared)
        with pytest.raises(Unreachable, match="somebody else"):
            Postgres(private / "state").start()

    def test_where_nothing_can_be_reached_the_sentence_names_the_setting(
        self, private: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(private))
        with pytest.raises(Unreachable, match="Set TMPDIR"):
            Postgres(private / "state").start()
