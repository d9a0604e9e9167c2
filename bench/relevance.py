"""How well answers are ranked, a row an ingredient: `make bench-relevance`.

nDCG@10, recall@10 and MRR@10 on questions with the paragraph that answers each (../shared/data) and on the judgements of
the sample corpus, next to the built-in analyzers in the same run. Intervals are 95 % by a paired bootstrap over queries:
of the difference to the built-in `arabic` for whole systems, and to the full ranking for a row that leaves one ingredient
out. Beside them the false friends: judged paragraphs that must not be found and were in the first ten.
"""

from __future__ import annotations

import math
import random
import secrets
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
from rich.console import Console
from rich.table import Table

from analyzers.lexicon import default_lexicon
from analyzers.mappings import index_body
from api.errors import BadRequest
from api.params import SearchParams
from api.parser import parse
from api.plan import plan
from api.request import Page, search_body
from bench.judged import SHARED, UTC, Set, judged_set, question_set
from settings import read_settings

Json = dict[str, Any]
Ranking = Callable[[str], Json | None]

RESAMPLES = 2000
AT = 10
SEED = 20261125


class Engine:
    """The engine, past both doors: the bench also asks it in ways that the product never does."""

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(base_url=url, timeout=300)

    def fill(self, index: str, body: Json, documents: dict[str, Json]) -> None:
        """Create an index and fill it."""
        self._client.put(f"/{index}", json=body).raise_for_status()
        lines = [line for id_, document in documents.items() for line in ({"index": {"_id": id_}}, document)]
        for start in range(0, len(lines), 1000):
            content = b"\n".join(map(orjson.dumps, lines[start : start + 1000])) + b"\n"
            answer = self._client.post(f"/{index}/_bulk", content=content, headers={"Content-Type": "application/json"})
            if answer.raise_for_status().json()["errors"]:
                raise SystemExit(answer.text[:500])
        self._client.post(f"/{index}/_forcemerge?max_num_segments=1").raise_for_status()
        self._client.post(f"/{index}/_refresh").raise_for_status()

    def drop(self, index: str) -> None:
        """Delete an index."""
        self._client.delete(f"/{index}")

    def ranked(self, index: str, bodies: list[Json | None]) -> list[list[str]]:
        """Return the ids of the first ten hits of each body, none for a body that is None."""
        found: list[list[str]] = []
        for start in range(0, len(bodies), 100):
            part = bodies[start : start + 100]
            answers = iter(self.searches(index, [body for body in part if body]))
            found += [[hit["_id"] for hit in next(answers)["hits"]["hits"]] if body else [] for body in part]
        return found

    def searches(self, index: str, bodies: list[Json]) -> list[Json]:
        """Return the answers of several searches in one request."""
        # On a busy machine a search may take longer than the node's own limits, and then find less.
        lines = [line for body in bodies for line in ({}, {**body, "timeout": "60s"})]
        content = b"\n".join(map(orjson.dumps, lines)) + b"\n"
        headers = {"Content-Type": "application/json"}
        path = f"/{index}/_msearch?max_concurrent_searches=2&cancel_after_time_interval=60s"
        answered = self._client.post(path, content=content, headers=headers).raise_for_status()
        responses: list[Json] = answered.json()["responses"]
        if any("error" in response for response in responses):
            raise SystemExit(answered.text[:500])
        return responses


def measures(ranked: list[str], relevant: set[str]) -> tuple[float, float, float]:
    """Return nDCG@10, recall@10 and the reciprocal rank of the first relevant hit, relevance being yes or no."""
    gains = [1.0 if id_ in relevant else 0.0 for id_ in ranked[:AT]]
    ideal = sum(1 / math.log2(place + 2) for place in range(min(len(relevant), AT)))
    gained = sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
    first = next((place for place, gain in enumerate(gains) if gain), None)
    return gained / ideal, sum(gains) / min(len(relevant), AT), 0.0 if first is None else 1 / (first + 1)


def interval(differences: list[float]) -> tuple[float, float, float]:
    """Return the mean of paired differences and the 95 % interval of it by bootstrap."""
    dice = random.Random(SEED)  # noqa: S311  (the same resamples in every run)
    count = len(differences)
    means = sorted(sum(dice.choices(differences, k=count)) / count for _ in range(RESAMPLES))
    return sum(differences) / count, means[int(RESAMPLES * 0.025)], means[int(RESAMPLES * 0.975) - 1]


def builtin(analyzer: str) -> Json:
    """Return an index whose one field has a built-in analyzer."""
    analysis = {
        "filter": {"arabic_snowball": {"type": "snowball", "language": "Arabic"}},
        "analyzer": {"snowball_arabic": {"tokenizer": "standard", "filter": ["lowercase", "arabic_snowball"]}},
    }
    properties = {"text": {"type": "text", "analyzer": analyzer}}
    return {"settings": {"analysis": analysis}, "mappings": {"dynamic": False, "properties": properties}}


def plain(q: str) -> Json:
    """Return the query that somebody writes who has only the built-in analyzer."""
    return {"size": AT, "_source": False, "query": {"match": {"text": q}}}


def product(q: str) -> Json | None:
    """Return what the product sends for a query, without what does not rank; None where it refuses it."""
    try:
        params = SearchParams(q=q)
        tree = plan(parse(q), default_lexicon())
    except (BadRequest, ValueError):
        return None
    body = search_body(params, tree, UTC, Page(0, "x"))
    for name in ("highlight", "aggs", "track_total_hits"):
        del body[name]
    return {**body, "size": AT, "_source": False}


