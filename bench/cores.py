"""Which processor a process may use (Linux): engine and API each on one of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from engine import LocalNode
from settings import Settings


def engine_apart(settings: Settings, *pids: int) -> AbstractContextManager[None] | None:
    """Return what keeps the local engine on the first core and these processes on the second; None where that cannot be."""
    engine = LocalNode(settings).running()
    if engine is None or not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        return None
    return apart({engine.pid: 0, **dict.fromkeys(pids, 1)})


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
