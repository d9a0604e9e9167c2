"""Turns: how many requests may be with the engine at once, how many may wait for it, and whose turn it is.

Eight connections gave 242 searches a second with a p99 of 77 ms, 64 gave 303 with 307 ms (measured in the design trial):
beyond a few for each core of the engine more at once only makes everybody slower. Who cannot be served soon is told so.

Turns go by fair queueing, so that four clients with the most expensive searches there are wait behind their own and not
sixty others behind them: next is whoever had the least of the engine's time. The time of a fair share, and a client's
place by the moment at which its share is used up, are those of Demers, Keshav and Shenker, Analysis and simulation of a
fair queueing algorithm (1989); the places go by their starts, as in Goyal, Vin and Cheng, Start-time fair queueing (1996),
and several are served at once, as in Jin, Chase and Kaur, Interposed proportional sharing for a storage service utility (2004).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from api.errors import EngineBusy

CLIENT: ContextVar[str] = ContextVar("client", default="")
"""On whose behalf the engine is asked, as the rate limit counts it; empty for Rasd itself."""
_USUAL = 0.02
"""Seconds that a request is taken to need before any was measured."""
_WEIGHT, _WEIGHT_OF_ONE = 0.05, 0.25
"""Of the latest measurement in what is usual, of all clients and of one."""
_TOLERANCE = 2.0
"""Times what is usual by which a client may be over its share: among those who are not more, turns go by arrival. Else who
asked for a phrase would wait behind all who asked for a word."""
_DEAR = 2.5
"""Times what is usual of all from which on a client's requests count as expensive."""
_NEEDED = 3
"""Times what is usual that has to be left of a request's time for its turn."""
_LONGEST, _SHORTEST = 0.8, 0.5
"""Parts of a request's time for which it waits at most: a batch needs more than is usual, and half it has in any case."""
_LONGEST_PENALTY = 1.0
"""Seconds that a client waits at most for what it had before it came. An engine that stands still for a moment would
otherwise shut out for many seconds those whose requests were under way."""
REMEMBERED = 1000
"""Clients whose past is kept at least, before those who are within their share are forgotten."""
_LEFT_TO_THE_DEAR = 8
"""One turn in so many is what expensive requests may hold while others wait: all at once they would hold up everybody."""


_BUSY = "too many searches are under way; try again"


@dataclass(eq=False, slots=True)
class _Place:
    """A place of one request: in the queue, and then under way."""

    client: str
    since: float
    """Fair time at which it came."""
    let: asyncio.Future[None] | None = None
    """Done once it is let through, or sent away."""
    charged: float = 0.0
    is_dear: bool = False

    @property
    def waits(self) -> bool:
        """Whether it can still be told: one that is being cancelled cannot, and will find that it is in no queue."""
        return self.let is not None and not self.let.done()


@dataclass(slots=True)
class _Past:
    """What a client had."""

    used: float
    """The fair time up to which it has used its share."""
    usual: float
    """Seconds that its requests take."""


