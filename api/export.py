"""Every hit of a search, page by page, from one point in time: what the CSV and the NDJSON are made of.

Points in time hold the engine's files open, so they are few at once, and each is closed however its reading ends.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import orjson
from anyio import CancelScope

from analyzers.names import FIGURE_KINDS, Aliases
from api.cells import guarded, plain
from api.documents import permalink
from api.engine import ExportingEngine
from api.errors import CutOff, EngineDown, EngineFault, EngineSlow, ExportsTaken, IndexMissing
from api.hits import Reading, hit_of, new_reading
from api.lexicon import LexiconWatch
from api.params import CsvParams, ExportParams
from api.parser import Tree
from api.request import HIT_FIELDS, all_lift_of, highlight, hits_query
from api.scope import Scope
from api.understanding import Understanding
from settings import Settings

Json = dict[str, Any]
Pages = AsyncGenerator[list[Json], None]

PAGE = 500
BOM = "\ufeff"
"""Without it Excel reads UTF-8 as the code page of its country."""
COLUMNS = (
    "level",
    "score",
    "title",
    "text",
    "published",
    "source",
    "permalink",
    "url",
    "text_url",
    "matched",
    "kind",
    "collection",
    "language",
    "places",
    "actors",
    "tags",
    "id",
    "report_id",
    "position",
    "content_hash",
    "dates",
    "dead",
    "wounded",
    "victims",
)
IN_INDEX_ORDER: list[Json] = [{"_shard_doc": "asc"}]
"""A page costs the same however many lie before it."""
BEST_FIRST: list[Json] = [{"_score": "desc"}, {"_shard_doc": "asc"}]


class Exporter:
    """Writes whole results. Its generators raise before their first part what makes an answer of its own, a 503 say."""

    def __init__(self, engine: ExportingEngine, lexicon: LexiconWatch, settings: Settings) -> None:
        self._engine = engine
        self._understanding = Understanding(engine, lexicon, settings.index)
        self._settings = settings
        self._index = Aliases(settings.index).paragraphs
        self._free = asyncio.Semaphore(settings.exports)

    async def ndjson(self, params: ExportParams, base: str, scope: Scope) -> AsyncGenerator[bytes, None]:
        """Yield a line a hit, in the order of the index, and at the end `{"done": n}` or `{"error": {...}}`."""
        done = 0
        try:
            async with aclosing(self._pages(params, IN_INDEX_ORDER, scope)) as pages:
                async for hits in pages:
                    done += len(hits)
                    yield b"".join(orjson.dumps(_told(hit, base)) + b"\n" for hit in hits)
        except (EngineDown, EngineSlow, EngineFault) as error:
            if not done:
                raise
            yield orjson.dumps({"error": {"detail": _reason(error), "hits": done}}) + b"\n"
            return
        yield orjson.dumps({"done": done}) + b"\n"

    async def csv(self, params: CsvParams, base: str, scope: Scope) -> AsyncGenerator[bytes, None]:
        """Yield the table, best hits first. Where the engine fails midway, CutOff: half a table must not pass for a whole."""
        cell = plain if params.raw else guarded
        head = BOM + _rows([list(COLUMNS)])
        try:
            async with aclosing(self._pages(params, BEST_FIRST, scope)) as pages:
                async for hits in pages:
                    yield (head + _rows([_row(_told(hit, base), cell) for hit in hits])).encode()
                    head = ""
        except (EngineDown, EngineSlow, EngineFault) as error:
            if head:
                raise
            raise CutOff(_reason(error)) from error

    async def _pages(self, params: ExportParams, order: list[Json], scope: Scope) -> Pages:
        """Yield pages of hits, at least one, the last of which is not full."""
        tree = await self._understanding.tree(params.q, scope)
        reading = new_reading(tree, params.match, params.snippet, all_lift_of(tree))
        body = export_body(params, tree, reading, self._settings)
        async with self._point_in_time() as pit:
            after: Json = {}
            while True:
                found = await self._engine.search_at(pit, {**body, "size": PAGE, "sort": order, **after}, scope)
                hits = found["hits"]["hits"]
                yield [hit_of(hit, reading) for hit in hits]
                if len(hits) < PAGE:
                    return
                after = {"search_after": hits[-1]["sort"]}

    @asynccontextmanager
    async def _point_in_time(self) -> AsyncIterator[str]:
        if self._free.locked():
            raise ExportsTaken(self._settings.exports)
        async with self._free:
            pit = await self._engine.open_point_in_time(self._index)
            try:
                yield pit
            finally:
                # Also when the client has walked away, and everything here is being cancelled.
                with CancelScope(shield=True):
                    await self._engine.close_point_in_time(pit)


def export_body(params: ExportParams, tree: Tree, reading: Reading, settings: Settings) -> Json:
    """Return the search of an export, without size and order."""
    return {
        "query": hits_query(params, tree, settings.zone),
        "_source": HIT_FIELDS,
        "highlight": highlight(reading.nonce, params.match),
        "track_scores": True,
        "track_total_hits": False,
    }


def _told(hit: Json, base: str) -> Json:
    return {**hit, "permalink": base + permalink(hit)}


def _row(hit: Json, cell: Callable[[object], str]) -> list[str]:
    matched = list(dict.fromkeys(match["surface"] for match in hit["matches"]))
    told = {**hit, "level": str(hit["level"]), "matched": matched, **_mentions(hit)}
    return [cell(told[column]) for column in COLUMNS]


def _mentions(hit: Json) -> Json:
    """Return what a text names, as cells hold it: days and spans of days in ISO 8601, people as 45, 74..100 or 20.. ."""
    days = [_days(reading) for named in hit["dates"] for reading in named["readings"]]
    people = {kind: [_people(told) for told in hit["figures"] if told["kind"] == kind] for kind in FIGURE_KINDS}
    return {"dates": days, **people}


def _days(reading: Json) -> str:
    return str(reading["from"]) if reading["from"] == reading["to"] else f"{reading['from']}/{reading['to']}"


def _people(figure: Json) -> str:
    low, high = figure["low"], figure["high"]
    return str(low) if low == high else f"{low}..{'' if high is None else high}"


def _rows(rows: list[list[str]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, dialect="excel").writerows(rows)
    return written.getvalue()


def _reason(error: Exception) -> str:
    if isinstance(error, IndexMissing):
        return "the index was replaced while it was read; ask again"
    return f"{error}; what came before is good, but not all; ask again"
