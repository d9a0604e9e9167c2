"""What the checks of data share: a Rasd under a prefix of its own, commands as processes, and all that it holds."""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import orjson

from analyzers.names import CORPUS_ID, Aliases
from bench.own_indices import remove
from indexer.commands import LoadOptions, load
from indexer.engine import WritingEngine
from indexer.indices import Indices
from settings import CHECKOUT, Settings, read_settings

Json = dict[str, Any]

INDEXER = ("-m", "indexer")
A_REPORT = 19
"""Paragraphs of a report, besides its title."""
_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_AT_ONCE = 1000


class Trial:
    """A Rasd that is loaded, harmed and looked at from outside."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.aliases = Aliases(settings.index)
        self.engine = WritingEngine(settings)
        self.indices = Indices(self.engine, settings)
        self.url = settings.opensearch_urls()[0]

    def start(
        self, *arguments: str, url: str | None = None, program: tuple[str, ...] = INDEXER
    ) -> subprocess.Popen[str]:
        """Start `python -m indexer` (or another program) on this Rasd, the engine at `url` where it is not the node's."""
        ours = {"RASD_OPENSEARCH_URL": url or self.url, "RASD_INDEX": self.settings.index, "PYTHONUNBUFFERED": "1"}
        return subprocess.Popen(
            [sys.executable, *program, *arguments],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), **ours},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, program: tuple[str, ...] = INDEXER) -> tuple[int, str, str]:
        """Run a command to its end and return its exit code and what it said on its two streams."""
        process = self.start(*arguments, program=program)
        said, error = process.communicate(timeout=600)
        return process.returncode, said, error

    def load(self, folder: str | Path) -> None:
        """Load a folder in this process, where the load is not what is tried."""
        load(self.engine, self.settings, [Path(folder)], LoadOptions("default"))

    def ask(self, method: str, path: str, body: object = None) -> Json:
        """Ask the engine past both doors."""
        answer = httpx2.request(method, f"{self.url}{path}", json=body, timeout=60)
        answer.raise_for_status()
        return dict(answer.json())

    def paragraphs(self) -> dict[str, str]:
        """Return the content hash of every paragraph that a search can find, by id."""
        self.engine.refresh(self.aliases.paragraphs)
        pages = self.engine.pages(self.aliases.paragraphs, {"_source": ["content_hash"]}, size=_AT_ONCE)
        return {hit["_id"]: hit["_source"]["content_hash"] for page in pages for hit in page}

    def forms(self) -> dict[str, Json]:
        """Return every form with its spellings and counts."""
        self.engine.refresh(self.aliases.forms)
        pages = self.engine.pages(self.aliases.forms, {"_source": ["surfaces", "paragraphs"]}, size=_AT_ONCE)
        return {hit["_id"]: hit["_source"] for page in pages for hit in page}

    def corpus(self) -> Json:
        """Return what the corpus is told to hold, without the moment and the versions."""
        body = self.engine.documents(self.aliases.state, [CORPUS_ID])[CORPUS_ID]["body"]
        return {name: body[name] for name in ("paragraphs", "reports", "from", "to", "undated")}

    def complete(self) -> dict[str, int]:
        """Return the reports that carry the mark `complete`, and how many paragraphs each has."""
        self.engine.refresh(self.aliases.reports)
        query = {"query": {"term": {"complete": True}}, "_source": ["end"]}
        pages = self.engine.pages(self.aliases.reports, query, size=_AT_ONCE)
        return {hit["_id"]: hit["_source"]["end"] for page in pages for hit in page}

    def missing(self, reports: dict[str, int]) -> int:
        """Return how many of the paragraphs of reports are not there; reports by id, with their number of paragraphs."""
        ids = [f"{report_id}:{position}" for report_id, number in reports.items() for position in range(number)]
        found = (
            self.engine.documents(self.aliases.paragraphs, ids[start : start + _AT_ONCE], ["position"])
            for start in range(0, len(ids), _AT_ONCE)
        )
        return len(ids) - sum(map(len, found))

    def names(self) -> set[str]:
        """Return the names of all indices of this Rasd, stray ones too."""
        return set(self.engine.indices(f"{self.settings.index}*"))


@contextmanager
def opened(settings: Settings, **changed: object) -> Iterator[Trial]:
    """Open a Rasd under a fresh prefix on the node of the settings, and remove it at the end."""
    ours = {"opensearch_url": settings.opensearch_urls()[0], "index": f"r{secrets.token_hex(5)}", **changed}
    trial = Trial(read_settings(**{**settings.model_dump(), **ours}))
    with closing(trial.engine):
        try:
            yield trial
        finally:
            remove(trial.engine, trial.settings.index)


def reports(chance: random.Random, number: int, paragraphs: int = A_REPORT) -> Iterator[Json]:
    """Yield reports, every paragraph with a text of its own, words as frequent as words are."""
    words = ["".join(chance.choices(_LETTERS, k=chance.randint(2, 7))) for _ in range(3000)]
    shares = [1 / (place + 1) for place in range(len(words))]
    for place in range(number):
        texts = [" ".join(chance.choices(words, shares, k=12)) for _ in range(paragraphs)]
        yield {
            "id": f"r-{place}",
            "title": f"تقرير {place}",
            "published": f"20{10 + place % 15}-0{1 + place % 9}-01",
            "paragraphs": [f"{text} {place}/{line}" for line, text in enumerate(texts)],
        }


def write_lines(path: Path, records: Iterable[Json]) -> Path:
    """Write records as lines of JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(map(orjson.dumps, records)) + b"\n")
    return path
