"""What it costs to group hits by report: ranking, and time, of what the engine can do. `python -m bench.groups`.

`collapse` can not be combined with `rescore`, which puts the first hits in order by 4-grams. Beside the order that hits
have without groups, with all but each report's first taken away (`by the client`, a hundred hits read for it), stand the
engine's groups without 4-grams, and with the 4-grams in the query itself, which is what the product sends. nDCG@10 is over
reports; the times are medians of one connection, in turn.
"""

from __future__ import annotations

import json
import secrets
import statistics
import sys
import time
from dataclasses import replace
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table

from analyzers.lexicon import default_lexicon
from analyzers.mappings import index_body
from analyzers.names import TEXT_GRAMS
from api.params import SearchParams
from api.parser import parse
from api.plan import plan
from api.request import Page, search_body
from bench.judged import SHARED, UTC, Set, judged_set, question_set
from bench.relevance import AT, Engine, interval, measures
from settings import read_settings

Json = dict[str, Any]

MOST_QUERIES = 200
"""Queries of a set that are ranked, every so-manieth."""
COPIES = 10
"""The corpus that times are taken on is so many times the sets."""
ROUNDS = 160


def sets() -> list[Set]:
    """Return the sets, with the article or report of each paragraph as its report."""
    told = [judged_set()]
    for document_id, document in told[0].documents.items():
        document["report_id"] = document_id.rpartition(":")[0]
    for name in ("xquad-ar", "arcd"):
        if (SHARED / name).is_dir():
            told.append(question_set(name))
            for line in (SHARED / name / "paragraphs.jsonl").read_text("utf-8").splitlines():
                given = json.loads(line)
                told[-1].documents[given["id"]]["report_id"] = given["doc_id"]
    return told


def of_reports(told: Set) -> Set:
    """Return the set with the reports of the relevant paragraphs as what is relevant."""
    report = {id_: document["report_id"] for id_, document in told.documents.items()}
    every = list(told.relevant.items())[:: max(1, len(told.relevant) // MOST_QUERIES)]
    return replace(told, relevant={q: {report[id_] for id_ in ids} for q, ids in every})


def body(q: str, group: str) -> Json | None:
    """Return what the product sends for a query, without what neither ranks nor is asked for on every page."""
    try:
        params = SearchParams.model_validate({"q": q, "group": group})
        tree = plan(parse(q), default_lexicon())
    except Exception:  # noqa: BLE001  (a query that the product refuses ranks nothing)
        return None
    sent = search_body(params, tree, UTC, Page(0, "x"))
    for name in ("aggs", "track_total_hits"):
        del sent[name]
    return sent


def by_the_client(q: str) -> Json | None:
    """Return a search whose hits the client has to group itself."""
    sent = body(q, "none")
    if sent:
        sent = {**sent, "size": 100, "_source": ["report_id"]}
        del sent["highlight"]
    return sent


def grouped(q: str) -> Json | None:
    """Return what the product sends: 4-grams in the query."""
    return body(q, "report")


def without_grams(q: str) -> Json | None:
    """Return the same without 4-grams."""
    sent = body(q, "report")
    if sent:
        should = sent["query"]["bool"]["should"]
        sent["query"]["bool"]["should"] = [clause for clause in should if TEXT_GRAMS not in clause.get("match", {})]
    return sent


WAYS = {"by the client": by_the_client, "without 4-grams": without_grams, "4-grams in the query": grouped}


def ranked(client: httpx2.Client, index: str, sent: Json | None) -> list[str]:
    """Return the reports of the first ten groups."""
    if sent is None:
        return []
    answer = client.post(f"/{index}/_search", json=sent).raise_for_status().json()
    hits = answer["hits"]["hits"]
    reports = [hit["fields"]["report_id"][0] if "fields" in hit else hit["_source"]["report_id"] for hit in hits]
    return list(dict.fromkeys(reports))[:AT]


def ranking(client: httpx2.Client, engine: Engine, told: Set, console: Console) -> None:
    """Print the ranking of each way on one set."""
    index = f"bench{secrets.token_hex(4)}"
    engine.fill(index, index_body("paragraphs"), told.documents)
    table = Table("groups", "nDCG@10", "MRR@10", "difference in nDCG@10", title=f"{told.name}, reports")
    scores = {
        name: [measures(ranked(client, index, way(told.queries[q])), told.relevant[q]) for q in sorted(told.relevant)]
        for name, way in WAYS.items()
    }
    base = scores["by the client"]
    for name, each in scores.items():
        mean, low, high = interval([one[0] - other[0] for one, other in zip(each, base, strict=True)])
        row = (f"{statistics.mean(score[column] for score in each):.4f}" for column in (0, 2))
        table.add_row(name, *row, f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]")
    engine.drop(index)
    console.print(table)


def times(client: httpx2.Client, engine: Engine, every: list[Set], console: Console) -> None:
    """Print the time of each way, and of a page without groups, on many copies of the sets."""
    index = f"bench{secrets.token_hex(4)}"
    documents = {
        f"{copy}-{id_}": {**document, "report_id": f"{copy}-{document['report_id']}"}
        for told in every
        for copy in range(COPIES)
        for id_, document in told.documents.items()
    }
    engine.fill(index, index_body("paragraphs"), documents)
    queries = [q for told in every for q in list(told.queries.values())[:40]]
    ways = {"no groups": lambda q: body(q, "none"), **WAYS}
    took: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for name, way in ways.items():
            if sent := way(queries[number % len(queries)]):
                started = time.perf_counter()
                client.post(f"/{index}/_search", json=sent).raise_for_status()
                if number >= ROUNDS // 2:
                    took[name].append((time.perf_counter() - started) * 1000)
    engine.drop(index)
    table = Table("groups", "median, ms", "to no groups", title=f"{len(documents):,} paragraphs")
    base = statistics.median(took["no groups"])
    for name, each in took.items():
        table.add_row(name, f"{statistics.median(each):.1f}", f"{statistics.median(each) / base:.2f}")
    console.print(table)


def main() -> None:
    """Measure the ranking of each way on every set, then its time."""
    url = read_settings().opensearch_urls()[0]
    engine, console = Engine(url), Console(file=sys.stdout, width=120)
    every = sets()
    with httpx2.Client(base_url=url, timeout=60) as client:
        for told in every:
            ranking(client, engine, of_reports(told), console)
        times(client, engine, every, console)


if __name__ == "__main__":
    main()
