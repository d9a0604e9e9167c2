"""A corpus of any size made of `bench.prose`: by the product's own load, or as bulk requests of ready documents."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analyzers.names import Aliases
from bench.reports import write_reports
from bench.speed import seconds
from indexer.batch import PARAGRAPHS
from indexer.commands import LoadOptions, load
from indexer.engine import Action, WritingEngine
from indexer.flight import in_order
from indexer.forms import FormCounter
from indexer.indices import Indices
from indexer.readers.sources import find_sources
from indexer.ready import Ready
from indexer.workers import Preparation, ready_reports
from settings import Settings

LOADED_UP_TO = 200_000
"""Paragraphs; more are sent as ready documents, which leaves the report store empty and saves an hour."""


def fill(engine: WritingEngine, settings: Settings, paragraphs: int) -> tuple[str, float]:
    """Fill the indices with so many paragraphs, and return how, and at how many a second."""
    with tempfile.TemporaryDirectory() as folder:
        file = write_reports(Path(folder), paragraphs)
        if paragraphs <= LOADED_UP_TO:
            took = seconds(lambda: load(engine, settings, [file], LoadOptions("bench")))
            return "load", paragraphs / took
        Indices(engine, settings).ensure()
        # The corpus is counted by a load; this one makes the state that the API reads.
        load(engine, settings, [write_reports(_inside(folder), 20, seed=1)], LoadOptions("other"))
        return "ready bulk", paragraphs / seconds(lambda: send_ready(engine, settings, file))


def _inside(folder: str) -> Path:
    inside = Path(folder) / "other"
    inside.mkdir()
    return inside


def send_ready(engine: WritingEngine, settings: Settings, file: Path) -> None:
    """Send the paragraphs of a file of reports, and their forms, in bulk requests on several connections."""
    aliases = Aliases(settings.index)
    engine.set_index(aliases.paragraphs, {"refresh_interval": "-1"})
    forms = FormCounter(engine, aliases.forms, is_new=True)
    with ThreadPoolExecutor(settings.load_connections) as pool:
        requests = _requests(file, settings, aliases.paragraphs, forms)
        for failures in in_order(pool, engine.bulk, requests, ahead=settings.load_connections):
            if failures:
                raise RuntimeError(f"{len(failures)} paragraphs were refused: {failures[0]}")
    forms.flush()
    engine.set_index(aliases.paragraphs, {"refresh_interval": None})


def _requests(file: Path, settings: Settings, alias: str, forms: FormCounter) -> Iterator[list[Action]]:
    request: list[Action] = []
    for report in ready_reports(find_sources([file]), Preparation("bench", settings.zone), 1):
        if not isinstance(report, Ready):
            raise TypeError(f"a report was not taken: {report}")
        forms.add_counts("bench", report.paragraphs.forms)
        fields = {"report_version": 1, "story": report.report_id}
        request += [
            Action(alias, f"{report.report_id}:{position}", 1, document.close(fields))
            for position, document in report.paragraphs.documents
        ]
        if len(request) >= PARAGRAPHS:
            yield request
            request = []
    if request:
        yield request
