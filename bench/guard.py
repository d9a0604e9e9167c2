"""What a search costs, in figures that no busy machine moves: `make bench-guard`.

Each request goes to the application in this process, over the sample corpus on a real engine. Counted are the requests that
the API sends to the engine, the clauses of the query among them, the bytes of the answer, and the calls of functions on the
way (by Python, and into C). Of several runs the least is taken, and what looks after keys and corpus in between rests.
`expected.json` holds what they were; more than the tolerance above it fails. `--write` takes the figures of now.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Self
from unittest.mock import patch
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI
from starlette.types import Message

from api import keyring
from api.app import create_app
from bench.own_indices import own_indices
from indexer.commands import LoadOptions, load
from settings import CHECKOUT, Settings

EXPECTED = Path(__file__).parent / "expected.json"
REPEATS = 7
_NEVER = 3600.0
"""Seconds: longer than all of it takes."""
Json = dict[str, Any]

REQUESTS: dict[str, tuple[str, Json]] = {
    "a word": ("/v1/search", {"q": "ادلب"}),
    "two words": ("/v1/search", {"q": "قصف المدنيين"}),
    "many words": ("/v1/search", {"q": "هجوم على مستشفى في مدينة حلب خلال وقف إطلاق النار"}),
    "a phrase": ("/v1/search", {"q": '"مجلس الأمن"'}),
    "without a word": ("/v1/search", {"q": "سوريا -لبنان"}),
    "a name with others": ("/v1/search", {"q": "داعش"}),
    "an open end": ("/v1/search", {"q": "صاروخ*"}),
    "a substring": ("/v1/search", {"q": "مستشف", "match": "substring"}),
    "nothing found": ("/v1/search", {"q": "ادلبب قصفف"}),
    "a hundred hits": ("/v1/search", {"q": "سوريا", "size": 100}),
    "few fields": ("/v1/search", {"q": "سوريا", "fields": "id,text"}),
    "facets": ("/v1/search", {"q": "سوريا", "facets": "source,place,actor,month"}),
    "groups": ("/v1/search", {"q": "سوريا", "group": "report"}),
    "by date": ("/v1/search", {"q": "سوريا", "sort": "newest"}),
    "neighbours": ("/v1/search", {"q": "سوريا", "context": 1}),
    "completions": ("/v1/suggest", {"q": "سور"}),
}
LEAVES = {"match", "match_phrase", "match_none", "match_all", "term", "terms", "wildcard", "range", "exists", "ids"}
# Requests and clauses are whole numbers that nothing but the code decides.
TOLERANCES = {"requests": 0.0, "clauses": 0.0, "bytes": 0.03, "calls": 0.1}
# Python 3.12 runs these in place, where 3.11 calls them.
INLINED = {"<listcomp>", "<dictcomp>", "<setcomp>"}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request costs: requests to the engine, leaves of the query there, bytes of the answer, calls of functions."""

    requests: int
    clauses: int
    bytes: int
    calls: int


class Calls:
    """Counts the calls of functions in this thread while it is entered."""

    def __init__(self) -> None:
        self.made = 0

    def _told(self, frame: FrameType, event: str, _: object) -> None:
        if event == "c_call" or (event == "call" and frame.f_code.co_name not in INLINED):
            self.made += 1

    def __enter__(self) -> Self:
        sys.setprofile(self._told)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)


async def answer(app: FastAPI, path: str, params: Json) -> bytes:
    """Return the body of the answer to one GET, which must succeed."""
    sent: list[Message] = []
    asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return asked.pop() if asked else await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "root_path": "",
        "raw_path": path.encode(), "query_string": urlencode(params).encode(), "headers": [(b"host", b"rasd")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    if sent[0]["status"] != 200:
        raise RuntimeError(f"{path} answered {sent[0]['status']}: {body[:300]!r}")
    return body


async def cost(app: FastAPI, path: str, params: Json) -> Cost:
    """Return what a request costs, once what the first ones remember is remembered."""
    told = [await _once(app, path, params) for _ in range(REPEATS)][1:]
    clauses = 0
    if path == "/v1/search":
        explained = json.loads(await answer(app, path, {**params, "explain": "true"}))
        clauses = leaves(explained["query"]["engine"])
    requests, sizes, calls = (min(figures) for figures in zip(*told, strict=True))
    return Cost(requests, clauses, sizes, calls)


async def _once(app: FastAPI, path: str, params: Json) -> tuple[int, int, int]:
    before = _engine_requests(app)
    with Calls() as calls:
        body = await answer(app, path, params)
    return _engine_requests(app) - before, len(body), calls.made


def _engine_requests(app: FastAPI) -> int:
    told = app.state.metrics.registry.get_sample_value("rasd_engine_requests_total", {"outcome": "ok"})
    return int(told or 0)


def leaves(body: object) -> int:
    """Return how many clauses of an engine body match something by themselves, wherever they stand in it."""
    if isinstance(body, list):
        return sum(map(leaves, body))
    if not isinstance(body, dict):
        return 0
    return sum(1 if name in LEAVES and isinstance(part, dict) else leaves(part) for name, part in body.items())


async def _costs(settings: Settings) -> dict[str, Cost]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        await app.state.corpus.refresh()
        await app.state.keyring.refresh()
        return {name: await cost(app, path, params) for name, (path, params) in REQUESTS.items()}


def costs(settings: Settings) -> dict[str, Cost]:
    """Return what each request of the table costs over the sample corpus, which the settings name."""
    quiet = settings.model_copy(update={"explain": True, "corpus_refresh": _NEVER})
    # On a busy machine what looks after keys would come into every request.
    with patch.multiple(keyring, REFRESH=_NEVER, OLDEST_WITHOUT=_NEVER):
        return asyncio.run(_costs(quiet))


def expected() -> dict[str, Json]:
    """Return what was written last. Calls differ from one Python to another: those of another than this one are left out."""
    told: Json = orjson.loads(EXPECTED.read_bytes())
    same = told["python"] == _python()
    return {
        name: {of: figure for of, figure in row.items() if same or of != "calls"} for name, row in told["costs"].items()
    }


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def regressions(expected_costs: dict[str, Json], now: dict[str, Cost]) -> Iterator[str]:
    """Yield, in words, what costs more than expected and tolerated, and what is not expected at all."""
    for name, told in now.items():
        if name not in expected_costs:
            yield f"{name}: nothing is expected of it; write the figures with --write"
            continue
        for of, figure in expected_costs[name].items():
            found = getattr(told, of)
            if found > figure * (1 + TOLERANCES[of]):
                yield f"{name}: {found:,} {of}, and {figure:,} are expected"


def main() -> None:
    """Measure over the sample corpus; exit code 1 where something costs more."""
    with own_indices(explain=True) as (engine, settings):
        load(engine, settings, sorted((CHECKOUT / "seeds").glob("*.jsonl")), LoadOptions("default"))
        now = costs(settings)
    if "--write" in sys.argv:
        rows = {name: asdict(told) for name, told in now.items()}
        EXPECTED.write_bytes(orjson.dumps({"python": _python(), "costs": rows}, option=orjson.OPT_INDENT_2) + b"\n")
    for name, told in now.items():
        print(
            f"{name:20} {told.requests} requests {told.clauses:4} clauses {told.bytes:8,} bytes {told.calls:8,} calls"
        )
    worse = list(regressions(expected(), now))
    print("\n".join(worse) or "Nothing costs more than expected.")
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
