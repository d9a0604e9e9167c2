"""Paragraphs that say the same as one: near copies of it first, then those nearest by meaning, or that share its words.

The paragraph's own vector is in the index, where there are any: no embedder is asked, and the server needs none.
"""

from __future__ import annotations

import re
from typing import Any

from analyzers.chunks import read_text
from analyzers.names import TEXT, TEXT_STEM, VECTOR, Aliases
from api.bounds import filter_clauses
from api.engine import ReadingEngine
from api.errors import NotFound
from api.filters import any_of
from api.hits import paragraph_of
from api.mixing import MEANING, nearest_body
from api.params import SimilarParams
from api.request import HIT_FIELDS
from api.scope import Scope
from settings import Settings

Json = dict[str, Any]
Shingles = frozenset[tuple[str, ...]]

_PARAGRAPH_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}:\d{1,6}")
COPY, WORDS = "copy", "words"
"""How a similar paragraph was found."""
LEAST_SHARED = 0.5
"""Share of the shorter one's word triples that two paragraphs have in common, from which on they are near copies."""
LONGEST = 1500
"""Characters of a paragraph that are searched for: the node takes so many words, and more make no other copies."""
READ = 100
"""Hits that are looked at for copies: they have most words in common, so they stand in front."""


class Similar:
    """Answers `/v1/similar/{id}`."""

    def __init__(self, engine: ReadingEngine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._index = Aliases(settings.index).paragraphs

    async def similar(self, paragraph_id: str, params: SimilarParams, scope: Scope) -> Json:
        """Return the paragraphs that are similar to one, near copies first. Raises NotFound."""
        if not _PARAGRAPH_ID.fullmatch(paragraph_id):
            raise NotFound("an id of a paragraph is <report>:<position>")
        with self._engine.one_answer():
            found = await self._engine.documents(self._index, [paragraph_id], scope, with_vector=True)
            if paragraph_id not in found:
                raise NotFound("there is no such paragraph")
            like = await self._like(found[paragraph_id], params, scope)
        return {"id": paragraph_id, "hits": like[: params.size]}

    async def _like(self, source: Json, params: SimilarParams, scope: Scope) -> list[Json]:
        """Return near copies of a stored paragraph, the likest first; then the nearest by meaning, or by words."""
        itself = f"{source['report_id']}:{source['position']}"
        unwanted = [{"ids": {"values": [itself]}}, *any_of(params.unwanted())]
        wanted = filter_clauses(params, self._settings.zone)
        bodies = [similar_body(source["text"], wanted, unwanted)]
        if VECTOR in source:
            nearest = nearest_body(source[VECTOR], READ, [*wanted, *scope.clauses()], unwanted)
            bodies.append({**nearest, "size": params.size, "_source": HIT_FIELDS})
        by_words, *by_meaning = await self._engine.searches([(self._index, body) for body in bodies], scope)
        told = ranked(source["text"], by_words["hits"]["hits"])
        if not by_meaning:
            return told
        copies = [hit for hit in told if hit["found_by"] == COPY]
        known = {hit["id"] for hit in copies}
        near = [_near(hit) for hit in by_meaning[0]["hits"]["hits"]]
        return [*copies, *(hit for hit in near if hit["id"] not in known)]


def _near(hit: Json) -> Json:
    # The engine's score of a cosine is (1 + cosine) / 2.
    score = round(2 * float(hit["_score"]) - 1, 4)
    return {**paragraph_of(hit["_source"]), "score": score, "found_by": MEANING}


def similar_body(text: str, filters: list[Json], unwanted: list[Json]) -> Json:
    """Return the search of paragraphs that share words with a text, as written or by their stem."""
    words = text[:LONGEST]
    shared = {"match": {TEXT: {"query": words, "minimum_should_match": "3<30%"}}}
    stems = {"match": {TEXT_STEM: {"query": words, "minimum_should_match": "3<30%", "boost": 0.5}}}
    query = {"should": [shared, stems], "minimum_should_match": 1, "filter": filters, "must_not": unwanted}
    return {"size": READ, "_source": HIT_FIELDS, "track_total_hits": False, "query": {"bool": query}}


def ranked(text: str, hits: list[Json]) -> list[Json]:
    """Return hits as answers show them: near copies by how much they share, then the others by the engine's score."""
    wanted = _shingles(text)
    told = []
    for hit in hits:
        shared = shared_part(wanted, _shingles(hit["_source"]["text"]))
        score, by = (shared, COPY) if shared >= LEAST_SHARED else (float(hit["_score"]), WORDS)
        told.append({**paragraph_of(hit["_source"]), "score": round(score, 4), "found_by": by})
    return sorted(told, key=lambda hit: (hit["found_by"] != COPY, -hit["score"], hit["id"]))


def shared_part(one: Shingles, other: Shingles) -> float:
    """Return the share of the shorter one's triples that the longer one has too, 0 to 1: a cut copy is one all the same."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0


def _shingles(text: str) -> Shingles:
    words = read_text(text).words
    return frozenset(zip(words, words[1:], words[2:], strict=False))
