"""One search: from its parameters to its answer, by one request to the engine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from analyzers.levels import Level
from analyzers.lexicon import Lexicon
from analyzers.names import Aliases
from api.corpus import Corpus
from api.counts import Looser, counts_of, looser_total, pages_total
from api.cursor import Cursor, next_cursor
from api.deadline import not_counted
from api.engine import ReadingEngine
from api.errors import BadRequest, Conflict, EngineDown, EngineFault, Fault, Gone, IndexMissing, NotAllowed
from api.fields import carried, wants_marks
from api.groups import group_hit, paragraphs_inside
from api.help import Helper
from api.hits import Reading, hit_of, new_reading
from api.keys import Right
from api.lexicon import LexiconWatch
from api.meaning import KEYWORD, Meaning, MeaningDown
from api.mixing import Mixed, Mixer
from api.mode import Mode, meant, mode_of
from api.neighbours import add_neighbours
from api.params import SearchParams
from api.parser import OpenEnded, Tree, parse
from api.plan import Capped, capped_words, plan
from api.request import Page, all_lift_of, search_body
from api.scope import Scope
from api.sentences import add_best_sentences
from api.understanding import Understanding
from settings import Settings

Json = dict[str, Any]

COUNTED_LOOSERS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A search that is ready to be sent: the index, the body and for whom, and what its answer is read by."""

    params: SearchParams
    tree: Tree
    page: Cursor | None
    reading: Reading
    capped: list[Capped]
    loosers: list[Looser]
    index: str
    body: Json
    scope: Scope
    mode: Mode


class Searcher:
    """Answers searches. Holds nothing of a request."""

    def __init__(
        self, engine: ReadingEngine, corpus: Corpus, lexicon: LexiconWatch, meaning: Meaning, settings: Settings
    ) -> None:
        self._lexicon = lexicon
        self._meaning = meaning
        self._mixer = Mixer(engine)
        self._engine = engine
        self._understanding = Understanding(engine, lexicon, settings.index)
        self._corpus = corpus
        self._settings = settings
        self._aliases = Aliases(settings.index)

    async def search(self, params: SearchParams, scope: Scope) -> Json:
        """Return the answer of `/v1/search` for one page."""
        with self._engine.one_answer():
            return await self._search(params, scope)

    async def _search(self, params: SearchParams, scope: Scope) -> Json:
        started = time.perf_counter()
        asked = await self.asked(params, scope)
        try:
            found, mode = await self._found(asked)
            asked = replace(asked, mode=mode)
            answer = self.answer(asked, found)
            if params.context:
                await self.add_contexts([(asked, answer)], scope)
        except IndexMissing as error:
            raise gone_or(error, asked) from None
        if asked.page is None and answer["total"]["value"] == 0 and params.match is not Level.SUBSTRING:
            help_ = Helper(self._engine, self._aliases, self._settings.zone, scope)
            answer["suggestions"] = await help_.suggestions(params, asked.tree, self._lexicon.current)
        return finished(asked, answer, started)

    async def asked(self, params: SearchParams, scope: Scope, *, by_words: bool = False) -> Asked:
        """Return a search ready to be sent, `by_words` whatever its script. Raises BadRequest, NotAllowed, Gone."""
        if params.explain:
            self._check_explain(scope)
        tree = await self._understanding.tree(params.q, scope)
        page = self._page(params)
        mode = Mode(KEYWORD, "default") if by_words else self._mode(params, page)
        reading = new_reading(tree, params.match, params.snippet, all_lift_of(tree))
        capped = capped_words(params.q, tree, self._lexicon.current)
        loosers = list(_loosers(capped, self._lexicon.current))
        place = (page.offset, page.after) if page else (0, None)
        body = search_body(params, tree, self._settings.zone, Page(place[0], reading.nonce, loosers, place[1]))
        index = page.index if page else self._aliases.paragraphs
        return Asked(params, tree, page, reading, capped, loosers, index, body, scope, mode)

    def answer(self, asked: Asked, found: Json) -> Json:
        """Return what the engine found as an answer, whose hits still hold every field."""
        params, page = asked.params, asked.page
        hits = [_hit(asked, hit) for hit in found["hits"]["hits"]]
        corpus = self._corpus.told(asked.scope)
        answer: Json = {
            "query": {
                **_echo(params, asked.tree, list(each_hit(hits)), _caps(asked.capped, asked.loosers, found)),
                **asked.mode.told(),
            },
            "corpus": {**corpus, **self._meaning.told(corpus["paragraphs"])},
        }
        if params.explain:
            answer["query"]["engine"] = found.get("engine", asked.body)
        if page is None:
            answer |= counts_of(params, found)
            if not all(term.is_complete for term in _opened(asked.tree)):
                answer["total"]["relation"] = "gte"
        total = page.total if page else pages_total(params, found)
        return {**answer, "hits": hits, "next_cursor": next_cursor(params, page, found, total, asked.mode.name)}

    async def add_contexts(self, answers: list[tuple[Asked, Json]], scope: Scope) -> None:
        """Put the neighbours into the hits of some answers, all in one request."""
        wanted = [(hit, asked.params.context) for asked, answer in answers for hit in each_hit(answer["hits"])]
        indices = {asked.index for asked, _ in answers}
        index = indices.pop() if len(indices) == 1 else self._aliases.paragraphs
        await add_neighbours(self._engine, index, wanted, scope)

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
            raise BadRequest(
                Fault("cursor", "this is a cursor of another server; leave it out to begin with the first page")
            )
        return page

    def _mode(self, params: SearchParams, page: Cursor | None) -> Mode:
        """Return how to search: all pages of a search the same way as its first."""
        mode = mode_of(params, self._meaning)
        if page and page.mode != mode.name:
            self._meaning.check(page.mode)
            return replace(mode, name=page.mode, degraded=page.mode == KEYWORD and params.mode is not None)
        return mode

    async def _found(self, asked: Asked) -> tuple[Json, Mode]:
        """Return what the engine found, and how it was searched in the end: by words alone where the embedder is down."""
        if not asked.mode.by_meaning:
            return await self._engine.search(asked.index, asked.body, asked.scope), asked.mode
        try:
            return await self._by_meaning(asked), asked.mode
        except (MeaningDown, Conflict, EngineFault) as error:
            await self._check_cause(asked.params, error)
        if asked.page:  # the pages before were mixed: this one can not go on by words
            raise EngineDown("the embedder does not answer: ask for this page again in a moment")
        found = await self._engine.search(asked.index, asked.body, asked.scope)
        return found, replace(asked.mode, name=KEYWORD, degraded=True)

    async def _by_meaning(self, asked: Asked) -> Json:
        with not_counted():  # else an embedder that is silent would leave the words that answer in its place no time
            vector = await self._meaning.query(meant(asked.params.q, asked.tree))
        mixed = Mixed(asked.params, asked.tree, asked.mode, asked.body, asked.scope)
        found = await self._mixer.ask(asked.index, mixed, vector)
        if asked.params.best_sentence and wants_marks(asked.params):
            with not_counted():
                await add_best_sentences(found["hits"]["hits"], vector, self._meaning)
        return found

    async def _check_cause(self, params: SearchParams, error: Exception) -> None:
        """Raise the error again, unless words may answer instead: not what was asked for and cannot be had, nor faults.

        An index that was swapped for one without vectors since the last look at the corpus is no fault.
        """
        if isinstance(error, Conflict) and params.mode is not None:
            raise error
        if isinstance(error, EngineFault):
            await self._corpus.refresh()
            if self._meaning.is_on:
                raise error


