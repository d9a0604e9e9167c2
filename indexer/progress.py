"""What a long command shows while it runs: how far it is, how fast, what is left, what was refused so far."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from indexer.repair import repair
from indexer.summary import Refusal, Summary

SHOWN_REFUSALS = 20
"""Refusals shown as they happen; the rest is counted."""


class LoadProgress:
    """A progress bar on standard error; where that is no terminal, nothing but the refusals."""

    def __init__(self, what: str, total: int, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, soft_wrap=True, highlight=False)
        self._started = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(compact=True),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self._task: TaskID = self._bar.add_task(what, total=max(total, 1), told="")
        self._shown = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advance(self, amount: int, summary: Summary) -> None:
        """Move the bar by an amount of the total and show the counts so far."""
        rate = summary.paragraphs / max(time.monotonic() - self._started, 0.001)
        refused = f", {summary.refused:,} refused" if summary.refused else ""
        told = f"{summary.paragraphs:,} paragraphs, {rate:,.0f} a second{refused}"
        self._bar.update(self._task, advance=amount, told=told)

    def refused(self, refusal: Refusal) -> None:
        """Show one refusal, unless there were many already."""
        self._shown += 1
        if self._shown <= SHOWN_REFUSALS:
            # Repaired: a file name or a field may hold what moves the cursor of a terminal.
            place, reason = escape(repair(refusal.place)), escape(repair(refusal.reason))
            self.console.print(f"[red]refused[/red] {place}: {reason}")
        elif self._shown == SHOWN_REFUSALS + 1:
            self.console.print("[red]refused[/red] more; all are counted, the first are shown")
