"""A1 to A9: the engine goes, freezes or answers through a bad network; neighbours are noisy; the server is stopped."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx2
import orjson

from bench.nodes import kill, own_node
from bench.reliability.checks import Seen
from bench.reliability.edge_clients import (
    Told,
    ask,
    client_of,
    eventually,
    hammer,
    percentile,
    search,
    shown,
    slowest,
    statuses,
)
from bench.reliability.edge_proxy import Fault, Proxy, proxied
from bench.reliability.edge_stage import PATIENT, WORD, filled, reports
from bench.served import Served, served
from settings import Settings

LIMIT = 5.0
"""Seconds in which every search is answered, whatever becomes of the engine."""


def engine_lost(times: int) -> Seen:
    """Start the API before its engine, then kill the engine again and again: live and ready are told apart each time."""
    lost, found, wrong = [], [], 0
    with own_node() as node, filled(node.settings, reports(40)) as own:
        node.stop()
        with served(own, environment={"OPENSEARCH_URL": ""}) as api, client_of(api.url) as client:
            pid = api.process.pid
            wrong += ask(client, "GET", "/health/ready").status != 503
            for number in range(times + 1):
                if number:
                    kill(node)
                    lost.append(eventually(lambda: ask(client, "GET", "/health/ready").status == 503, 10))
                answer = search(client, WORD)
                wrong += answer.status != 503 or "retry-after" not in dict(answer.headers) or answer.seconds > 1
                wrong += ask(client, "GET", "/health/live").status != 200
                node.start()
                found.append(eventually(lambda: ask(client, "GET", "/health/ready").status == 200, 20))
                wrong += search(client, WORD).status != 200
            wrong += api.process.poll() is not None or api.process.pid != pid
    worst_lost, worst_found = (max((one if one is not None else 99.0) for one in seen) for seen in (lost, found))
    figure = (
        f"API started before its engine, {times} SIGKILLs of it: not ready after {worst_lost:.2f} s at most, ready "
        f"{worst_found:.2f} s after the node's return, {wrong} wrong answers, one process throughout"
    )
    return Seen(figure, wrong == 0 and worst_lost <= 2 and worst_found <= 5)


@dataclass(frozen=True, slots=True)
class Freeze:
    """How long the engine is frozen, under how many clients, and within how many seconds answers have to come."""

    clients: int
    seconds: float
    limit: float = LIMIT


def frozen(own: Settings, pid: int, freeze: Freeze, environment: dict[str, str] | None = None) -> Seen:
    """Freeze the engine while clients search: each is answered in time; thawed, it answers at once; no socket is left."""
    clients, seconds, limit = freeze.clients, freeze.seconds, freeze.limit
    with served(own, environment=environment) as api:
        hammer(api.url, clients, 1.0, lambda client, _: search(client, WORD))
        time.sleep(0.5)
        before = api.sockets()
        os.kill(pid, signal.SIGSTOP)
        try:
            told = hammer(api.url, clients, seconds, lambda client, _: search(client, WORD))
        finally:
            os.kill(pid, signal.SIGCONT)
        with client_of(api.url) as client:
            back = eventually(lambda: search(client, WORD).status == 200, 15)
        again = hammer(api.url, clients, 1.0, lambda client, _: search(client, WORD))
        time.sleep(0.5)
        after = api.sockets()
    recovered = back if back is not None else 99.0
    figure = (
        f"{clients} clients, {seconds:g} s frozen: {shown(statuses(told))}, the slowest {slowest(told):.2f} s; back "
        f"{recovered:.2f} s after SIGCONT; sockets {before} before, {after} after"
    )
    kept = set(statuses(told)) <= {503, 504} and 504 in statuses(told) and slowest(told) <= limit
    # While the queue empties a few may still be told to come back; a socket a client more would be a leak.
    return Seen(figure, kept and recovered <= limit and 200 in statuses(again) and after <= before + 4)


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


def bad_network(own: Settings, rounds: int, chance: random.Random, prelude: str = "", limit: float = LIMIT + 1) -> Seen:
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
    figure = f"{asked} answers of {len(there)} addresses, made partial on the way: {len(passed)} passed on {passed[:2]}"
    return Seen(figure, not passed and len(there) >= 5)


def short_of_time(settings: Settings, calls: int, chance: random.Random) -> Seen:
    """Give the engine too little time: an answer is the whole one, or a 504."""
    with filled(settings, reports(20_000)) as own:
        with served(own) as patient, client_of(patient.url) as client:
            queries = [f"{WORD} {chance.choice(('إدلب', 'حلب', 'درعا'))} {number}" for number in range(20)]
            whole = {q: _content(search(client, q, facets=["month", "source"])) for q in queries}
        with served(own, environment={"SEARCH_TIMEOUT": "0.001"}) as hasty, client_of(hasty.url) as client:
            told = [(q, search(client, q, facets=["month", "source"])) for q in chance.choices(queries, k=calls)]
    cut = sum(answer.status == 200 and _content(answer) != whole[q] for q, answer in told)
    counts = statuses(answer for _, answer in told)
    return Seen(f"{calls} searches with 1 ms for the engine: {shown(counts)}; {cut} partial", cut == 0)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """How honest and hostile clients are set up."""

    honest: int
    hostile: int
    seconds: float


HOSTILE: list[dict[str, object]] = [
    {"q": "الا", "match": "substring", "size": 100, "facets": ["month", "source"]},
    {"q": "قصف* غار* مدف* حلب*", "size": 100, "facets": ["month", "year", "source", "place"]},
    {"q": " OR ".join(f"كلمة{number}" for number in range(60)), "size": 100},
    {"q": '"قصف ريف"~20 "قصف المدنيين"~20 "قصف أحياء"~20', "size": 100, "group": "story"},
]
"""The most expensive searches that the API takes."""
WILDCARDS = {
    "query": {"bool": {"should": [{"wildcard": {"forms": f"*{letter}*"}} for letter in "ابتثجحخدرزسشصطعفقكلمنهوي"]}}
}


def neighbours(
    own: Settings, size: Neighbours, environment: dict[str, str] | None = None, *, wildcards: bool = False
) -> Seen:
    """Let hostile clients ask the most expensive searches beside honest ones; with `wildcards`, the engine's own."""
    with served(own, environment={"RATE_LIMIT": "off", **(environment or {})}) as api:
        engine, index = own.opensearch_urls()[0], own.index
        if wildcards:
            _expensive(engine, allowed=True)
        hammer(api.url, size.honest, 2.0, _honest)
        quiet = hammer(api.url, size.honest, size.seconds, _honest)
        stop = threading.Event()

        def attack(number: int) -> None:
            with client_of(engine if wildcards else api.url) as client:
                while not stop.is_set():
                    if wildcards:
                        ask(client, "POST", f"/{index}/_search", json=WILDCARDS)
                    else:
                        ask(client, "POST", "/v1/search", json=HOSTILE[number % len(HOSTILE)])

        with ThreadPoolExecutor(size.hostile) as pool:
            attacks = [pool.submit(attack, number) for number in range(size.hostile)]
            noisy = hammer(api.url, size.honest, size.seconds, _honest)
            stop.set()
        for one in attacks:
            one.result()
        if wildcards:
            _expensive(engine, allowed=False)
    errors = sum(one.status != 200 for one in noisy)
    calm, loud = percentile(quiet, 0.99), percentile(noisy, 0.99)
    figure = (
        f"{size.honest} honest and {size.hostile} hostile clients: p99 of the honest "
        f"{calm * 1000:.0f} ms alone, {loud * 1000:.0f} ms beside them; {errors} of {len(noisy):,} honest answers no 200"
    )
    return Seen(figure, errors == 0 and loud <= max(3 * calm, calm + 0.3))


