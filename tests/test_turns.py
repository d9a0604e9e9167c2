"""Turns: a bounded number at once, a bounded queue, and nobody pays for what others ask."""

from __future__ import annotations

import asyncio
import heapq
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientRequest

from api import turns
from api.engine import ReadingEngine
from api.errors import EngineBusy
from api.metrics import Metrics
from api.scope import Scope
from api.turns import CLIENT, Turns


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:  # noqa: D102 (it is its reading)
        return self.now


@dataclass
class Stage:
    """Clients that take turns; each holds its turn until it is told to end."""

    turns: Turns
    clock: Clock
    begun: list[str] = field(default_factory=list)
    longest_wait: float = 60.0
    sent_away: list[str] = field(default_factory=list)
    ends: dict[str, list[asyncio.Event]] = field(default_factory=dict)
    tasks: list[asyncio.Task] = field(default_factory=list)

    async def comes(self, client: str, times: int = 1) -> asyncio.Task:
        """Let a client ask, once or at the same time again, and return the last of its tasks."""
        for _ in range(times):
            self.tasks.append(asyncio.create_task(self._asks(client)))
            await settled()
        return self.tasks[-1]

    async def _asks(self, client: str) -> None:
        CLIENT.set(client)
        end = asyncio.Event()
        try:
            async with self.turns.turn(self.longest_wait):
                self.begun.append(client)
                self.ends.setdefault(client, []).append(end)
                await end.wait()
        except EngineBusy:
            self.sent_away.append(client)

    async def ends_after(self, seconds: float, client: str) -> None:
        """Let some time pass, and then the first request of a client that is under way come to its end."""
        self.clock.now += seconds
        self.ends[client].pop(0).set()
        await settled()


async def settled() -> None:
    """Let every task go on as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


@asynccontextmanager
async def staged(at_once: int, waiting: int):
    """Give a stage, and end what is left on it."""
    clock = Clock()
    stage = Stage(Turns(at_once, waiting, clock), clock)
    try:
        yield stage
    finally:
        for task in stage.tasks:
            task.cancel()
        await asyncio.gather(*stage.tasks, return_exceptions=True)


def played(play) -> None:
    """Run a test that is made of tasks."""
    asyncio.run(play())


def test_so_many_at_once():
    """Those who fit begin at once, the next ones wait in the order in which they came, the rest is told."""

    async def play():
        async with staged(2, 3) as stage:
            for client in "abcdefg":
                await stage.comes(client)
            assert stage.begun == ["a", "b"]
            assert stage.turns.waiting == 3
            assert stage.sent_away == ["f", "g"]
            for client in "bacde":
                await stage.ends_after(0.01, client)
            assert stage.begun == ["a", "b", "c", "d", "e"]
            assert stage.turns.waiting == 0

    played(play)


def test_who_had_much_waits_behind_who_had_little():
    """Whoever held a turn for long comes after those who came later, and before whoever held one for longer."""

    async def play():
        async with staged(1, 9) as stage:
            await stage.comes("greedy")
            await stage.comes("dear")
            await stage.comes("cheap")
            await stage.ends_after(0.5, "greedy")
            await stage.comes("greedy")
            await stage.ends_after(0.6, "dear")
            for client in ("dear", "new", "newer"):
                await stage.comes(client)
            for client in ("cheap", "new", "newer", "greedy", "dear"):
                assert stage.begun[-1] == client
                await stage.ends_after(0.01, client)
            assert len(stage.begun) == 7

    played(play)


def test_what_was_used_is_forgiven():
    """An expensive search is made up for by the time in which others had their share."""

    async def play():
        async with staged(1, 9) as stage:
            await stage.comes("greedy")
            await stage.ends_after(20, "greedy")
            await stage.comes("other")
            stage.clock.now += 100
            await stage.comes("greedy")
            await stage.comes("late")
            await stage.ends_after(0.01, "other")
            assert stage.begun[-1] == "greedy"

    played(play)


def test_nobody_is_shut_out():
    """After one search that took very long, as when the engine stood still, a client waits a second longer, and not ten."""

    async def play():
        async with staged(1, 9) as stage:
            await stage.comes("unlucky")
            for client in ("a", "b", "c"):
                await stage.comes(client)
            await stage.ends_after(20, "unlucky")
            await stage.comes("unlucky")
            before = stage.clock.now
            while stage.begun[-1] != "unlucky":
                client = stage.begun[-1]
                await stage.ends_after(0.1, client)
                await stage.comes(client)
            assert stage.clock.now - before < 2

    played(play)


@pytest.mark.parametrize("later", [0.0, 0.5, 1.5, 5.0])
def test_a_crowd_of_one_client_crowds_out_itself(later):
    """Where the queue is full of one client's requests another is let in for the latest of them, however long they wait."""

    async def play():
        async with staged(1, 4) as stage:
            await stage.comes("crowd", 6)
            assert stage.sent_away == ["crowd"]
            stage.clock.now += later
            await stage.comes("other")
            assert stage.sent_away == ["crowd"] * 2
            assert stage.turns.waiting == 4
            await stage.ends_after(1, "crowd")
            assert stage.begun == ["crowd", "other"]

    played(play)


