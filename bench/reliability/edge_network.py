"""A bad network, answers in part, and a search that is sent once (A3, A4, A8)."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import httpx2
import orjson

from bench.reliability.checks import Seen
from bench.reliability.edge_clients import (
    Told,
    ask,
    client_of,
    eventually,
    search,
    shown,
    slowest,
    statuses,
)
from bench.reliability.edge_proxy import Fault, Proxy, proxied
from bench.reliability.edge_stage import PATIENT, WORD
from bench.served import served
from settings import Settings

LIMIT = 5.0
"""Seconds in which every search is answered, whatever becomes of the engine."""


_DAMAGED = (
    b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{"took": 1, ',
    b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>",
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\nnull",
    b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>",
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{}",
    b"\x16\x03\x01\x00\x00nonsense\r\n\r\n",
)


def network_fault(chance: random.Random) -> Fault:
    """Return one way in which a network is bad."""
    place = chance.choice((0, 1, 9, 40, 120, 300, 1000, 3000, chance.randrange(1, 20_000)))
    return chance.choice(
        (
            Fault("500 ms more", delay=0.5),
            Fault("10 KB/s", rate=10_000),
            Fault("a byte at a time", slices=1),
            *(Fault(f"reset at {place}", cut_at=place, end="reset") for _ in range(3)),
            *(Fault(f"closed at {place}", cut_at=place, end="close") for _ in range(3)),
            Fault(f"half closed at {place}", cut_at=place, end="half"),
            Fault(f"silent at {place}", cut_at=place, end="hang"),
            *(Fault("damaged", instead=chance.choice(_DAMAGED)) for _ in range(3)),
            Fault(),
        )
    )


def bad_network(own: Settings, rounds: int, chance: random.Random, prelude: str = "", limit: float = LIMIT) -> Seen:
    """Search through a bad network: answers are whole or an error that says so, in time; then it is good again at once."""
    told: list[tuple[Fault, Told]] = []
    with proxied(own.opensearch_urls()[0]) as proxy:
        behind = own.model_copy(update={"opensearch_url": proxy.url})
        with served(behind, prelude) as api, client_of(api.url) as client, ThreadPoolExecutor(4) as pool:
            eventually(lambda: search(client, WORD, size=30).status == 200, 20)
            whole = _content(search(client, WORD, size=30))
            faults = [Fault("damaged", instead=damaged) for damaged in _DAMAGED]
            for number in range(rounds):
                proxy.fault = faults[number] if number < len(faults) else network_fault(chance)
                answers = list(pool.map(lambda _: search(client, WORD, size=30), range(4)))
                told += [(proxy.fault, answer) for answer in answers]
            proxy.fault = Fault()
            back = eventually(lambda: search(client, WORD, size=30).status == 200, 10)
    answers = [answer for _, answer in told]
    cut = sum(answer.status == 200 and _content(answer) != whole for answer in answers)
    odd = [f"{answer.status or answer.fault} at '{fault.name}'" for fault, answer in told if not _is_fine(answer)]
    figure = (
        f"{len(told):,} searches: {shown(statuses(answers))}; {cut} cut answers passed on as whole; the slowest "
        f"{slowest(answers):.2f} s; {len(odd)} others {odd[:2] if odd else ''}".rstrip()
    )
    return Seen(figure, cut == 0 and not odd and slowest(answers) <= limit and back is not None)


def _is_fine(answer: Told) -> bool:
    return answer.status == 200 or (answer.status in {502, 503, 504} and answer.is_a_problem)


def _content(answer: Told) -> object:
    """Return what an answer says, without the time that it took."""
    told = orjson.loads(answer.body)
    return [told.get("total"), [(hit["id"], hit["highlight"]) for hit in told.get("hits", [])]]


LENIENT = "import api.engine\napi.engine.SerializationError = type('Other', (Exception,), {})"
"""What takes out that a damaged answer of the engine is an error of ours that is told."""

PASSED_ON = """
import api.engine
async def passed_on(self, where, body):
    return api.engine.unbounded(await self._ask("POST", f"{where}/_search", body))