def without(change: Callable[[Json], None]) -> Ranking:
    """Return the product's query with one ingredient taken out."""

    def ranking(q: str) -> Json | None:
        body = deepcopy(product(q))
        if body:
            change(body)
        return body

    return ranking


def _no_grams(body: Json) -> None:
    del body["rescore"]


def _no_title(body: Json) -> None:
    should = body["query"]["bool"]["should"]
    body["query"]["bool"]["should"] = [clause for clause in should if "match" not in clause]


def _no_lift(body: Json) -> None:
    should = body["query"]["bool"]["should"]
    body["query"]["bool"]["should"] = [clause for clause in should if "constant_score" not in clause]


def _groups(clause: Json) -> Iterator[list[Json]]:
    """Yield the lists of clauses of each unit."""
    for unit in clause["bool"]["must"][0]["bool"]["should"]:
        yield unit["dis_max"]["queries"] if "dis_max" in unit else [unit]


def _no_clitics(body: Json) -> None:
    _boost(body, "clitics", 0.0)


def _no_bare(body: Json) -> None:
    _boost(body, "clitics:bare", 0.0)


def _boost(body: Json, named: str, boost: float) -> None:
    for group in _groups(body["query"]):
        for typed in group:
            for clause in typed.get("bool", {}).get("should", []):
                for kind in clause.values():
                    for options in kind.values():
                        if isinstance(options, dict) and f":{named}" in options.get("_name", ""):
                            options["boost"] = boost


def _no_variants(body: Json) -> None:
    units = body["query"]["bool"]["must"][0]["bool"]["should"]
    body["query"]["bool"]["must"][0]["bool"]["should"] = [
        unit["dis_max"]["queries"][0] if "dis_max" in unit else unit for unit in units
    ]


LEFT_OUT: dict[str, Callable[[Json], None]] = {
    "4-grams": _no_grams,
    "all words first": _no_lift,
    "title": _no_title,
    "clitics": _no_clitics,
    "bare words": _no_bare,
    "variants": _no_variants,
}


@dataclass(slots=True)
class Row:
    """One system on one set: its measures query by query, and its false friends."""

    scores: list[tuple[float, float, float]]
    friends: int

    def mean(self, measure: int) -> float:
        """Return the mean of a measure."""
        return sum(score[measure] for score in self.scores) / len(self.scores)


def run(engine: Engine, index: str, told: Set, ranking: Ranking) -> Row:
    """Rank all queries of a set."""
    ids = sorted(told.relevant)
    found = engine.ranked(index, [ranking(told.queries[id_]) for id_ in ids])
    scores = [measures(ranked, told.relevant[id_]) for id_, ranked in zip(ids, found, strict=True)]
    friends = sum(len(told.friends.get(id_, set()) & set(ranked)) for id_, ranked in zip(ids, found, strict=True))
    return Row(scores, friends)


def report(console: Console, told: Set, rows: dict[str, Row]) -> None:
    """Print the table of one set."""
    table = Table(
        "ranking", "nDCG@10", "recall@10", "MRR@10", "difference in nDCG@10", "false friends", title=told.name
    )
    base, full = rows["arabic"], rows["Rasd"]
    for name, row in rows.items():
        against, sign = (full, "to Rasd") if name.startswith("without") else (base, "to arabic")
        pairs = zip(row.scores, against.scores, strict=True)
        mean, low, high = interval([one[0] - other[0] for one, other in pairs])
        difference = "" if row is base else f"{mean:+.4f} [{low:+.4f}, {high:+.4f}] {sign}"
        table.add_row(name, *(f"{row.mean(measure):.4f}" for measure in range(3)), difference, str(row.friends))
    console.print(table)


def main() -> None:
    """Measure every set and print a table for each, and the difference over the question sets together."""
    engine = Engine(read_settings().opensearch_urls()[0])
    console = Console(file=sys.stdout, width=140)
    sets = [question_set(name) for name in ("xquad-ar", "arcd") if (SHARED / name).is_dir()] + [judged_set()]
    together: list[float] = []
    for told in sets:
        prefix = f"bench{secrets.token_hex(4)}"
        rows: dict[str, Row] = {}
        bodies = {name: builtin(name) for name in ("standard", "arabic", "snowball_arabic")}
        for name, body in {**bodies, "Rasd": index_body("paragraphs")}.items():
            engine.fill(f"{prefix}-{name.lower()}", body, told.documents)
        for name in bodies:
            rows[name] = run(engine, f"{prefix}-{name}", told, plain)
        rows["Rasd"] = run(engine, f"{prefix}-rasd", told, product)
        for name, change in LEFT_OUT.items():
            rows[f"without {name}"] = run(engine, f"{prefix}-rasd", told, without(change))
        for name in (*bodies, "rasd"):
            engine.drop(f"{prefix}-{name}")
        report(console, told, rows)
        if told.name != "seeds":
            together += [r[0] - a[0] for r, a in zip(rows["Rasd"].scores, rows["arabic"].scores, strict=True)]
    if together:
        mean, low, high = interval(together)
        console.print(f"Question sets together: Rasd - arabic = {mean:+.4f} [{low:+.4f}, {high:+.4f}] nDCG@10")


if __name__ == "__main__":
    main()
