"""Environment variables that may be given as files: NAME_FILE instead of NAME."""

import environ
from environ.fileaware_mapping import FileAwareMapping


class SecretFiles(FileAwareMapping):  # type: ignore[misc]  # django-environ has no types
    """Reads the files. The line break that an editor leaves at the end is not part of a secret."""

    def __getitem__(self, name: str) -> str:
        value = str(super().__getitem__(name))
        return value.rstrip("\r\n") if self.env.get(f"{name}_FILE") else value


class FileAwareEnv(environ.FileAwareEnv):  # type: ignore[misc]
    ENVIRON = SecretFiles()
