"""One paragraph with its neighbours, one report with its paragraphs: what is read by id."""

from __future__ import annotations

import re
from typing import Any

from analyzers.names import Aliases
from api.clauses import unit_clause
from api.engine import ReadingEngine
from api.errors import Gone, NotFound
from api.hits import Reading, hit_of, new_reading, paragraph_of
from api.lexicon import LexiconWatch
from api.params import ReportParams
from api.parser import Tree
from api.request import HIT_FIELDS, highlight
from api.scope import Scope
from api.understanding import Understanding
from settings import Settings

Json = dict[str, Any]

_PARAGRAPH_ID = re.compile(r"(?P<report>[a-z0-9][a-z0-9_-]{0,63}):(?P<position>\d{1,6})")
_REPORT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_META = (
    "collection",
    "title",
    "source",
    "author",
    "url",
    "published",
    "published_text",
    "language",
    "places",
    "actors",
    "tags",
)
PAGE = 500
"""Paragraphs that one request to the engine brings."""


class Reader:
    """Answers what is asked for by id."""

    def __init__(self, engine: ReadingEngine, lexicon: LexiconWatch, settings: Settings) -> None:
        self._understanding = Understanding(engine, lexicon, settings.index)
        self._engine = engine
        self._aliases = Aliases(settings.index)

    async def paragraph(self, paragraph_id: str, version: str | None, context: int, scope: Scope) -> Json:
        """Return a paragraph and up to `context` neighbours on each side; Gone where `version` is no longer its text."""
        match = _PARAGRAPH_ID.fullmatch(paragraph_id)
        if not match:
            raise NotFound("an id of a paragraph is <report>:<position>")
        report_id, position = match["report"], int(match["position"])
        places = range(max(0, position - context), position + context + 1)
        found = await self._engine.documents(
            self._aliases.paragraphs, [f"{report_id}:{place}" for place in places], scope
        )
        paragraph = paragraph_of(found[paragraph_id]) if paragraph_id in found else None
        if paragraph is None or not _is_version(paragraph, version):
            raise await self._lost(paragraph_id, paragraph, version, scope)
        around = [(place, found.get(f"{report_id}:{place}")) for place in places]
        before = [paragraph_of(source) for place, source in around if source and place < position]
        after = [paragraph_of(source) for place, source in around if source and place > position]
        return {**paragraph, "permalink": permalink(paragraph), "context": {"before": before, "after": after}}

    async def _lost(self, paragraph_id: str, now: Json | None, version: str | None, scope: Scope) -> Exception:
        """Return why a paragraph, or a text of it, is not there, and where it went: paragraphs move when one is put before.

        `now` is what stands in its place. Of what the caller may not see it is said that it never was.
        """
        report_id = paragraph_id.rpartition(":")[0]
        records = await self._engine.documents(self._aliases.reports, [report_id], scope, ["deleted_at"])
        record = records.get(report_id)
        if record is None or (version is None and "deleted_at" not in record):
            return NotFound("there is no such paragraph")
        if "deleted_at" in record:
            return Gone("the report of this paragraph was taken down")
        if moved := await self._moved(report_id, version, scope):
            return Gone("this text stands elsewhere in its report now", successor=permalink(moved))
        if now:
            return Gone("the paragraph has another text now", successor=permalink(now))
        return Gone("its report no longer has this paragraph", successor=f"/v1/reports/{report_id}")

    async def _moved(self, report_id: str, version: str | None, scope: Scope) -> Json | None:
        """Return the paragraph of a report that has the text of a permalink now."""
        # Not by a query: a prefix of a hash is one that the engine counts as expensive and refuses.
        paragraphs = await self._paragraphs(report_id, ReportParams.model_validate({}), scope)
        return next((paragraph for paragraph in paragraphs if _is_version(paragraph, version)), None)

    async def check_report(self, report_id: str, scope: Scope) -> None:
        """Raise NotFound where the caller may not know of a report; one that was taken down is known."""
        known = _REPORT_ID.fullmatch(report_id) and await self._engine.documents(
            self._aliases.reports, [report_id], scope, ["deleted_at"]
        )
        if not known:
            raise NotFound("there is no such report")

    async def report(self, report_id: str, params: ReportParams, scope: Scope) -> Json:
        """Return a report with all its paragraphs in order, marked where a query is given."""
        if not _REPORT_ID.fullmatch(report_id):
            raise NotFound("there is no such report")
        records = await self._engine.documents(self._aliases.reports, [report_id], scope)
        record = records.get(report_id)
        if record is None:
            raise NotFound("there is no such report")
        if "deleted_at" in record:
            raise Gone("this report was taken down")
        paragraphs = await self._paragraphs(report_id, params, scope)
        stored = {**record["report"], **{name: paragraphs[0][name] for name in _META}} if paragraphs else {}
        meta = {name: stored.get(name) for name in _META}
        told = {"version": record["version"], "complete": record["complete"], "changed_at": record["changed_at"]}
        return {"id": report_id, **meta, **told, "paragraphs": paragraphs}

    async def _paragraphs(self, report_id: str, params: ReportParams, scope: Scope) -> list[Json]:
        tree = None if params.q is None else await self._understanding.tree(params.q, scope)
        body, reading = _report_body(report_id, params, tree)
        paragraphs: list[Json] = []
        after: Json = {}
        while True:
            found = await self._engine.search(self._aliases.paragraphs, {**body, **after}, scope)
            hits = found["hits"]["hits"]
            paragraphs += [_in_report(hit, reading) for hit in hits]
            if len(hits) < PAGE:
                return paragraphs
            after = {"search_after": hits[-1]["sort"]}


def permalink(paragraph: Json) -> str:
    """Return the path that stands for this text of a paragraph for ever: changed, it answers 410."""
    return f"/v1/paragraphs/{paragraph['id']}?v={paragraph['content_hash'][:8]}"


def _is_version(paragraph: Json, version: str | None) -> bool:
    return version is None or paragraph["content_hash"].startswith(version.lower())


def _report_body(report_id: str, params: ReportParams, tree: Tree | None) -> tuple[Json, Reading | None]:
    query: Json = {"filter": [{"term": {"report_id": report_id}}]}
    body: Json = {"size": PAGE, "sort": [{"position": "asc"}], "_source": HIT_FIELDS, "query": {"bool": query}}
    if tree is None:
        return body, None
    reading = new_reading(tree, params.match, longest=0)
    query["should"] = [unit_clause(number, unit, params.match) for number, unit in enumerate(tree.units)]
    query["minimum_should_match"] = 0
    return {**body, "highlight": highlight(reading.nonce, params.match)}, reading


def _in_report(found: Json, reading: Reading | None) -> Json:
    """Return a paragraph of a report: a hit without its score; `level` is null where the query met nothing in it."""
    if reading is None:
        return paragraph_of(found["_source"])
    hit = hit_of({**found, "_score": 0.0}, reading)
    del hit["score"], hit["context"], hit["found_by"]
    return {**hit, "level": hit["level"] if hit["matches"] else None}
