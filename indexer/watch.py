"""Watching a folder: what is new or changed in it is loaded as soon as it is written to its end.

The system's notices (through watchfiles) only say that it is time to look; what to load is decided by size and time of
each file. So a notice that was lost, or a share that sends none, costs a minute and no file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import watchfiles

from indexer.commands import LoadOptions, load_sources
from indexer.engine import WritingEngine
from indexer.errors import EngineUnavailable, IndexerError, LockHeld
from indexer.readers.given import Source
from indexer.readers.sources import find_sources
from indexer.summary import Summary
from settings import Settings

TICK = 0.5
"""Seconds between two looks while something is being written."""
SETTLED = 2.0
"""Seconds for which a file's size and time must stand still until it is read: before, it may be half a file."""
LOOK_ANYWAY = 60.0
"""Seconds after which the folder is looked through without a notice."""

Stamp = tuple[int, int]
"""Size in bytes and time of the last change in nanoseconds."""


class Settling:
    """Which files stand still and are not loaded as they are now."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._loaded: dict[Path, Stamp] = {}
        self._since: dict[Path, tuple[Stamp, float]] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether there are files that may settle soon."""
        return bool(self._since)

    def settled(self, sources: Iterable[Source]) -> list[Source]:
        """Return those of the files there are that are new or changed, and have stood still for long enough."""
        now, still, since = self._clock(), [], {}
        for source in sources:
            stamp = _stamp(source.path)
            if stamp is None or self._loaded.get(source.path) == stamp:
                continue
            before, seen_at = self._since.get(source.path, (stamp, now))
            since[source.path] = (stamp, seen_at if before == stamp else now)
            if before == stamp and now - seen_at >= SETTLED:
                still.append(source)
        self._since = since
        return still

    def loaded(self, sources: Iterable[Source]) -> None:
        """Remember files as loaded, or refused: as they are, they are not read again."""
        for source in sources:
            stamp, _ = self._since.pop(source.path)
            self._loaded[source.path] = stamp


def _stamp(path: Path) -> Stamp | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns


def watch(
    engine: WritingEngine, settings: Settings, folder: Path, options: LoadOptions, say: Callable[[str], None]
) -> None:
    """Load what is in a folder and what comes into it, until Ctrl-C. `say` is told what happened, a line each.

    While the engine is away, or another indexer writes, it waits, says so once, and does afterwards what has gathered.
    """
    settling, looked_at, said = Settling(), float("-inf"), ""
    ticks = watchfiles.watch(folder, rust_timeout=int(TICK * 1000), step=50, debounce=200, yield_on_timeout=True)
    for notices in ticks:
        now = time.monotonic()
        if not notices and not settling.is_waiting and now - looked_at < LOOK_ANYWAY:
            continue
        looked_at = now
        sources = settling.settled(_sources(folder))
        if not sources:
            continue
        try:
            summary = load_sources(engine, settings, sources, options)
        except (EngineUnavailable, LockHeld) as error:
            if str(error) != said:
                said = str(error)
                say(f"waiting: {said}")
            continue
        said = ""
        # Also what was refused: it is named, and read again when it changes.
        settling.loaded(sources)
        for line in (_told(summary, sources), *summary.notes):
            say(line)


def _sources(folder: Path) -> list[Source]:
    try:
        return find_sources([folder])
    except IndexerError:
        return []  # there is nothing in it yet


def _told(summary: Summary, sources: list[Source]) -> str:
    files = sources[0].place if len(sources) == 1 else f"{len(sources):,} files"
    return f"{files}: {summary.sentence()}"
