"""What a download shows: a bar on a terminal, a plain line every few seconds anywhere else."""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINE_EVERY = 5.0
MEGABYTE = 1_000_000


@contextmanager
def shown_progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show `total` bytes coming in; yields a function, safe in threads, that takes the bytes that came."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield PlainLines(console, label, total)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)


class PlainLines:
    """Progress for a log file: a line at the start, every `LINE_EVERY` seconds, and at the end."""

    def __init__(self, console: Console, label: str, total: int) -> None:
        self._console, self._label, self._total = console, label, total
        self._done = 0
        self._lock = Lock()
        self._started = time.monotonic()
        self._shown = 0.0

    def __call__(self, count: int) -> None:
        """Add `count` bytes."""
        with self._lock:
            self._done += count
            now = time.monotonic()
            if now - self._shown >= LINE_EVERY or self._done == self._total:
                self._shown = now
                self._console.print(self._line(now - self._started), highlight=False)

    def _line(self, seconds: float) -> str:
        rate = self._done / max(seconds, 0.001)
        eta = (self._total - self._done) / rate if rate > 0 else 0
        done = f"{self._done / MEGABYTE:.1f} of {self._total / MEGABYTE:.1f} MB"
        return f"{self._label}: {done}, {rate / MEGABYTE:.1f} MB/s, {eta:.0f} s left"
