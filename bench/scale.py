"""How Rasd grows with its corpus: `make bench-scale`, or `python -m bench.scale SIZE...` for some sizes.

Each size is a corpus of its own, made by `bench.prose`. Measured are the queries of seeds/judgements.tsv at one connection,
API and bare engine in turn, completions letter by letter, the rate at which the paragraphs came in, what the indices take on
disk, and the smallest heap that was seen between the queries (which is what is left after a collection). Figures of a size are
kept in docs/performance.json; the table and the picture are made of all that are there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import numpy as np
import orjson

from analyzers.names import Aliases
from bench.compare import three
from bench.figures import Machine, keep, kept, show, table
from bench.filling import fill
from bench.own_indices import own_indices
from bench.queries import Pair, judged_queries, paired, typed
from bench.served import served
from bench.spread import percentiles
from bench.traffic import Target, Traffic, one_by_one
from settings import Settings

SIZES = (10_000, 100_000)
YOUNG = 100_000
"""Paragraphs up to which filling does not warm the node enough."""
ROUNDS_EACH = 4
"""Times that each query is asked after the warm-up, which asks each twice."""
COMPLETIONS = 600
Json = dict[str, Any]


def main() -> None:
    """Measure the sizes that are named, and write the table of all."""
    sizes = [int(told) for told in sys.argv[1:]] or list(SIZES)
    if min(sizes) <= YOUNG:
        # A node compiles what it runs: just started it took longer over 10,000 paragraphs than over a million later.
        measured(YOUNG)
    for size in sizes:
        machine = Machine()
        told = {**measured(size), "machine": machine.seen()}
        keep("scale", {**kept().get("scale", {}), str(size): told})
    show("make bench-scale", lines(kept()["scale"]))


def measured(size: int) -> Json:
    """Return the figures of one size."""
    with own_indices(explain=True) as (engine, settings):
        how, rate = fill(engine, settings, size)
        aliases = Aliases(settings.index)
        engine.refresh(aliases.paragraphs, aliases.forms)
        told: Json = {"paragraphs": size, "filled_by": how, "rate": rate, **_stored(settings)}
        with served(settings, environment={"EXPLAIN": "true"}) as api:
            api.wait_for_corpus()
            pair = paired(api.url, settings, judged_queries())
            suggests = Target(f"{api.url}/v1/suggest", [orjson.dumps(asked) for asked in typed(judged_queries())])
            told |= _queries(pair, settings)
            with Traffic(1) as traffic:
                [completions] = one_by_one(traffic, [suggests], COMPLETIONS // 2, COMPLETIONS)
        return {**told, "suggest": percentiles(completions)}


def _queries(pair: Pair, settings: Settings) -> Json:
    """Return percentiles of both sides, the medians by level, the slowest queries, and the heap."""
    queries = [orjson.loads(body) for body in pair.api.bodies]
    heap = []
    with Traffic(1) as traffic:
        one_by_one(traffic, (pair.api, pair.engine), 0, 2 * len(queries))
        sides: list[list[list[float]]] = []
        for _ in range(ROUNDS_EACH):
            sides.append(one_by_one(traffic, (pair.api, pair.engine), 0, len(queries)))
            heap.append(_heap(settings))
    api, engine = np.array(sides).transpose(1, 0, 2)  # side, round, query
    typical = np.median(api, axis=0)
    levels = sorted({query["match"] for query in queries})
    by_level = {
        level: float(
            np.median([taken for query, taken in zip(queries, typical, strict=True) if query["match"] == level])
        )
        for level in levels
    }
    slowest = [int(place) for place in np.argsort(-typical)[:5]]
    return {
        "api": percentiles(api.ravel()),
        "engine": percentiles(engine.ravel()),
        "levels": by_level,
        "slowest": [{**queries[place], "ms": float(typical[place])} for place in slowest],
        "heap_mb": min(heap),
    }


def _heap(settings: Settings) -> float:
    nodes = _ask(settings, "/_nodes/_local/stats/jvm")["nodes"]
    return float(next(iter(nodes.values()))["jvm"]["mem"]["heap_used_in_bytes"]) / 1024**2


def _stored(settings: Settings) -> Json:
    """Return the bytes that the paragraphs, the forms and the reports take on disk, and the segments of the paragraphs."""
    aliases = Aliases(settings.index)
    told = _ask(settings, f"/{settings.index}*/_stats/store,segments?forbid_closed_indices=false")["indices"]
    kinds = {"paragraphs": aliases.paragraphs, "forms": aliases.forms, "reports": aliases.reports}
    found = {kind: set(_ask(settings, f"/_alias/{alias}")) for kind, alias in kinds.items()}
    sizes = {
        kind: sum(told[name]["total"]["store"]["size_in_bytes"] for name in names) for kind, names in found.items()
    }
    return {"bytes": sizes, "segments": sum(told[name]["total"]["segments"]["count"] for name in found["paragraphs"])}


def _ask(settings: Settings, path: str) -> Json:
    answer: Json = httpx2.get(f"{settings.opensearch_urls()[0]}{path}", timeout=60).raise_for_status().json()
    return answer


def lines(sizes: Json) -> Iterator[str]:
    """Yield the page's part."""
    rows = sorted(sizes.values(), key=lambda told: int(told["paragraphs"]))
    yield from table(
        ["paragraphs", "API: median / p95 / p99, ms", "engine", "completions", "came in, paragraphs/s", "KB each", "heap, MB"],
        [
            [
                f"{told['paragraphs']:,}", three(told["api"]), three(told["engine"]), three(told["suggest"]),
                f"{told['rate']:,.0f} ({told['filled_by']})", f"{_kilobytes(told):.2f}", f"{told['heap_mb']:.0f}",
            ]
            for told in rows
        ],
    )  # fmt: skip
    yield ""
    levels = _levels(rows)
    yield from table(
        ["median of the API, ms, by `match`", *levels],
        [[f"{told['paragraphs']:,}", *(f"{told['levels'].get(level, 0):.1f}" for level in levels)] for told in rows],
    )
    yield ""
    loads = ", ".join(f"{told['machine']['load']} at {told['paragraphs']:,}" for told in rows)
    yield f"Processes that wanted one of the {rows[0]['machine']['cores']} cores when each began: {loads}."


def _levels(rows: Sequence[Json]) -> list[str]:
    return list(dict.fromkeys(level for told in rows for level in told["levels"]))


def _kilobytes(told: Json) -> float:
    """Return what a paragraph takes with its share of the forms; the report store is counted apart."""
    return float(told["bytes"]["paragraphs"] + told["bytes"]["forms"]) / int(told["paragraphs"]) / 1000


if __name__ == "__main__":
    main()
