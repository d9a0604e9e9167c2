"""One process at a time: the second waits, says that it does, and then finds everything done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from engine.errors import NodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Longer than a download over a slow line; a lock of a dead process is let go by the system at once.
LOCK_LIMIT = 1800.0


@contextmanager
def held(path: Path, report: Callable[[str], None], limit: float = LOCK_LIMIT) -> Iterator[None]:
    """Hold the lock file `path`, after `limit` seconds of waiting at most. Raises NodeError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            report(f"Waiting for another process, which holds {path}")
            lock.acquire(timeout=limit)
    except Timeout as error:
        raise NodeError(f"Another process has held {path} for {limit:.0f} s; end it and start again.") from error
    try:
        yield
    finally:
        lock.release()
