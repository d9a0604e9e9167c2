"""Files of the lock file come from Maven into a folder: eight at a time, each checked before it gets its name."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from typing import TYPE_CHECKING

import stamina
from jgo.maven import MavenContext, PythonResolver

from engine.errors import NodeError
from engine.home import STAGING
from engine.jars import checksum
from engine.progress import shown_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.jars import Jar

THREADS = 8
NETWORK_ATTEMPTS = 4
CHECKSUM_ATTEMPTS = 2
READ_TIMEOUT = 30


class WrongFileError(Exception):
    """A file came, but it is not the one that the lock file names."""


class Downloader:
    """Fetches jars into `target`; `repositories` (name to URL) stand in for jgo's own default where they are given."""

    def __init__(self, target: Path, repositories: dict[str, str] | None = None) -> None:
        self._target = target
        self._staging = target / STAGING
        self._repositories = repositories
        self._stopped = Event()

    def fetch(self, jars: Sequence[Jar]) -> None:
        """Fetch all of `jars`. Raises NodeError; what came before the error stays, so that a second try goes on."""
        shutil.rmtree(self._staging, ignore_errors=True)
        self._staging.mkdir(parents=True)
        with shown_progress("Downloading OpenSearch", sum(jar.size for jar in jars)) as advance:
            self._fetch_all(jars, advance)
        shutil.rmtree(self._staging, ignore_errors=True)

    def _fetch_all(self, jars: Sequence[Jar], advance: Callable[[int], None]) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            try:
                for done in [pool.submit(self._fetch_one, jar, advance) for jar in jars]:
                    done.result()
            except BaseException:
                # Ctrl-C or an error: what waits is dropped and what runs ends at its next piece.
                self._stopped.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _fetch_one(self, jar: Jar, advance: Callable[[int], None]) -> None:
        try:
            self._checked(jar, advance)
        except WrongFileError as error:
            raise NodeError(f"{error}. Something on the way changes downloads; nothing of it was kept.") from error
        except (OSError, RuntimeError) as error:
            told = f"{jar.filename} could not be downloaded: {error}"
            raise NodeError(f"{told}\nStart again when that is put right: what came is kept.") from error

    @stamina.retry(on=WrongFileError, attempts=CHECKSUM_ATTEMPTS, wait_initial=0.1)
    def _checked(self, jar: Jar, advance: Callable[[int], None]) -> None:
        came = self._downloaded(jar, advance)
        found = checksum(came)
        if found != jar.sha256:
            advance(-came.stat().st_size)
            came.unlink()
            raise WrongFileError(f"{jar.filename} has the SHA-256 {found}; the right file has {jar.sha256}")
        final = self._target / jar.path
        final.parent.mkdir(parents=True, exist_ok=True)
        came.replace(final)

    @stamina.retry(on=(OSError, RuntimeError), attempts=NETWORK_ATTEMPTS, timeout=None)
    def _downloaded(self, jar: Jar, advance: Callable[[int], None]) -> Path:
        # jgo takes a file that exists for a whole one, so every try gets a folder of its own.
        cache = Path(mkdtemp(dir=self._staging))
        with self._counted(advance) as count:
            resolver = PythonResolver(progress_callback=lambda _name, _size: _yielding(count))
            context = MavenContext(resolver, cache, remote_repos=self._repositories, timeout=READ_TIMEOUT)
            project = context.project(jar.group, jar.artifact).at_version(jar.version)
            return Path(project.artifact(classifier=jar.classifier, packaging=jar.packaging).resolve())

    @contextmanager
    def _counted(self, advance: Callable[[int], None]) -> Iterator[Callable[[int], None]]:
        """Count the bytes of one try, and take them back when it fails."""
        total = 0

        def count(size: int) -> None:
            nonlocal total
            if self._stopped.is_set():
                raise NodeError("The download was stopped.")
            total += size
            advance(size)

        try:
            yield count
        except BaseException:
            advance(-total)
            raise


@contextmanager
def _yielding(count: Callable[[int], None]) -> Iterator[Callable[[int], None]]:
    yield count