def _honest(client: httpx2.Client, number: int) -> Told:
    return search(client, ("إدلب", "حلب", "قصف المدنيين", '"مجلس الأمن"')[number % 4])


def _expensive(engine: str, *, allowed: bool) -> None:
    body = {"transient": {"search.allow_expensive_queries": True if allowed else None}}
    httpx2.put(f"{engine}/_cluster/settings", json=body, timeout=30).raise_for_status()


def load(own: Settings, clients: int, seconds: float) -> Seen:
    """Search with many clients at once."""
    with served(own, environment={"RATE_LIMIT": "off"}) as api:
        hammer(api.url, clients, 5.0, _honest)
        told = hammer(api.url, clients, seconds, _honest)
    errors = sum(one.status != 200 for one in told)
    p50, p99 = percentile(told, 0.5), percentile(told, 0.99)
    figure = (
        f"{clients} clients: {len(told) / seconds:.0f} searches a second, p50 "
        f"{p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, {errors} errors"
    )
    return Seen(figure, errors == 0 and p99 < 0.75)


IMPATIENT = "import api.app\napi.app.Patience = lambda app: app"
"""What lets a search go on whose client has left."""


def walked_away(own: Settings, pid: int, clients: int, prelude: str = "") -> Seen:
    """Let clients leave in the middle of their search: nothing of it is left in the engine or in a queue."""
    with served(own, prelude) as api, client_of(api.url) as client:
        search(client, WORD)
        os.kill(pid, signal.SIGSTOP)
        try:
            with ThreadPoolExecutor(min(clients, 50)) as pool:
                list(pool.map(lambda _: _left(api), range(clients)))
        finally:
            os.kill(pid, signal.SIGCONT)
        gone = eventually(lambda: _tasks(own) == 0, 10)
        waiting = ask(client, "GET", "/metrics").body.decode()
        status = search(client, WORD).status
    ended = re.search(r'rasd_engine_requests_total{outcome="CancelledError"} (\d+)', waiting)
    kept = gone is not None and gone <= 2 and status == 200 and "rasd_engine_waiting 0.0" in waiting and bool(ended)
    after = f"{gone:.2f} s" if gone is not None else "never"
    told = ended[1] if ended else 0
    figure = f"{clients} clients left: {told} searches ended for it, none is in the engine {after} after it goes on"
    return Seen(figure, kept)


