"""Requests from a process of their own, over a number of connections, each answer awaited before the next is asked for.

The client is aiohttp, which the API itself uses towards the engine: 0.1 to 0.2 ms of a core a request, paid alike by both
sides of a comparison. Answers are read whole and not parsed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import aiohttp

Answer = TypeVar("Answer")
JSON = {"Content-Type": "application/json"}


class Refused(Exception):
    """A server has too much to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to post, and what: the bodies in turn."""

    url: str
    bodies: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Block:
    """What came of a while of traffic: milliseconds of each answer, how many seconds it all took, how many were refused.

    Refused is what a server says that has too much to do: 429, 503 or 504. It is no answer, and its time is not counted.
    """

    milliseconds: list[float]
    seconds: float
    refused: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds


class Traffic:
    """A client with so many connections, kept open between its blocks."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._loop = asyncio.new_event_loop()
        self._session = self._run(self._opened())

    async def _opened(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=self._connections)
        # Nobody on one machine wants answers compressed.
        return aiohttp.ClientSession(connector=connector, headers=JSON, skip_auto_headers=["Accept-Encoding"])

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self._loop.run_until_complete(work)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._session.close())
        self._loop.close()

    def ask(self, target: Target, number: int) -> float:
        """Send one body and return the milliseconds to its answer."""
        return self._run(self._ask(target, number))

    def block(self, target: Target, seconds: float, start: int = 0) -> Block:
        """Ask for so many seconds on every connection, beginning with the body `start`."""
        return self._run(self._block(target, seconds, start))

    async def _block(self, target: Target, seconds: float, start: int) -> Block:
        told: list[float] = []
        refused = 0
        began = time.perf_counter()
        numbers = iter(range(start, 10**9))

        async def worker() -> None:
            nonlocal refused
            while time.perf_counter() - began < seconds:
                try:
                    told.append(await self._ask(target, next(numbers)))
                except Refused:
                    refused += 1

        await asyncio.gather(*(worker() for _ in range(self._connections)))
        return Block(told, time.perf_counter() - began, refused)

    async def _ask(self, target: Target, number: int) -> float:
        started = time.perf_counter()
        async with self._session.post(target.url, data=target.bodies[number % len(target.bodies)]) as response:
            answer = await response.read()
            if response.status in {429, 503, 504}:
                raise Refused(f"{target.url} answered {response.status}: {answer[:300]!r}")
            if response.status != 200:
                raise RuntimeError(f"{target.url} answered {response.status}: {answer[:300]!r}")
        return (time.perf_counter() - started) * 1000


def in_turn(
    traffic: Traffic, sides: Sequence[Target], blocks: int, seconds: float, each: Callable[[], None] = lambda: None
) -> list[list[Block]]:
    """Return the blocks of each side, taken in turn (A B A B), after one of each that is not counted."""
    told: list[list[Block]] = [[] for _ in sides]
    start = 0
    for number in range(blocks + 1):
        for side, target in enumerate(sides):
            block = traffic.block(target, seconds, start)
            if number:
                told[side].append(block)
        start += len(block.milliseconds)
        each()
    return told


def one_by_one(traffic: Traffic, sides: Sequence[Target], warm_up: int, rounds: int) -> list[list[float]]:
    """Return the milliseconds of each side on one connection, request by request in turn."""
    told: list[list[float]] = [[] for _ in sides]
    for number in range(warm_up + rounds):
        for side, target in enumerate(sides):
            taken = traffic.ask(target, number)
            if number >= warm_up:
                told[side].append(taken)
    return told
