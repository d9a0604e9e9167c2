"""The API against the bare engine, in one table: `make bench`.

The corpus is made (`bench.prose`) and loaded by `load`. The queries are those of seeds/judgements.tsv, each at its level. A
search is asked of the API, a process of its own, and the very body that the API sends is posted straight to the engine, in
turn (A B A B): at one connection request by request, at more in blocks of two seconds. Both answers are read whole and not
parsed. What a part of an answer costs is the difference to the same search without it, in the same turns.

Chance is in the order of things on a shared machine: ratios have the interval of a bootstrap over the pairs.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import orjson

from bench import load as loading
from bench.cores import engine_apart
from bench.figures import Machine, keep, show, table, where
from bench.formats import reports, write_jsonl
from bench.own_indices import own_indices
from bench.page import first_results
from bench.queries import Pair, judged_queries, paired
from bench.reports import write_reports
from bench.served import Served, served
from bench.spread import Ratio, median_difference, percentiles, ratio_of_medians, ratio_of_rates
from bench.traffic import Target, Traffic, in_turn, one_by_one
from indexer.commands import LoadOptions, load
from settings import Settings

PARAGRAPHS = 20_000
CONNECTIONS = (8, 32)
BUSIEST = CONNECTIONS[-1]
WARM_UP = 450
ROUNDS = 900
PART_ROUNDS = 450
BLOCKS = 10
BLOCK_SECONDS = 2.0
LOADS = 3
Json = dict[str, Any]


def main() -> None:
    """Measure, keep the figures and write the tables; the argument `answers` or `loading` does one of both."""
    wanted = sys.argv[1:] or ["answers", "loading"]
    if "answers" in wanted:
        machine = Machine()
        told: Json = {}
        with corpus_served() as (api, settings):
            told |= answering(api, settings)
        told["machine"] = machine.seen()
        keep("answers", told)
        show("make bench", lines(told))
    if "loading" in wanted:
        machine = Machine()
        rows = {**load_rates(), "machine": machine.seen()}
        keep("loading", rows)
        show("make bench, loading", loading_lines(rows))


@contextmanager
def corpus_served() -> Iterator[tuple[Served, Settings]]:
    """Load a made corpus into indices of its own and serve it, with the engine's requests explained."""
    with own_indices(explain=True) as (engine, settings):
        with tempfile.TemporaryDirectory() as folder:
            load(engine, settings, [write_reports(Path(folder), PARAGRAPHS)], LoadOptions("bench"))
        engine.refresh(settings.index)
        with served(settings, environment={"EXPLAIN": "true"}) as api:
            api.wait_for_corpus()
            yield api, settings


def _apart(pair: Pair, api: Served, settings: Settings) -> Json | None:
    """Return the busiest row with the engine on one core, API and client on the other; None where that cannot be had."""
    places = engine_apart(settings, api.process.pid, os.getpid())
    if places is None:
        return None
    with places:
        return _many_connections(pair, BUSIEST)[0]


def answering(api: Served, settings: Settings) -> Json:
    """Return the figures of answers: latencies, rates, what parts cost, what the process uses."""
    pair = paired(api.url, settings, judged_queries())
    told: Json = {"queries": len(pair.api.bodies), "paragraphs": PARAGRAPHS}
    told["page"] = first_results(api.url, ["ادلب", "حلب", "القصف"])
    told["rows"] = [_one_connection(pair)]
    before = api.used()
    answers = 0
    for connections in CONNECTIONS:
        row, answered = _many_connections(pair, connections)
        told["rows"].append(row)
        answers += answered
    after = api.used()
    told["process"] = {
        "seconds_per_1000": (after.seconds - before.seconds) / answers * 1000,
        "megabytes": after.megabytes,
        "answers": answers,
    }
    told["apart"] = _apart(pair, api, settings)
    told["parts"] = [{"part": name, "costs": _bounds(cost)} for name, cost in parts(pair)]
    return told


def _one_connection(pair: Pair) -> Json:
    with Traffic(1) as traffic:
        api, engine = one_by_one(traffic, (pair.api, pair.engine), WARM_UP, ROUNDS)
    rates = [1000 / float(np.mean(side)) for side in (api, engine)]
    return {
        "connections": 1,
        "api": percentiles(api),
        "engine": percentiles(engine),
        "ratio": _bounds(ratio_of_medians(api, engine)),
        "rates": rates,
        "throughput": _bounds(ratio_of_medians(engine, api)),
    }


def _many_connections(pair: Pair, connections: int) -> tuple[Json, int]:
    with Traffic(connections) as traffic:
        api, engine = in_turn(traffic, (pair.api, pair.engine), BLOCKS, BLOCK_SECONDS)
    medians = [[median(block.milliseconds) for block in side] for side in (api, engine)]
    rates = [[block.rate for block in side] for side in (api, engine)]
    row = {
        "connections": connections,
        "api": percentiles([told for block in api for told in block.milliseconds]),
        "engine": percentiles([told for block in engine for told in block.milliseconds]),
        "ratio": _bounds(ratio_of_medians(*medians)),
        "rates": [float(np.mean(side)) for side in rates],
        "throughput": _bounds(ratio_of_rates(*rates)),
        "refused": sum(block.refused for block in api),
    }
    # The first block of each side is not counted among the figures, and is among what the process has used.
    counted = sum(len(block.milliseconds) for block in api)
    return row, round(counted * (BLOCKS + 1) / BLOCKS)