def _left(api: Served) -> None:
    try:
        httpx2.post(f"{api.url}/v1/search", json={"q": WORD}, timeout=0.3)
    except httpx2.TimeoutException:
        return


def _tasks(settings: Settings) -> int:
    answer = httpx2.get(f"{settings.opensearch_urls()[0]}/_tasks?actions=*search*", timeout=30).json()
    return sum(len(node["tasks"]) for node in answer["nodes"].values())


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


ABRUPT = """
import uvicorn, api.connection
api.connection.LAST_CALL = 0
made = uvicorn.Config
uvicorn.Config = lambda app, **options: made(app, **{**options, "timeout_graceful_shutdown": 0})
"""
"""What ends a server without waiting for what is under way."""
UNDER_WAY = 0.25
"""Seconds before the signal from which on a request counts as begun: less may still be on its way to the server."""


def stopped(own: Settings, clients: int, chance: random.Random, prelude: str = "") -> Seen:
    """Send SIGTERM while clients search: what was begun before is answered whole, and the process ends in order."""
    sent = threading.Event()
    told: list[tuple[float, str]] = []
    with served(own, prelude) as api:
        hammer(api.url, 2, 1.0, lambda client, _: search(client, WORD))

        def one(_: int) -> None:
            while not sent.is_set():
                begun = time.monotonic()
                told.append((begun, _one_connection(api.url)))

        with ThreadPoolExecutor(clients) as pool:
            running = [pool.submit(one, number) for number in range(clients)]
            try:
                time.sleep(1 + chance.random())
                started = time.monotonic()
                api.process.send_signal(signal.SIGTERM)
                code = _ended(api.process, 20)
                took = time.monotonic() - started
            finally:
                sent.set()
            for each in running:
                each.result()
    lost = [how for begun, how in told if how == "cut" or (begun < started - UNDER_WAY and how != "whole")]
    whole = sum(how == "whole" for _, how in told)
    cut = lost.count("cut")
    figure = (
        f"SIGTERM under {clients} clients: {whole:,} searches answered whole, {cut} cut, {len(lost) - cut} of those "
        f"under way lost; ended after {took:.1f} s with code {code}"
    )
    return Seen(figure, bool(whole) and not lost and code == 0 and took <= 10)


def _ended(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Wait for a process and return its code, None where it goes on."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def _one_connection(url: str) -> str:
    """Search on a connection of its own and say what became of it: `whole`, `cut` in the middle, or `refused`."""
    try:
        with (
            client_of(url) as client,
            client.stream("POST", "/v1/search", json={"q": WORD, "size": 100}) as answer,
        ):
            try:
                orjson.loads(answer.read())
            except (httpx2.HTTPError, orjson.JSONDecodeError):
                return "cut"
            return "whole"
    except httpx2.HTTPError:
        return "refused"
