"""Loading as a ratio to the best bulk requests of ready documents: `make bench-load`.

A: the command's own `load`, from files to the last count. B: the same paragraphs, rendered before the clock runs, sent by
the same number of connections in requests of the same size. In turn (A B A B) in one run, each into indices of its own; the
median of each is compared. Between them a load of reports that were made ready before the clock runs: what that lacks to 1
is the store of reports, the forms and the requests, the rest is reading. Memory: one more load, as a process of its own, with
its helpers, sampled while it runs.
Twice: on cores that engine and load share, and with the engine on one core and all else on another, as with an engine on a
machine of its own. Without arguments the other formats follow, on a quarter of the paragraphs: how fast they load and are read.
Arguments are the formats to measure, `others`, and `shared` or `apart` for one of the two ways; `RASD_BENCH_PARAGRAPHS` and
`RASD_BENCH_ROUNDS` say how much.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.progress import track
from rich.table import Table

from analyzers.names import Aliases
from bench.cores import engine_apart
from bench.formats import FORMATS, OTHERS, Writer, reports
from bench.own_indices import own_indices
from bench.speed import seconds
from indexer import commands
from indexer.batch import PARAGRAPHS
from indexer.commands import LoadOptions, load
from indexer.engine import Action, WritingEngine
from indexer.indices import Indices, stamp
from indexer.readers.sources import find_sources
from indexer.ready import Ready
from indexer.workers import Preparation, ready_reports
from settings import Settings, read_settings

TOTAL = int(os.environ.get("RASD_BENCH_PARAGRAPHS", "20000"))
OTHERS_TOTAL = TOTAL // 4
ROUNDS = int(os.environ.get("RASD_BENCH_ROUNDS", "3"))
APART, SHARED = "apart", "shared"
"""The arguments for engine and load on a core each, and for both on all."""
OTHER = "others"
"""The argument for the formats that have no goal."""


def made_ready(folder: Path, settings: Settings) -> list[Ready]:
    """Return the reports of a folder, ready to be written."""
    made = ready_reports(find_sources([folder]), Preparation("bench", settings.zone), 0)
    return [report for report in made if isinstance(report, Ready)]


def ready_actions(made: list[Ready]) -> list[Action]:
    """Return every paragraph as an action that is rendered already."""
    return [
        Action(
            "", f"{report.report_id}:{position}", 1, document.close({"report_version": 1, "story": report.report_id})
        )
        for report in made
        for position, document in report.paragraphs.documents
    ]


def raw_seconds(engine: WritingEngine, settings: Settings, actions: list[Action]) -> float:
    """Return how long the bulk requests alone take, into a new index, until all can be found: a load's time ends there too."""
    name = Indices(engine, settings).create("paragraphs", stamp())
    engine.set_index(name, {"refresh_interval": None})
    placed = [Action(name, action.id, action.version, action.document) for action in actions]
    requests = [placed[start : start + PARAGRAPHS] for start in range(0, len(placed), PARAGRAPHS)]

    def send() -> None:
        with ThreadPoolExecutor(settings.load_connections) as executor:
            list(executor.map(lambda request: engine.bulk(request, require_alias=False), requests))
        engine.refresh(name)

    took = seconds(send)
    assert engine.count(name) == len(actions)  # noqa: S101  (a bench that lost something measures nothing)
    engine.delete_index(name)
    return took


def load_seconds(folder: Path, total: int) -> float:
    """Return how long a load of so many paragraphs into new indices takes, from the files to the last count."""
    with own_indices() as (engine, settings):
        Indices(engine, settings).ensure()
        took = seconds(lambda: load(engine, settings, [folder], LoadOptions("bench")))
        assert engine.count(Aliases(settings.index).paragraphs) == total  # noqa: S101  (the same)
        return took


def unread_seconds(folder: Path, made: list[Ready]) -> float:
    """Return how long the same takes where nothing is left to be read: reports that are ready come from the readers."""
    with patch.object(commands, "ready_reports") as readers:
        readers.return_value = (ready for ready in made)
        return load_seconds(folder, TOTAL)


