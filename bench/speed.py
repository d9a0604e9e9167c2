"""Loading and searching, each as a ratio to the bare engine in the same run: `make bench`.

Loading: `load` of a .jsonl against the same documents, made ready beforehand, sent by plain bulk requests of the same
size. Searching: an answer of the API against the same body sent straight to the engine, in turn (A B A B), after a
warm-up. Ratios compare on any machine; the absolute figures are of this one, now.
"""

from __future__ import annotations

import json
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import orjson
import uvicorn
from rich.console import Console
from rich.table import Table

from analyzers.mappings import INDEX_KINDS
from analyzers.names import Aliases
from api.app import create_app
from indexer.commands import LoadOptions, load
from indexer.engine import Action, WritingEngine
from indexer.indices import Indices, stamp
from settings import Settings, read_settings

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared" / "data"
PARAGRAPHS = 20_000
A_REPORT = 20
WARM_UP = 300
ROUNDS = 200
QUERIES = ("ادلب", "قصف المدنيين", '"مجلس الأمن"', "هجوم على مستشفى في حلب", "الأسلحة الكيميائية -لبنان", "لحماس")


def texts() -> list[str]:
    """Return the paragraphs that the corpus is made of: real ones where they are at hand, else the sample corpus."""
    files = sorted(SHARED.glob("*/paragraphs.jsonl"))
    if files:
        return [json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    seeds = sorted((CHECKOUT / "seeds").glob("*.jsonl"))
    reports = [json.loads(line) for file in seeds for line in file.read_text(encoding="utf-8").splitlines()]
    return [paragraph["text"] for report in reports for paragraph in report["paragraphs"]]


def write_corpus(folder: Path) -> int:
    """Write reports of 20 paragraphs, the texts again and again with a number, and return how many paragraphs there are."""
    known = texts()
    numbered = [f"{known[number % len(known)]} {number}" for number in range(PARAGRAPHS)]
    reports = [
        {
            "id": f"bench-{start}",
            "published": f"20{10 + start % 15}-01-01",
            "paragraphs": numbered[start : start + A_REPORT],
        }
        for start in range(0, PARAGRAPHS, A_REPORT)
    ]
    (folder / "corpus.jsonl").write_bytes(b"\n".join(map(orjson.dumps, reports)))
    return PARAGRAPHS


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def load_rates(engine: WritingEngine, settings: Settings, folder: Path) -> tuple[float, float]:
    """Return paragraphs a second of `load`, and of plain bulk requests with the same documents made ready."""
    loaded = seconds(lambda: load(engine, settings, [folder], LoadOptions("bench")))
    indices = Indices(engine, settings)
    raw = indices.create("paragraphs", stamp())
    pages = engine.pages(indices.aliases.paragraphs, {"query": {"match_all": {}}}, size=1000)
    ready = [[_again(raw, hit) for hit in page] for page in pages]
    took = seconds(lambda: [engine.bulk(actions, require_alias=False) for actions in ready])
    engine.delete_index(raw)
    return PARAGRAPHS / loaded, PARAGRAPHS / took


def _again(index: str, hit: dict) -> Action:
    from analyzers.normalize import normalize  # noqa: PLC0415  (what `_source` leaves out is made before the clock runs)

    return Action(
        index, hit["_id"], 1, {**hit["_source"], "normalized": normalize(hit["_source"]["text"]), "forms": []}
    )


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve the API in a thread and yield its base URL."""
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="warning", access_log=False)
    server, socket = uvicorn.Server(config), config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def latencies(settings: Settings) -> tuple[list[float], list[float]]:
    """Return milliseconds of the API and of the engine, request by request in turn."""
    path = f"{settings.opensearch_urls()[0]}/{settings.index}/_search?allow_partial_search_results=false"
    with serving(settings) as url, httpx2.Client(timeout=30) as client:

        def ask(q: str, *, explain: bool = False) -> dict:
            answer = client.post(f"{url}/v1/search", json={"q": q, "explain": explain})
            return answer.raise_for_status().json()

        bodies = {q: orjson.dumps(ask(q, explain=True)["query"]["engine"] | {"explain": False}) for q in QUERIES}
        api, engine = [], []
        for number in range(WARM_UP + ROUNDS):
            q = QUERIES[number % len(QUERIES)]
            a = seconds(lambda q=q: ask(q))
            b = seconds(
                lambda q=q: client.post(path, content=bodies[q], headers={"Content-Type": "application/json"}).json()
            )
            if number >= WARM_UP:
                api.append(a * 1000)
                engine.append(b * 1000)
        return api, engine


def main() -> None:
    """Measure and print one table."""
    settings = read_settings(index=f"bench{secrets.token_hex(4)}", explain=True)
    engine = WritingEngine(settings)
    try:
        with tempfile.TemporaryDirectory() as folder:
            write_corpus(Path(folder))
            loaded, raw = load_rates(engine, settings, Path(folder))
        api, bare = latencies(settings)
    finally:
        for kind in INDEX_KINDS:
            for name in engine.indices(Aliases(settings.index).concrete_pattern(kind)):
                engine.delete_index(name)
        engine.close()
    table = Table("measured", "Rasd", "bare engine", "ratio", title=f"{PARAGRAPHS:,} paragraphs, one connection")
    table.add_row("loading, paragraphs/s", f"{loaded:,.0f}", f"{raw:,.0f}", f"{loaded / raw:.2f}")
    for name, of in (("median", statistics.median), ("p95", lambda told: statistics.quantiles(told, n=20)[-1])):
        table.add_row(f"search {name}, ms", f"{of(api):.1f}", f"{of(bare):.1f}", f"{of(api) / of(bare):.2f}")
    Console(file=sys.stdout).print(table)


if __name__ == "__main__":
    main()