def parts(pair: Pair) -> Iterator[tuple[str, Ratio]]:
    """Yield what each part of an answer costs in milliseconds, at one connection."""
    for name, left_out in {
        "marks, in the engine": "highlight",
        "levels and other counts": "aggs",
        "the rescore by 4-grams": "rescore",
    }.items():
        yield name, _cost(pair.engine, _without(pair.engine, left_out))
    more: dict[str, Json] = {
        "four facets: sources, places, groups, months": {"facets": ["source", "place", "actor", "month"]},
        "groups by report": {"group": "report"},
        "one neighbour on each side": {"context": 1},
        "a hundred hits and not ten": {"size": 100},
    }
    for name, params in more.items():
        yield name, _cost(_with(pair.api, params), pair.api)
    yield "texts and marks, against ids alone", _cost(pair.api, _with(pair.api, {"fields": ["id", "score"]}))


def _cost(one: Target, other: Target) -> Ratio:
    with Traffic(1) as traffic:
        return median_difference(*one_by_one(traffic, (one, other), WARM_UP // 3, PART_ROUNDS))


def _with(target: Target, params: Json) -> Target:
    return Target(target.url, [orjson.dumps({**orjson.loads(body), **params}) for body in target.bodies])


def _without(target: Target, part: str) -> Target:
    bodies = [orjson.loads(body) for body in target.bodies]
    return Target(
        target.url, [orjson.dumps({key: value for key, value in body.items() if key != part}) for body in bodies]
    )


def load_rates() -> Json:
    """Return paragraphs a second of `load` and of ready bulk requests, in turn, by `bench.load`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_jsonl(folder, reports(loading.TOTAL))
        loads, raws = [], []
        for _ in range(LOADS):
            loads.append(loading.load_seconds(folder, loading.TOTAL))
            with own_indices() as (engine, settings):
                actions = loading.ready_actions(loading.made_ready(folder, settings))
                raws.append(loading.raw_seconds(engine, settings, actions))
    return {
        "paragraphs": loading.TOTAL,
        "load": [loading.TOTAL / took for took in loads],
        "bulk": [loading.TOTAL / took for took in raws],
        "ratio": _bounds(ratio_of_medians(raws, loads)),
    }


def _bounds(ratio: Ratio) -> Json:
    return {"value": ratio.value, "low": ratio.low, "high": ratio.high}


def _told(bounds: Json) -> str:
    return str(Ratio(**bounds))


def lines(told: Json) -> Iterator[str]:
    """Yield the page's part on answers."""
    yield where(told["machine"]) + f", {told['paragraphs']:,} paragraphs, {told['queries']} queries."
    yield ""
    rows = [*told["rows"], *([{**told["apart"], "connections": f"{BUSIEST}, cores apart"}] if told["apart"] else [])]
    yield from table(
        ["connections", "API: median / p95 / p99, ms", "engine", "ratio of medians", "API: answers/s", "engine", "ratio"],
        [
            [
                row["connections"], three(row["api"]), three(row["engine"]), _told(row["ratio"]),
                *(f"{rate:,.0f}" for rate in row["rates"]), _told(row["throughput"]),
            ]
            for row in rows
        ],
    )  # fmt: skip
    process = told["process"]
    yield ""
    if refused := {row["connections"]: row["refused"] for row in told["rows"] if row.get("refused")}:
        yield f"Refused by the API, which lets nobody wait for a turn longer than a second: {refused} (connections: answers)."
        yield ""
    yield (
        f"The API's process: {process['seconds_per_1000']:.2f} seconds of a core for 1,000 answers, "
        f"{process['megabytes']:.0f} MB after {process['answers']:,} of them."
    )
    if told["page"]:
        yield ""
        yield (
            "The page in Chromium, from its address to the first hit with its marks, with an empty cache: "
            f"{median(told['page']):,.0f} ms (median of {len(told['page'])}, from {min(told['page']):,.0f} "
            f"to {max(told['page']):,.0f})."
        )
    yield ""
    yield from table(
        ["part of an answer", "costs, ms (median)"], [[part["part"], _told(part["costs"])] for part in told["parts"]]
    )


def loading_lines(told: Json) -> Iterator[str]:
    """Yield the page's part on loading."""
    yield where(told["machine"]) + "."
    yield ""
    yield from table(
        ["paragraphs", "load, paragraphs/s", "ready bulk, paragraphs/s", "ratio"],
        [
            [
                f"{told['paragraphs']:,}",
                *(f"{median(told[side]):,.0f}" for side in ("load", "bulk")),
                _told(told["ratio"]),
            ]
        ],
    )


def three(values: Sequence[float]) -> str:
    """Return percentiles as a cell shows them."""
    return " / ".join(f"{value:.1f}" for value in values)


if __name__ == "__main__":
    main()
