"""What is kept between two starts of the demo, named after what it was made from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(files: Iterable[Path]) -> str:
    """A short name for the content of files."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def static_files(root: Path) -> Path:
    """Where the collected static files of this source tree are, or will be."""
    sources = [file for file in (root / "static").rglob("*") if file.is_file()]
    name = fingerprint([*sources, root / "requirements" / "demo.txt", root / "config" / "settings.py"])
    return root / ".build" / f"static-{name}"