def test_one_client_alone_has_all_turns():
    """Nothing is kept free for others who are not there."""

    async def play():
        async with staged(3, 3) as stage:
            await stage.comes("only", 6)
            assert stage.begun == ["only"] * 3
            await stage.ends_after(9, "only")
            assert stage.begun == ["only"] * 4

    played(play)


@pytest.mark.parametrize("is_let_through", [None, False, True])
def test_who_leaves_holds_nothing(is_let_through):
    """A client that leaves the queue, even in the moment in which it is let through, leaves no turn taken.

    `None`: another's turn ends when the client was cancelled and does not know it yet.
    """

    async def play():
        async with staged(1, 4) as stage:
            await stage.comes("first")
            leaving = await stage.comes("leaving")
            await stage.comes("next")
            if is_let_through:
                stage.ends["first"].pop(0).set()
                while stage.turns.waiting == 2:  # noqa: ASYNC110 (one round more would be too late)
                    await asyncio.sleep(0)
            if is_let_through is None:
                stage.ends["first"].pop(0).set()
            leaving.cancel()
            await settled()
            if is_let_through is False:
                await stage.ends_after(0.01, "first")
            assert stage.begun == ["first", "next"]
            await stage.ends_after(0.01, "next")
            await stage.comes("last")
            assert stage.begun == ["first", "next", "last"]

    played(play)


def test_nobody_waits_longer_than_the_limit():
    """After the longest wait a client is told, and its place is gone."""

    async def play():
        async with staged(1, 4) as stage:
            await stage.comes("first")
            stage.longest_wait = 0.01
            with suppress(TimeoutError):
                await asyncio.wait_for(await stage.comes("waiting"), 10)
            assert stage.sent_away == ["waiting"]
            assert stage.turns.waiting == 0

    played(play)


def test_a_turn_that_comes_too_late():
    """Where something holds up the loop until no time is left a client is told, and its turn is free."""

    async def play():
        async with staged(1, 4) as stage:
            await stage.comes("first")
            stage.longest_wait = 0.2
            await stage.comes("late")
            stage.ends["first"].pop(0).set()
            while stage.turns.waiting:  # noqa: ASYNC110 (one round more would be too late)
                await asyncio.sleep(0)
            time.sleep(0.3)  # noqa: ASYNC251 (as an answer that is long in the making does)
            await settled()
            assert (stage.begun, stage.sent_away) == (["first"], ["late"])
            await stage.comes("next")
            assert stage.begun == ["first", "next"]

    played(play)


def test_who_is_gone_is_forgotten():
    """Ten thousand clients leave nothing behind that grows."""

    async def play():
        async with staged(2, 4) as stage:
            for number in range(10_000):
                CLIENT.set(str(number))
                async with stage.turns.turn(60):
                    stage.clock.now += 0.01
        return stage.turns

    left = asyncio.run(play())
    assert left.known <= turns.REMEMBERED + 1


@pytest.mark.parametrize("hostile", [0, 4, 16])
def test_hostile_clients_take_no_more_than_their_share(hostile):
    """Beside clients whose searches take thirty times as long, others wait little longer than beside as many of their own."""
    honest, at_once, cheap, dear = 64, 16, 0.1, 3.0
    seconds = {f"honest {number}": cheap for number in range(honest)}
    seconds |= {f"hostile {number}": dear for number in range(hostile)}

    async def play():
        clock = Clock()
        shared = Turns(at_once, 200, clock)
        due, answered, order = [], [], iter(range(10**9))

        async def asks(client):
            CLIENT.set(client)
            while True:
                came = clock.now
                async with shared.turn(60):
                    end = asyncio.Event()
                    heapq.heappush(due, (clock.now + seconds[client], next(order), end))
                    await end.wait()
                answered.append((client, clock.now - came))

        tasks = [asyncio.create_task(asks(client)) for client in seconds]
        await settled()
        while clock.now < 60:
            clock.now, _, end = heapq.heappop(due)
            end.set()
            await settled()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        waits = sorted(took for client, took in answered[len(answered) // 4 :] if client.startswith("honest"))
        return waits[int(0.99 * len(waits))]

    waited = asyncio.run(play())
    alone = cheap * honest / at_once
    assert waited <= 1.5 * alone * (honest + hostile) / honest


def test_a_turn_that_comes_free_is_used_before_its_answer(rasd, monkeypatch):
    """Who waited for a turn has written its request by the time that the one before it gets its answer."""
    rasd.make_indices()
    sent, seen = 0, []
    write = ClientRequest.write_bytes

    async def counted(*request):
        nonlocal sent
        sent += 1
        await write(*request)

    monkeypatch.setattr(ClientRequest, "write_bytes", counted)

    async def three() -> None:
        engine = ReadingEngine(rasd.settings.model_copy(update={"concurrency": 1}), Metrics())

        async def ask() -> None:
            await engine.documents(rasd.aliases.reports, ["a"], Scope(None, frozenset(), frozenset(), None))
            seen.append(sent)

        try:
            await asyncio.gather(ask(), ask(), ask())
        finally:
            await engine.close()

    asyncio.run(three())
    assert seen == [2, 3, 3]
