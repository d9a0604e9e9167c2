"""Many clients at once, some of them with the most expensive searches there are (A5, A6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import httpx2
import numpy as np

from bench.queries import paired
from bench.reliability.checks import Seen
from bench.reliability.edge_clients import SLOWER_BESIDE, Asker, Told, crowd, percentile, shown, statuses
from bench.served import served
from bench.traffic import Traffic, in_turn
from settings import Settings


@dataclass(frozen=True, slots=True)
class Neighbours:
    """How many honest and hostile clients there are, for how many seconds, and for how many more before anything is counted."""

    honest: int
    hostile: int
    seconds: float
    warm_up: float = 0.0


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
    """Let honest clients ask alone and beside hostile ones with the most expensive searches, in turn.

    With `wildcards` those are the engine's own, past the API. Each client has an address of its own, told by a proxy that is
    trusted: turns go by client.
    """
    behind_proxy = {"RATE_LIMIT": "off", "TRUSTED_PROXIES": "127.0.0.1", **(environment or {})}
    with served(own, environment=behind_proxy) as api:
        searching = f"{api.url}/v1/search"
        honest = [
            _asker(searching, f"203.0.113.{number}", number, [{"q": query} for query in HONEST])
            for number in range(size.honest)
        ]
        hostile = [_asker(searching, f"198.51.100.{number}", number, HOSTILE) for number in range(size.hostile)]
        crowd([*honest, *hostile], size.warm_up)
        if wildcards:
            past_the_api = f"{own.opensearch_urls()[0]}/{own.index}/_search"
            hostile = [_asker(past_the_api, "", number, [WILDCARDS]) for number in range(size.hostile)]
        quiet, beside, theirs = [], [], []
        with _expensive_queries(own) if wildcards else nullcontext():
            for _ in range(ROUNDS):
                quiet += _of_all(crowd(honest, size.seconds / ROUNDS))
                told = crowd([*honest, *hostile], size.seconds / ROUNDS)
                beside += _of_all(told[: size.honest])
                theirs += _of_all(told[size.honest :])
    errors = sum(one.status != 200 for one in [*quiet, *beside])
    calm, loud = percentile(quiet, 0.99), percentile(beside, 0.99)
    figure = (
        f"{size.honest} honest clients, in turn {size.seconds:g} s beside {size.hostile} hostile ones and as long alone: p99 "
        f"of the honest {calm * 1000:.0f} ms alone, {loud * 1000:.0f} ms beside them; {errors} of "
        f"{len(quiet) + len(beside):,} honest answers no 200; of the hostile {shown(statuses(theirs))}"
    )
    return Seen(figure, errors == 0 and loud <= SLOWER_BESIDE * calm)


def _asker(url: str, address: str, number: int, bodies: Sequence[dict[str, object]]) -> Asker:
    return Asker(url, bodies, {"X-Forwarded-For": address} if address else {}, number)


def _of_all(told: Iterable[list[Told]]) -> list[Told]:
    return [one for each in told for one in each]


@contextmanager
def _expensive_queries(own: Settings) -> Iterator[None]:
    """Let the engine take its expensive queries for a while."""
    settings = f"{own.opensearch_urls()[0]}/_cluster/settings"
    allow = "search.allow_expensive_queries"
    httpx2.put(settings, json={"transient": {allow: True}}, timeout=30).raise_for_status()
    try:
        yield
    finally:
        httpx2.put(settings, json={"transient": {allow: None}}, timeout=30).raise_for_status()


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
