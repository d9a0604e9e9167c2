"""Clients of the checks of the door: many at once, each answer told with its status, time and shape."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import aiohttp
import httpx2
import orjson

PATIENCE = 30.0
SLOWER_BESIDE = 1.5
"""Times the p99 of honest clients alone within which it has to stay beside others."""
NO_ANSWER = 0
"""Status of a request that got no answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its status, seconds, body and type; `fault` names what went wrong without one."""

    status: int
    seconds: float
    body: bytes = b""
    kind: str = ""
    fault: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def is_a_problem(self) -> bool:
        """Whether an error has the shape that every error has."""
        if self.kind != "application/problem+json":
            return False
        told = httpx2.Response(200, content=self.body).json()
        return {"type", "title", "status"} <= set(told) and told["status"] == self.status


def client_of(url: str) -> httpx2.Client:
    """Open a client that waits longer than any answer may take; without TLS there is nothing to verify, which takes long."""
    return httpx2.Client(base_url=url, timeout=PATIENCE, verify=False)


def ask(client: httpx2.Client, method: str, path: str, **more: object) -> Told:
    """Send one request and tell what came."""
    started = time.perf_counter()
    try:
        answer = client.request(method, path, **more)  # type: ignore[arg-type]
    except httpx2.HTTPError as error:
        return Told(NO_ANSWER, time.perf_counter() - started, fault=type(error).__name__)
    seconds = time.perf_counter() - started
    kind = answer.headers.get("content-type", "")
    return Told(answer.status_code, seconds, answer.content, kind, headers=tuple(answer.headers.items()))


def search(client: httpx2.Client, q: str, **params: object) -> Told:
    """Search by the body, which takes any string."""
    return ask(client, "POST", "/v1/search", json={"q": q, **params})


def hammer(url: str, clients: int, seconds: float, work: Callable[[httpx2.Client, int], Told]) -> list[Told]:
    """Let so many clients work, one request after the other, for some seconds, and return all that they were told."""
    ready = Barrier(clients)

    def one(number: int) -> list[Told]:
        told = []
        with client_of(url) as client:
            ready.wait()
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                told.append(work(client, number))
        return told

    with ThreadPoolExecutor(clients) as pool:
        return [told for each in pool.map(one, range(clients)) for told in each]


@dataclass(frozen=True, slots=True)
class Asker:
    """A client of a crowd: the address that it posts to, the bodies that it posts in turn, and its headers."""

    url: str
    bodies: Sequence[dict[str, object]]
    headers: dict[str, str]
    first: int = 0
    """Which of the bodies it begins with."""


def crowd(askers: Sequence[Asker], seconds: float) -> list[list[Told]]:
    """Let each ask, one request after the other, for some seconds, and return what each was told.

    They are connections of one thread: with `hammer` 64 threads took more of the machine than the API did.
    """
    return asyncio.run(_crowd(askers, seconds))


async def _crowd(askers: Sequence[Asker], seconds: float) -> list[list[Told]]:
    ends = time.monotonic() + seconds
    timeout = aiohttp.ClientTimeout(PATIENCE)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=len(askers)), timeout=timeout) as session:

        async def asks(asker: Asker) -> list[Told]:
            told: list[Told] = []
            bodies = [orjson.dumps(body) for body in asker.bodies]
            headers = {"Content-Type": "application/json", **asker.headers}
            while time.monotonic() < ends:
                body = bodies[(asker.first + len(told)) % len(bodies)]
                started = time.perf_counter()
                try:
                    async with session.post(asker.url, data=body, headers=headers) as answer:
                        content = await answer.read()
                    told.append(Told(answer.status, time.perf_counter() - started, content))
                except (aiohttp.ClientError, TimeoutError) as error:
                    told.append(Told(NO_ANSWER, time.perf_counter() - started, fault=type(error).__name__))
            return told

        return await asyncio.gather(*(asks(asker) for asker in askers))


def statuses(told: Iterable[Told]) -> dict[int, int]:
    """Count answers by status."""
    return dict(sorted(Counter(one.status for one in told).items()))


def shown(counts: dict[int, int]) -> str:
    """Return counts as a sentence tells them: `3 × 200, 1 × 504`."""
    return ", ".join(f"{count:,} × {status or 'no answer'}" for status, count in counts.items()) or "none"


def slowest(told: Sequence[Told]) -> float:
    """Return the seconds of the slowest answer."""
    return max((one.seconds for one in told), default=0.0)


def percentile(told: Sequence[Told], share: float) -> float:
    """Return the seconds within which a share of the answers came."""
    ordered = sorted(one.seconds for one in told)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def eventually(holds: Callable[[], bool], seconds: float) -> float | None:
    """Return after how many seconds something came to hold, None where it did not within the limit."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if holds():
            return time.monotonic() - started
        time.sleep(0.02)
    return None
