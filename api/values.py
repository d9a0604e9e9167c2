"""The values of a field with their counts: which sources, places, actors and collections the corpus has."""

from __future__ import annotations

from collections import defaultdict
from datetime import tzinfo
from typing import Any

from analyzers.lexicon import Entry, Lexicon, form_of
from analyzers.names import Aliases
from analyzers.tables import listed
from api import filters
from api.bounds import filter_clauses
from api.engine import ReadingEngine
from api.lexicon import LexiconWatch
from api.params import ValuesParams
from api.scope import Scope
from settings import Settings

Json = dict[str, Any]

_IN_LEXICON = {"place", "actor"}
"""Names of fields whose values the lexicon may know: its own kinds."""


class ValuesReader:
    """Answers `/v1/sources`, `/v1/places`, `/v1/actors` and `/v1/collections`."""

    def __init__(self, engine: ReadingEngine, lexicon: LexiconWatch, settings: Settings) -> None:
        self._engine = engine
        self._lexicon = lexicon
        self._zone = settings.zone
        self._index = Aliases(settings.index).paragraphs

    async def values(self, name: str, params: ValuesParams, scope: Scope) -> Json:
        """Return the values of a filter with the paragraphs that have each, the most frequent first."""
        found = await self._engine.search(self._index, values_body(name, params, self._zone), scope)
        told = found["aggregations"]["values"]
        values: list[Json] = [{"value": bucket["key"], "count": bucket["doc_count"]} for bucket in told["buckets"]]
        if name in _IN_LEXICON:
            known = _by_form(self._lexicon.current, name)
            values = [{**value, "lexicon": _entry_told(value["value"], known)} for value in values]
        return {"values": values, "complete": told["sum_other_doc_count"] == 0}


def values_body(name: str, params: ValuesParams, zone: tzinfo) -> Json:
    """Return the search that counts the values of a filter, from doc values."""
    narrowed = {"filter": filter_clauses(params, zone), "must_not": filters.any_of(params.unwanted())}
    terms = {"field": filters.FIELDS[name], "size": params.size, "shard_size": max(params.size, 2000)}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": narrowed},
        "aggs": {"values": {"terms": terms}},
    }


def _by_form(lexicon: Lexicon, kind: str) -> dict[tuple[str, ...], list[Entry]]:
    entries: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in lexicon.entries:
        if entry.kind == kind:
            for form in entry.forms:
                entries[form].append(entry)
    return entries


def _entry_told(value: str, known: dict[tuple[str, ...], list[Entry]]) -> Json | None:
    """Return what the lexicon says of a value. A name of two things says nothing: a wrong place on a map is worse."""
    named = known.get(form_of(value), [])
    entries = [entry for entry in named if entry.label == value] or named
    if len(entries) != 1:
        return None
    row = entries[0].row
    told = {"id": row["id"], "kind": row["kind"], "country": row["country"], "label": entries[0].label}
    written = [*entries[0].written.values(), row.get("label_en", ""), *listed(row["latin"])]
    names = [name for name in dict.fromkeys(written) if name and name != entries[0].label]
    return {**told, "names": names, "lat": _degrees(row, "lat"), "lon": _degrees(row, "lon")}


def _degrees(row: Any, column: str) -> float | None:
    return float(row[column]) if row.get(column) else None
