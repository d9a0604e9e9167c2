"""Making reports ready in processes of their own, while this one talks to the engine.

A task is what a process gets at once: small files to read and make ready, or records that were read here from a large one.
Tasks come back in order, and only so many are under way that memory stays flat.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from multiprocessing.connection import wait
from zoneinfo import ZoneInfo

from indexer.bounds import Bounds
from indexer.flight import in_order
from indexer.readers.given import Item, Source
from indexer.readers.sources import format_told, read, size_of
from indexer.ready import Made, make_ready

TASK_BYTES = 256 * 1024
TASK_ITEMS = 64
"""A task ends at either: bytes of input, files or records."""
WHOLE_BYTES = 1024 * 1024
"""A file of at most so many bytes is read by the process that makes it ready, a larger one here, record by record."""
ARCHIVES = {"zip", "tar", "packed", "warc", "xlsx"}
"""What a small file of these formats unpacks to has no such bound: it is read here too."""
ONE_REPORT = {"pdf", "docx"}
"""A file of these is one report, whatever its size, and reading it is most of the work."""
WORTH_PROCESSES = 4 * 1024 * 1024
"""Bytes of input from which on processes are worth their start, which takes a second."""
MOST_PROCESSES = 1
"""Processes unless the setting says more: with this one it stays under 300 MB (279), with two it took 349."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """What items are made ready with: the collection of those that name none, the zone of their dates, what may be written."""

    collection: str
    zone: ZoneInfo
    bounds: Bounds = field(default_factory=Bounds)

    def made(self, items: Iterable[Item]) -> list[Made]:
        """Return items ready to be written, refused or skipped."""
        return make_ready(self.bounds.kept(items, self.collection), self.collection, self.zone)


def one_by_one(items: Iterable[Item], preparation: Preparation) -> Generator[Made, None, None]:
    """Yield each item, made ready, as it comes."""
    for item in items:
        yield from preparation.made([item])


@dataclass(slots=True)
class Work:
    """A task: files to read, or items that have been read."""

    sources: list[Source] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    size: int = 0

    def add_source(self, source: Source, size: int) -> None:
        """Add a file."""
        self.sources.append(source)
        self.size += size

    def add_item(self, item: Item) -> None:
        """Add what was read of a file."""
        self.items.append(item)
        self.size += item.size

    @property
    def is_full(self) -> bool:
        """Whether the task should be begun now."""
        return self.size >= TASK_BYTES or len(self.sources) + len(self.items) >= TASK_ITEMS


def ready_reports(
    sources: list[Source], preparation: Preparation, processes: int | None, *, is_engine_here: bool = False
) -> Generator[Made, None, None]:
    """Yield everything that files hold, in order: ready to be written, refused or skipped."""
    work = partial(_done, preparation=preparation)
    count = process_count(processes, sum(map(size_of, sources)), is_engine_here=is_engine_here)
    if not count:
        for source in sources:
            yield from one_by_one(read(source), preparation)
        return
    with _pool(count) as pool:
        try:
            yield from chain.from_iterable(in_order(pool, work, _tasks(sources), ahead=2 * count + 1))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def process_count(wanted: int | None, size: int, *, is_engine_here: bool = False) -> int:
    """Return how many processes an input of so many bytes gets, 0 where this one does it all.

    An engine on this machine wants two cores for itself. On two in all, a process beside this one made loads slower: 0.67 of
    ready bulk requests and not 0.76.
    """
    if wanted is not None:
        return wanted
    spare = (os.cpu_count() or 1) - (2 if is_engine_here else 1)
    return max(0, min(MOST_PROCESSES, spare)) if size >= WORTH_PROCESSES else 0


def _tasks(sources: Iterable[Source]) -> Iterator[Work]:
    work = Work()
    for source in sources:
        size = size_of(source)
        if _is_read_whole(source, size):
            work.add_source(source, size)
        else:
            # In order: what was gathered before goes first.
            yield work
            work = Work()
            for item in read(source):
                work.add_item(item)
                if work.is_full:
                    yield work
                    work = Work()
        if work.is_full or work.items:
            yield work
            work = Work()
    yield work


def _is_read_whole(source: Source, size: int) -> bool:
    """Tell whether a file is read where it is made ready: all that it holds is then in memory at once."""
    name = format_told(source)
    return name in ONE_REPORT or (size <= WHOLE_BYTES and name not in ARCHIVES)


def _done(work: Work, preparation: Preparation) -> list[Made]:
    """Do one task; runs in the process that got it."""
    items = chain(work.items, chain.from_iterable(map(read, work.sources)))
    return preparation.made(items)


def _pool(count: int) -> ProcessPoolExecutor:
    # Started anew and not forked: a fork of a process with threads can stand still for ever.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_begin)


def _begin() -> None:
    """Let a process end with its parent and not before: Ctrl-C is the parent's to answer, a killed one leaves none behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os._exit(1)
