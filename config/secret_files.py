"""Environment variables that may be given as files, as NAME_FILE. What can't be read is refused by name."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class SecretFiles(FileAwareMapping):  # type: ignore[misc]  # django-environ has no types
    """Reads the files. The line break that an editor leaves at the end is not part of a secret."""

    def __getitem__(self, name: str) -> str:
        value = str(super().__getitem__(name))
        return value.rstrip("\r\n") if self.env.get(f"{name}_FILE") else value


class FileAwareEnv(environ.FileAwareEnv):  # type: ignore[misc]
    """A variable that is set to nothing counts as not set."""

    ENVIRON = SecretFiles()

    def __init__(self) -> None:
        super().__init__()
        self.read: dict[str, tuple[str, Any]] = {}  # what each variable is, and its default, for the reference

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **more: Any) -> Any:
        self.read.setdefault(var, ("list" if cast is list else "text", default))
        return super().get_value(var, cast, default, **more)

    def bool(self, var: str, default: bool = False) -> bool:
        """Yes or no. Raises `ImproperlyConfigured` for any other word."""
        self.read.setdefault(var, ("true or false", default))
        given = self.str(var, default="").strip().lower()
        if given and given not in WORDS:
            raise ImproperlyConfigured(f"{var} is {given!r}; use true or false.")
        return WORDS[given] if given else default

    def int(self, var: str, default: Any = 0) -> Any:
        """A whole number that is not negative. Raises `ImproperlyConfigured` for anything else."""
        self.read.setdefault(var, ("number", default))
        given = self.str(var, default="").strip()
        if given and not (given.isascii() and given.isdecimal()):
            raise ImproperlyConfigured(f"{var} is {given!r}; use a whole number.")
        return int(given) if given else default

    def address(self, var: str, default: Any, *schemes: Any) -> str:
        """The address of a server. Raises `ImproperlyConfigured` without saying it, since it may hold a password."""
        self.read.setdefault(var, ("address", default))
        given = str(self.str(var, default="") or default)
        if given.partition("://")[0] not in schemes:
            raise ImproperlyConfigured(f"{var} can't be read; it begins with {schemes[0]}://.")
        return given