def peak_memory(folder: Path) -> tuple[float, float]:
    """Return megabytes of a load as a process with its helpers: the highest of its first half, and of its second."""
    with own_indices() as (_engine, settings):
        process = subprocess.Popen(
            [sys.executable, "-m", "indexer", "load", str(folder)],
            env={**os.environ, "RASD_INDEX": settings.index},
            stdout=subprocess.DEVNULL,
        )
        sampled = []
        while process.poll() is None:
            sampled.append(sum(map(resident, family(process.pid))))
            time.sleep(0.1)
        assert process.returncode == 0  # noqa: S101  (the same)
    half = len(sampled) // 2
    return max(sampled[:half]), max(sampled[half:])


def family(pid: int) -> Iterator[int]:
    """Yield the number of a process and of every process that it started."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def resident(pid: int) -> float:
    """Return the megabytes that a process holds, what it shares with others counted in part (Pss)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def places(how: str, settings: Settings) -> AbstractContextManager[None]:
    """Keep the local engine on one core and this process on another, where that is asked for."""
    if how == SHARED:
        return nullcontext()
    kept = engine_apart(settings, os.getpid())
    if kept is None:
        raise SystemExit(
            f"{APART} wants Linux, two cores and this machine's engine: python -m engine run -- python -m bench.load {APART}"
        )
    return kept


def main() -> None:
    """Measure and print a table for each way."""
    settings = read_settings(index="bench-raw")
    connections = settings.load_connections
    told = {SHARED: "engine and load share all cores", APART: "engine and load on a core each"}
    wanted = [word for word in sys.argv[1:] if word not in {*told, OTHER}]
    for how in [way for way in told if way in sys.argv] or (told if wanted or OTHER not in sys.argv else ()):
        table = Table(
            "format", "load, paragraphs/s", "ready bulk, paragraphs/s", "ratio", "without reading",
            "MB, first half", "MB, second half",
            title=f"{TOTAL:,} paragraphs, {connections} connections, median of {ROUNDS} in turn, {told[how]}",
        )  # fmt: skip
        with places(how, settings):
            for suffix in wanted or FORMATS:
                table.add_row(suffix, *measured(suffix))
        Console(file=sys.stdout).print(table)
    if not sys.argv[1:] or OTHER in sys.argv:
        Console(file=sys.stdout).print(other_formats(settings))


def other_formats(settings: Settings) -> Table:
    """Return a table of the formats that have no goal: what they load at, and what reading them alone takes."""
    table = Table(
        "format", "paragraphs", "MB", "load, paragraphs/s", "reading and making ready alone, paragraphs/s",
        title="other formats, engine and load share all cores",
    )  # fmt: skip
    for name, write in track(OTHERS.items(), description="other formats", console=Console(stderr=True)):
        table.add_row(name, *_other(write, settings))
    return table


def _other(write: Writer, settings: Settings) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, reports(OTHERS_TOTAL))
        # Some formats part them otherwise; and what is read is warm now.
        paragraphs = len(ready_actions(made_ready(folder, settings)))
        alone = seconds(lambda: made_ready(folder, settings))
        megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        load_seconds(folder, paragraphs)
        taken = statistics.median(load_seconds(folder, paragraphs) for _ in range(ROUNDS))
        yield from (f"{paragraphs:,}", f"{megabytes:.1f}", f"{paragraphs / taken:,.0f}", f"{paragraphs / alone:,.0f}")


def measured(suffix: str) -> Iterator[str]:
    """Yield the cells of a format."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        FORMATS[suffix](folder, reports(TOTAL))
        made = made_ready(folder, read_settings())
        loads, unread, raws = [], [], []
        load_seconds(folder, TOTAL)  # a node that was just started takes twice as long
        for _ in track(range(ROUNDS), description=suffix, console=Console(stderr=True)):
            loads.append(load_seconds(folder, TOTAL))
            unread.append(unread_seconds(folder, made))
            with own_indices() as (engine, own):
                raws.append(raw_seconds(engine, own, ready_actions(made)))
        yield from (f"{TOTAL / statistics.median(taken):,.0f}" for taken in (loads, raws))
        ratios = [raw / taken for raw, taken in zip(raws, loads, strict=True)]
        yield f"{statistics.median(raws) / statistics.median(loads):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        yield f"{statistics.median(raws) / statistics.median(unread):.2f}"
        yield from (f"{megabytes:.0f}" for megabytes in peak_memory(folder))


if __name__ == "__main__":
    main()
