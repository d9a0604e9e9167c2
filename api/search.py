"""One search: from its parameters to its answer, by one request to the engine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from analyzers.levels import Level, up_to
from analyzers.lexicon import Lexicon
from analyzers.names import Aliases
from api.corpus import Corpus
from api.cursor import Cursor
from api.engine import ReadingEngine
from api.errors import BadRequest, Gone, IndexMissing, NotAllowed
from api.help import Helper
from api.hits import hit_of, new_reading
from api.keys import Right
from api.lexicon import LexiconWatch
from api.params import SearchParams
from api.parser import Tree, parse
from api.plan import Capped, capped_words, plan
from api.request import MOST_HITS, Looser, Page, all_lift_of, search_body
from api.scope import Scope
from settings import Settings

Json = dict[str, Any]

COUNTED_LOOSERS = 3


class Searcher:
    """Answers searches. Holds nothing of a request."""

    def __init__(self, engine: ReadingEngine, corpus: Corpus, lexicon: LexiconWatch, settings: Settings) -> None:
        self._lexicon = lexicon
        self._engine = engine
        self._corpus = corpus
        self._settings = settings
        self._aliases = Aliases(settings.index)

    async def search(self, params: SearchParams, scope: Scope) -> Json:
        """Return the answer of `/v1/search` for one page."""
        started = time.perf_counter()
        if params.explain:
            self._check_explain(scope)
        tree = plan(parse(params.q), self._lexicon.current)
        page = self._page(params)
        reading = new_reading(tree, params.match, params.snippet, all_lift_of(tree))
        capped = capped_words(params.q, tree, self._lexicon.current)
        asked = Page(page.offset if page else 0, reading.nonce, list(_loosers(capped, self._lexicon.current)))
        body = search_body(params, tree, self._settings.zone, asked)
        found = await self._ask(page, body, scope)
        hits = [_explained(hit_of(hit, reading), hit) for hit in found["hits"]["hits"]]
        answer: Json = {
            "query": _echo(params, tree, hits, _caps(capped, asked.loosers, found)),
            "corpus": self._corpus.told(scope),
        }
        if params.explain:
            answer["query"]["engine"] = body
        if page is None:
            answer |= _counts(params, found)
            if answer["total"]["value"] == 0 and params.match is not Level.SUBSTRING:
                help_ = Helper(self._engine, self._aliases, self._settings.zone, scope)
                answer["suggestions"] = await help_.suggestions(params, tree, self._lexicon.current)
        answer |= {"took_ms": round((time.perf_counter() - started) * 1000, 1), "hits": hits}
        return {**answer, "next_cursor": _next_cursor(params, page, found)}

    def _check_explain(self, scope: Scope) -> None:
        if not self._settings.explain and scope.right is not Right.ADMIN:
            raise NotAllowed("explain: RASD_EXPLAIN=true allows it to everybody, else it wants an admin key")
        scope.refuse_explanations()

    def _page(self, params: SearchParams) -> Cursor | None:
        """Return where the page begins, None for the first."""
        if params.cursor is None:
            return None
        page = Cursor.decode(params.cursor, params)
        if not self._aliases.is_concrete("paragraphs", page.index):
            raise Gone("the cursor is of another index; search again from the first page")
        return page

    async def _ask(self, page: Cursor | None, body: Json, scope: Scope) -> Json:
        if page is None:
            return await self._engine.search(self._aliases.paragraphs, body, scope)
        try:
            return await self._engine.search(page.index, body, scope)
        except IndexMissing:
            raise Gone("the index was replaced since the first page; search again from the first page") from None


def _explained(hit: Json, found: Json) -> Json:
    return {**hit, "explanation": found["_explanation"]} if "_explanation" in found else hit


def _echo(params: SearchParams, tree: Tree, hits: list[Json], caps: dict[str, Json]) -> Json:
    """Return how the query was understood; `forms` are the spellings of each word that this page shows."""
    words = dict.fromkeys(word for unit in tree.units for term in unit.terms for word in term.words)
    forms: dict[str, dict[str, None]] = {word: {} for word in words}
    for hit in hits:
        for match in hit["matches"]:
            forms.setdefault(match["word"], {})[match["surface"]] = None
    others = _other_names(params, tree)
    told = [
        {"word": word, "forms": list(met), "variants": others.get(word, []), **caps.get(word, {})}
        for word, met in forms.items()
    ]
    return {
        "q": params.q,
        "match": params.match,
        "op": params.op,
        "words": told,
        "left_out": list(tree.left_out),
    }


def _loosers(capped: list[Capped], lexicon: Lexicon) -> Iterator[Looser]:
    """Yield the looser queries that are counted: of the first few capped words, where they are queries at all."""
    for cap in capped[:COUNTED_LOOSERS]:
        with suppress(BadRequest):  # with the words that were mixed in it may be too long
            yield Looser(cap.looser, plan(parse(cap.looser), lexicon))


def _caps(capped: list[Capped], loosers: Sequence[Looser], found: Json) -> dict[str, Json]:
    """Return, by word, where it was capped, the looser query, and on a first page how many paragraphs that would find."""
    told = found.get("aggregations", {}).get("loosers", {})
    counted = {looser.q: told[str(place)]["doc_count"] for place, looser in enumerate(loosers) if str(place) in told}
    return {
        cap.word: {
            "capped_at": cap.level,
            "looser": cap.looser,
            **({"looser_total": counted[cap.looser]} if cap.looser in counted else {}),
        }
        for cap in capped
    }


def _other_names(params: SearchParams, tree: Tree) -> dict[str, list[str]]:
    """Return the other names that were searched for, by typed word."""
    if params.match is not Level.VARIANTS:
        return {}
    return {unit.terms[0].text: [term.text for term in unit.alternatives] for unit in tree.units if unit.alternatives}


def _counts(params: SearchParams, found: Json) -> Json:
    told = found["aggregations"]
    levels = {level.value: told["levels"]["buckets"][level.value]["doc_count"] for level in up_to(params.match)}
    total = {"value": levels[params.match.value], "relation": "eq", "any": told["any"]["doc_count"]}
    return {"total": total, "levels": levels}


def _next_cursor(params: SearchParams, page: Cursor | None, found: Json) -> str | None:
    """Return the cursor of the page after this one, None where this is the last, or the 1,000th hit is reached."""
    hits = found["hits"]["hits"]
    total = page.total if page else found["hits"]["total"]["value"]
    offset = (page.offset if page else 0) + params.size
    if not hits or offset >= min(total, MOST_HITS) or offset + params.size > MOST_HITS:
        return None
    return Cursor(hits[0]["_index"], offset, total).encode(params)
