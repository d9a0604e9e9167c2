"""The lock file `jars.tsv`: which files the local node is made of, and their checksums."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SERVER = ("org.opensearch", "opensearch")


@dataclass(frozen=True, slots=True)
class Jar:
    """One row of the lock file: a Maven coordinate, where the file belongs in the node's home, and what it must be."""

    folder: str
    group: str
    artifact: str
    version: str
    classifier: str
    packaging: str
    sha256: str
    size: int

    @property
    def filename(self) -> str:
        """The name that Maven gives the file."""
        middle = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{middle}.{self.packaging}"

    @property
    def path(self) -> str:
        """Where the file is kept, relative to the home; zips stay out of the folders that Java reads."""
        return f"zips/{self.filename}" if self.packaging == "zip" else f"{self.folder}/{self.filename}"


def lock_file() -> bytes:
    """Return the packaged lock file as it is on disk."""
    return files(__package__).joinpath("jars.tsv").read_bytes()


@cache
def read_jars() -> tuple[Jar, ...]:
    """Return every row of the lock file, in its order."""
    lines = lock_file().decode().splitlines()
    return tuple(_read_row(line) for line in lines if line and not line.startswith("#"))


def _read_row(line: str) -> Jar:
    folder, group, artifact, version, classifier, packaging, sha256, size = line.split("\t")
    return Jar(folder, group, artifact, version, classifier, packaging, sha256, int(size))


@cache
def server_version() -> str:
    """Return the version of OpenSearch: the lock file is the one place that names it."""
    return next(jar.version for jar in read_jars() if (jar.group, jar.artifact) == SERVER)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file in lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