class Turns:
    """A bounded number under way, a bounded queue behind it, in fair order.

    Fair time is how long each client could have held a turn so far, had all who were here held as much. It is counted in
    seconds of one turn: with 8 turns and 64 clients an eighth of a second passes in each.
    """

    def __init__(self, at_once: int, waiting: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._most_waiting = waiting
        self._clock = clock
        self._under_way = 0
        self._queue: list[_Place] = []
        self._here: Counter[str] = Counter()
        """Requests under way or waiting, by client."""
        self._dear = 0
        """Expensive requests under way."""
        self._pasts: dict[str, _Past] = {}
        """What is known of clients; who is not named is within its share."""
        self._remembered = REMEMBERED
        self._fair_time = 0.0
        self._looked_at = clock()
        self._usual = _USUAL

    @property
    def waiting(self) -> int:
        """Requests that wait."""
        return len(self._queue)

    @property
    def known(self) -> int:
        """Clients of which anything is remembered."""
        return len(self._pasts)

    @asynccontextmanager
    async def turn(self, seconds: float) -> AsyncIterator[float]:
        """Wait for a turn, hold it, and say how many of the seconds are left in which the request has to be answered.

        Raises EngineBusy where the queue is full of others, or where waiting on would leave too little time.
        """
        came = asyncio.get_running_loop().time()
        self._let_time_pass()
        place = _Place(CLIENT.get(), self._fair_time)
        self._forgive(place.client)
        self._here[place.client] += 1
        try:
            if self._under_way < self._at_once and not self._queue:
                self._begin(place)
            else:
                await self._wait(place, seconds)
            began = self._clock()
            try:
                left = seconds - (asyncio.get_running_loop().time() - came)
                if left <= 0:  # something held up the loop meanwhile; to a client of the engine no time is no limit
                    raise EngineBusy(_BUSY)
                yield left
            finally:
                self._end(place, self._clock() - began)
        finally:
            self._let_time_pass()
            self._here[place.client] -= 1
            if not self._here[place.client]:
                del self._here[place.client]

    def _let_time_pass(self) -> None:
        now = self._clock()
        self._fair_time += (now - self._looked_at) * self._at_once / max(1, len(self._here))
        self._looked_at = now

    def _forgive(self, client: str) -> None:
        """Take off what a client was over its share by more than the longest penalty, once it has nothing here any more."""
        past = self._pasts.get(client)
        if past and client not in self._here:
            penalty = _LONGEST_PENALTY * self._at_once / (len(self._here) + 1)
            past.used = min(past.used, self._fair_time + _TOLERANCE * self._usual + penalty)

    def _start(self, place: _Place) -> float:
        """Return the fair time at which a request may begin: when it came, or when its client has had all before it."""
        past = self._pasts.get(place.client)
        return max(place.since, past.used - _TOLERANCE * self._usual) if past else place.since

    def _begin(self, place: _Place) -> None:
        """Give a turn, and charge for it what is usual until it is known."""
        past = self._past(place)
        place.charged = self._usual
        place.is_dear = self._is_dear(place)
        past.used = max(place.since, past.used) + place.charged
        self._under_way += 1
        self._dear += place.is_dear
        if len(self._pasts) > self._remembered:
            self._pasts = {client: past for client, past in self._pasts.items() if past.used > self._fair_time}
            self._remembered = max(REMEMBERED, 2 * len(self._pasts))

    def _end(self, place: _Place, seconds: float) -> None:
        """Take a turn back that took so long, charge that instead, and let others through."""
        past = self._past(place)
        past.used += seconds
        past.usual += _WEIGHT_OF_ONE * (seconds - past.usual)
        # An expensive one counts as one that is just not: two of them would make the next ones seem cheap.
        self._usual += _WEIGHT * (min(seconds, _DEAR * self._usual) - self._usual)
        self._give_back(place)

    def _give_back(self, place: _Place) -> None:
        """Take a turn back, take off what was charged for it in advance, and let others through."""
        self._past(place).used -= place.charged
        self._under_way -= 1
        self._dear -= place.is_dear
        self._let_time_pass()
        while self._queue and self._under_way < self._at_once:
            other = self._next()
            self._queue.remove(other)
            if other.let and other.waits:
                self._begin(other)
                other.let.set_result(None)

    def _past(self, place: _Place) -> _Past:
        """Return what is known of a client; who was forgotten meanwhile is within its share."""
        return self._pasts.setdefault(place.client, _Past(self._fair_time, self._usual))

    def _next(self) -> _Place:
        """Return whose turn it is."""
        queue = self._queue
        if self._dear >= self._at_once / _LEFT_TO_THE_DEAR:
            queue = [place for place in queue if not self._is_dear(place)] or queue
        return min(queue, key=self._start)  # of equals the one that came first

    def _is_dear(self, place: _Place) -> bool:
        """Tell whether a request counts as expensive, as those of its client did lately."""
        past = self._pasts.get(place.client)
        return past is not None and past.usual > _DEAR * self._usual

    async def _wait(self, place: _Place, seconds: float) -> None:
        place.let = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        if len(self._queue) > self._most_waiting:
            self._send_away(self._last())
        try:
            longest = min(_LONGEST * seconds, seconds - _NEEDED * self._usual)
            async with asyncio.timeout(max(_SHORTEST * seconds, longest)):
                await place.let
        except BaseException as error:
            if place in self._queue:
                self._queue.remove(place)
            elif place.let.done() and not place.let.cancelled() and not place.let.exception():
                self._give_back(place)  # it was let through in the moment in which its client left
            if isinstance(error, TimeoutError):
                raise EngineBusy(_BUSY) from None
            raise

    def _last(self) -> _Place:
        """Return who would be let through last: of a client that sent a crowd, the latest of the crowd."""
        before: Counter[str] = Counter()
        starts = []
        for place in self._queue:
            starts.append(max(self._start(place), self._fair_time) + before[place.client] * self._usual)
            before[place.client] += 1
        latest = max(starts)
        # The one that has just come, unless another is later by more than a search: among equals nobody's wait was for nothing.
        return self._queue[-1] if starts[-1] > latest - self._usual else self._queue[starts.index(latest)]

    def _send_away(self, place: _Place) -> None:
        self._queue.remove(place)
        if place.let and place.waits:
            place.let.set_exception(EngineBusy(_BUSY))