def gone_or(error: Exception, asked: Asked) -> Exception:
    """Return what an error of the engine means for a page: an index that is missing was there when its cursor was made."""
    if isinstance(error, IndexMissing) and asked.page:
        return Gone("the index was replaced since the first page; search again from the first page")
    return error


def finished(asked: Asked, answer: Json, started: float) -> Json:
    """Return an answer as it is sent: its hits with the chosen fields, and the time since `started`."""
    hits = [_chosen(hit, asked.params) for hit in answer["hits"]]
    return {**answer, "took_ms": round((time.perf_counter() - started) * 1000, 1), "hits": hits}


def each_hit(hits: list[Json]) -> Iterator[Json]:
    """Yield all hits, those inside groups too."""
    for hit in hits:
        yield hit
        yield from hit.get("group", {}).get("hits", [])


def _hit(asked: Asked, found: Json) -> Json:
    if asked.params.group == "none":
        return hit_of(found, asked.reading)
    inside = [hit_of(hit, asked.reading) for hit in paragraphs_inside(found)]
    return group_hit(asked.params.group, found, inside)


def _chosen(hit: Json, params: SearchParams) -> Json:
    """Return a hit with the chosen fields, and so its neighbours and the hits inside it."""
    context = {side: [carried(near, params) for near in around] for side, around in hit["context"].items()}
    hit = carried({**hit, "context": context}, params)
    if group := hit.get("group"):
        hit["group"] = {**group, "hits": [_chosen(inside, params) for inside in group["hits"]]}
    return hit


def _echo(params: SearchParams, tree: Tree, hits: list[Json], caps: dict[str, Json]) -> Json:
    """Return how the query was understood; `forms` are the spellings of each word that this page shows."""
    words = dict.fromkeys(word for unit in tree.units for term in unit.terms for word in term.words)
    forms: dict[str, dict[str, None]] = {word: {} for word in words}
    for hit in hits:
        for match in hit["matches"]:
            forms.setdefault(match["word"], {})[match["surface"]] = None
    others = _other_names(params, tree)
    opened = {term.words[0]: {"complete": term.is_complete} for term in _opened(tree)}
    told = [
        {
            "word": word,
            "forms": list(met),
            "variants": others.get(word, []),
            **caps.get(word, {}),
            **opened.get(word, {}),
        }
        for word, met in forms.items()
    ]
    return {
        "q": params.q,
        "match": params.match,
        "op": params.op,
        "words": told,
        "left_out": list(tree.left_out),
    }


def _opened(tree: Tree) -> list[OpenEnded]:
    return [term for unit in tree.units for term in unit.terms if isinstance(term, OpenEnded)]


def _loosers(capped: list[Capped], lexicon: Lexicon) -> Iterator[Looser]:
    """Yield the looser queries that are counted: of the first few capped words, where they are queries at all."""
    for cap in capped[:COUNTED_LOOSERS]:
        with suppress(BadRequest):  # with the words that were mixed in it may be too long
            tree = plan(parse(cap.looser), lexicon)
            if not _opened(tree):  # what it stands for is not known here
                yield Looser(cap.looser, tree)


def _caps(capped: list[Capped], loosers: Sequence[Looser], found: Json) -> dict[str, Json]:
    """Return, by word, where it was capped, the looser query, and on a first page how many paragraphs that would find."""
    totals = {looser.q: looser_total(found, place) for place, looser in enumerate(loosers)}
    counted = {q: total for q, total in totals.items() if total is not None}
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