api.engine.ReadingEngine._search = passed_on
"""
"""What takes out that an answer is looked at for being a part."""
PARTS = {
    "/v1/search": {"q": WORD},
    "/v1/search.csv": {"q": WORD},
    "/v1/search.ndjson": {"q": WORD},
    "/v1/search.atom": {"q": WORD},
    "/v1/forms": {"q": WORD},
    "/v1/suggest": {"q": WORD},
    "/v1/values/source": {},
}


def parts(own: Settings, prelude: str = "") -> Seen:
    """Let the engine say that an answer holds only a part: none of it goes out as whole, from any address."""
    changes = {
        "timed out": lambda data: data.replace(b'"timed_out":false', b'"timed_out":true '),
        "a shard failed": lambda data: data.replace(b'"failed":0', b'"failed":1'),
    }
    passed, asked = [], 0
    with proxied(own.opensearch_urls()[0]) as proxy:
        behind = own.model_copy(update={"opensearch_url": proxy.url})
        with served(behind, prelude, {"CORPUS_REFRESH": "3600", **PATIENT}) as api, client_of(api.url) as client:
            there = [path for path in PARTS if ask(client, "GET", path, params=PARTS[path]).status == 200]
            for name, change in changes.items():
                proxy.fault = Fault(name, change=change)
                for path in there:
                    asked += 1
                    status = ask(client, "GET", path, params=PARTS[path]).status
                    if status != 504:
                        passed.append(f"{path}: {status} though {name}")
            told = api.told().count("answered only in part")
    figure = (
        f"{asked} answers of {len(there)} addresses, made partial on the way: {len(passed)} passed on {passed[:2]}; "
        f"{told} told in the log"
    )
    return Seen(figure, not passed and len(there) >= 5 and told >= asked)


_REFUSALS = (
    Fault(),
    Fault("busy", instead=b"HTTP/1.1 503 Busy\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"),
    Fault("too many", instead=b"HTTP/1.1 429 Busy\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"),
    Fault("gateway", instead=b"HTTP/1.1 504 Slow\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"),
    Fault("reset", cut_at=0, end="reset"),
    Fault("silent", cut_at=0, end="hang"),
)


def one_search(own: Settings, rounds: int, prelude: str = "") -> Seen:
    """Count the searches that reach the engine while it answers, refuses, resets and is silent."""
    with proxied(own.opensearch_urls()[0]) as proxy:
        behind = own.model_copy(update={"opensearch_url": proxy.url})
        with served(behind, prelude, {"CORPUS_REFRESH": "3600"}) as api, client_of(api.url) as client:
            search(client, WORD)
            faults = [*_REFUSALS, *_REFUSALS[:-1] * (rounds - 1)]  # each silence takes its seconds
            told = [_searched(client, proxy, fault) for fault in faults]
    answers, most = [answer for _, answer, _ in told], max(count for *_, count in told)
    seen = sum(count for *_, count in told)
    # A connection that the network ended is found out by the search that is sent on it: that one reaches nobody.
    fine = all(count == 1 for fault, _, count in told if fault is _REFUSALS[0])
    broken = sum(answer.status == 500 for answer in answers)
    figure = f"{len(told):,} searches, {shown(statuses(answers))}: {seen:,} reached the engine, {most} at most for one"
    return Seen(figure, most == 1 and fine and not broken)


def _searched(client: httpx2.Client, proxy: Proxy, fault: Fault) -> tuple[Fault, Told, int]:
    """Search once with a fault and count what reached the engine; the keys are read before, in good weather."""
    proxy.fault = Fault()
    eventually(lambda: ask(client, "GET", "/v1/paragraphs/none:1").status == 404, 10)
    before = proxy.searches
    proxy.fault = fault
    return fault, search(client, WORD), proxy.searches - before


RETRYING = """
import opensearchpy._async.client as client
made = client.AsyncOpenSearch.__init__
def retrying(self, *given, **options):
    made(self, *given, **{**options, "max_retries": 3, "retry_on_timeout": True})
client.AsyncOpenSearch.__init__ = retrying
"""
"""What lets the engine's client try again, as it does where nobody tells it not to."""
