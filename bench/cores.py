"""Which processor a process may use (Linux): engine and API each on one of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

IS_HERE = hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1


@contextmanager
def apart(places: Mapping[int, int]) -> Iterator[None]:
    """Keep processes, by their pid, to one core each, by its number, inside the `with`; afterwards all have all again."""
    every = range(os.cpu_count() or 1)
    try:
        for pid, core in places.items():
            _allow(pid, {core})
        yield
    finally:
        for pid in places:
            _allow(pid, set(every))


def _allow(pid: int, cores: set[int]) -> None:
    # A thread keeps what it may; only those that it starts from now on inherit it.
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread.name), cores)
