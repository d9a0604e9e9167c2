"""A search by meaning, alone or mixed with words: the same shape of answer from the engine as a search by words has.

Two searches go to the engine in one request, the words' with its counts and the vectors'. Both bring ids; what they come
to is mixed here, and a second request brings the page with its texts and marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzers.names import VECTOR
from api.clauses import ALL, unit_clause
from api.engine import ReadingEngine
from api.fusion import DEPTH, FOREIGN_SHARE, MEANING_SHARE, Ranked, mixed
from api.meaning import HYBRID
from api.mode import Mode, is_foreign
from api.params import SearchParams
from api.parser import Tree
from api.request import all_lift_of
from api.scope import Scope
from embedder.interface import Vector

Json = dict[str, Any]

WORDS, MEANING, BOTH = "words", "meaning", "both"
"""How a hit was found: it holds words of the query, it is among the nearest by meaning, or both."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """A search as it was understood: its tree, its mode, and the body of its words."""

    params: SearchParams
    tree: Tree
    mode: Mode
    body: Json
    scope: Scope


class Mixer:
    """Asks the engine for searches by meaning."""

    def __init__(self, engine: ReadingEngine) -> None:
        self._engine = engine

    async def ask(self, index: str, asked: Mixed, vector: Vector) -> Json:
        """Return the page that `asked.body` asks for: hits, their number in all, and the counts of the words.

        Every hit says by `found_by` how it was found. The candidates end after `DEPTH` of each search, and so do the pages.
        """
        bodies = [meaning_body(vector, asked.body, asked.scope)]
        counts = "aggs" in asked.body
        if asked.mode.name == HYBRID or counts:
            bodies.append(words_body(asked.body, DEPTH if asked.mode.name == HYBRID else 0))
        nearest, *words = await self._engine.searches([(index, body) for body in bodies], asked.scope)
        ranked = fused(nearest, words[0] if words else None, asked)
        start = asked.body["from"]
        page = ranked[start : start + asked.body["size"]]
        found: Json = {"hits": {"total": {"value": len(ranked)}, "hits": []}}
        if asked.params.explain:
            found["engine"] = _shown(bodies)
        if words and counts:
            found["aggregations"] = words[0]["aggregations"]
        if page:
            near = {hit["_id"] for hit in nearest["hits"]["hits"]}
            found["hits"]["hits"] = await self._page(_index_of(index, [nearest, *words]), asked, page, near)
        return found

    async def _page(self, index: str, asked: Mixed, page: Ranked, near: set[str]) -> list[Json]:
        """Return the hits of a page in their order, with texts and marks; one that is gone by now is left out."""
        told = await self._engine.search(index, page_body([id_ for id_, _ in page], asked), asked.scope)
        by_id = {hit["_id"]: hit for hit in told["hits"]["hits"]}
        return [
            {**by_id[id_], "_score": score, "found_by": _found_by(by_id[id_], is_near=id_ in near)}
            for id_, score in page
            if id_ in by_id
        ]


def words_body(body: Json, depth: int) -> Json:
    """Return the search of the words for its candidates: ids and scores, and the counts where the page has them."""
    left_out = {"highlight", "explain", *([] if depth else ["rescore"])}
    kept = {name: part for name, part in body.items() if name not in left_out}
    return {**kept, "from": 0, "size": depth, "_source": False}


def meaning_body(vector: Vector, body: Json, scope: Scope) -> Json:
    """Return the search of the vectors. Every filter of the words' search is inside it, so that none empties its answer.

    So is the scope of the caller: outside, paragraphs that it hides would take the places of those it may see.
    """
    query = body["query"]["bool"]
    after = [body["post_filter"]] if "post_filter" in body else []
    return nearest_body(vector, DEPTH, [*query["filter"], *after, *scope.clauses()], query["must_not"])


def nearest_body(vector: Vector, depth: int, wanted: Sequence[Json], unwanted: Sequence[Json]) -> Json:
    """Return the search of the paragraphs nearest to a vector, of those that pass the filters."""
    filters = {"bool": {"filter": list(wanted), "must_not": list(unwanted)}}
    knn: Json = {"vector": vector, "k": depth, "filter": filters}
    return {"size": depth, "_source": False, "track_total_hits": False, "query": {"knn": {VECTOR: knn}}}


def page_body(ids: list[str], asked: Mixed) -> Json:
    """Return the search that brings paragraphs by their ids, marked and with the names of the clauses that each met."""
    units = [unit_clause(number, unit, asked.params.match) for number, unit in enumerate(asked.tree.units)]
    query = {"bool": {"filter": [{"ids": {"values": ids}}], "should": units, "minimum_should_match": 0}}
    kept: Json = {name: asked.body[name] for name in ("_source", "highlight") if name in asked.body}
    return {"size": len(ids), "track_total_hits": False, "query": query, **kept}


def fused(nearest: Json, words: Json | None, asked: Mixed) -> list[tuple[str, float]]:
    """Return the candidates of both answers of the engine as one ranking."""
    near = [(hit["_id"], _cosine(hit["_score"])) for hit in nearest["hits"]["hits"]]
    if asked.mode.name != HYBRID or words is None:
        return near
    share = FOREIGN_SHARE if is_foreign(asked.params.q) else MEANING_SHARE
    lift = all_lift_of(asked.tree)
    met = [(hit["_id"], float(hit["_score"]), _is_whole(hit, asked.tree)) for hit in words["hits"]["hits"]]
    scores = sorted(((id_, score - lift * whole) for id_, score, whole in met), key=lambda pair: -pair[1])
    return mixed(scores, near, share, {id_ for id_, _, whole in met if whole})


def _is_whole(hit: Json, tree: Tree) -> bool:
    return len(tree.units) == 1 or ALL in hit.get("matched_queries", [])


def _cosine(score: float) -> float:
    """Return the cosine behind a score of the engine, which keeps scores above 0."""
    return 2 * score - 1


def _index_of(index: str, answers: Sequence[Json]) -> str:
    """Return the index itself that answered, so that both requests ask the same."""
    return next((str(hit["_index"]) for answer in answers for hit in answer["hits"]["hits"]), index)


def _shown(bodies: list[Json]) -> Json:
    """Return both searches as `explain` shows them: without the numbers of the vector."""
    meaning, *words = bodies
    knn = meaning["query"]["knn"][VECTOR]
    shown = {**meaning, "query": {"knn": {VECTOR: {**knn, "vector": f"{len(knn['vector'])} numbers"}}}}
    return {"meaning": shown, **({"words": words[0]} if words else {})}


def _found_by(hit: Json, *, is_near: bool) -> str:
    if not hit.get("matched_queries"):
        return MEANING
    return BOTH if is_near else WORDS
