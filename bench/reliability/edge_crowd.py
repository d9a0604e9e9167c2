"""Many clients at once, some of them with the most expensive searches there are (A5, A6)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx2
import numpy as np

from bench.queries import paired
from bench.reliability.checks import Seen
from bench.reliability.edge_clients import (
    Told,
    ask,
    client_of,
    hammer,
    percentile,
    search,
)
from bench.served import served
from bench.traffic import Traffic, in_turn
from settings import Settings


@dataclass(frozen=True, slots=True)
class Neighbours:
    """How honest and hostile clients are set up."""

    honest: int
    hostile: int
    seconds: float


HONEST = ("إدلب", "حلب", "قصف المدنيين", '"مجلس الأمن"')
SLOWER_THAN_ALONE = 2.44
"""Times the engine's own p99 within which the API has to answer: 750 and 307 ms on the machine of the design trial."""
ROUNDS = 5
ONE_BY_ONE = {"CONCURRENCY": "1"}
"""A server that lets one search at a time to the engine."""
WARM_UP = 45.0
"""Seconds before what is counted: a node that was just started compiles what it runs, and takes twice as long until then."""
HOSTILE: list[dict[str, object]] = [
    {"q": "الا", "match": "substring", "size": 100, "facets": ["month", "source"]},
    {"q": "قصف* غار* مدف* حلب*", "size": 100, "facets": ["month", "year", "source", "place"]},
    {"q": " OR ".join(f"كلمة{number}" for number in range(60)), "size": 100},
    {"q": '"قصف ريف"~20 "قصف المدنيين"~20 "قصف أحياء"~20', "size": 100, "group": "story"},
]
"""The most expensive searches that the API takes."""
WILDCARDS = {
    "size": 1000,
    "highlight": {"fields": {"text": {"number_of_fragments": 0}}, "require_field_match": False},
    "query": {"bool": {"should": [{"wildcard": {"forms": f"*{letter}*"}} for letter in "ابتثجحخدرزسشصطعفقكلمنهوي"]}},
}
"""What the API takes from nobody: words open at both ends, and ten times as many hits as it gives at once."""


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
    return search(client, HONEST[number % len(HONEST)])


def _expensive(engine: str, *, allowed: bool) -> None:
    body = {"transient": {"search.allow_expensive_queries": True if allowed else None}}
    httpx2.put(f"{engine}/_cluster/settings", json=body, timeout=30).raise_for_status()


def load(
    own: Settings, clients: int, seconds: float, environment: dict[str, str] | None = None, warm_up: float = WARM_UP
) -> Seen:
    """Search with many clients at once, and send what the API sends to the engine straight there, in turn.

    They are connections of one process (`bench.traffic`): threads, a client each, took more of the machine than the API did.
    """
    with (
        served(own, environment={"RATE_LIMIT": "off", "EXPLAIN": "true", **(environment or {})}) as api,
        Traffic(clients) as traffic,
    ):
        pair = paired(api.url, own, [{"q": query} for query in HONEST])
        traffic.block(pair.api, warm_up)
        asked, alone = in_turn(traffic, (pair.api, pair.engine), ROUNDS, seconds / ROUNDS)
    (p50, p99), (_, bare) = (
        np.percentile([told for block in side for told in block.milliseconds], [50, 99]) for side in (asked, alone)
    )
    refused = sum(block.refused for block in asked)
    rate = sum(block.rate for block in asked) / ROUNDS
    figure = (
        f"{clients} clients: {rate:.0f} searches a second, p50 {p50:.0f} ms, p99 {p99:.0f} ms, {p99 / bare:.2f} times that "
        f"of the engine alone; {refused} refused"
    )
    return Seen(figure, not refused and bool(p99 < SLOWER_THAN_ALONE * bare))
