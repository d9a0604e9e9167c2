"""Turns: how many requests may be with the engine at once, and how many may wait for it.

Eight connections gave 242 searches a second with a p99 of 77 ms, 64 gave 303 with 307 ms (measured in the design trial):
beyond a few for each core of the engine more at once only makes everybody slower. Who cannot be served soon is told so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.errors import EngineBusy

LONGEST_WAIT = 1.0
"""Seconds in the queue. With the engine's own limit an answer is then still there within the promised three."""


class Turns:
    """A bounded number under way, a bounded queue behind it."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most_waiting = waiting
        self.waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it; EngineBusy where the queue is full or the wait too long."""
        if self._free.locked() and self.waiting >= self._most_waiting:
            raise EngineBusy("too many searches are under way; try again")
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()  # at once, without a clock
        try:
            yield
        finally:
            self._free.release()

    async def _wait(self) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._free.acquire()
        except TimeoutError:
            raise EngineBusy("too many searches are under way; try again") from None
        finally:
            self.waiting -= 1
