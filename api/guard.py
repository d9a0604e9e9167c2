"""The outermost layer: bounds on what a client may send, and the headers that every answer carries."""

from __future__ import annotations

import asyncio
import math
import sys

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import Rules
from api.headers import SECURITY
from api.problems import problem

LARGEST_BODY = 64 * 1024
"""Bytes of a request's body: a query of 1,000 characters and its filters have room in it many times over."""
LARGER_BODIES = {"/v1/search/batch": 2**20, "/v1/evidence/verify": 32 * 2**20}
"""Addresses that take more: a hundred queries, an archive of evidence."""
_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]


class Guard:
    """Refuses bodies that are too large before they are read whole, and sets the headers that no route has set."""

    def __init__(self, app: ASGIApp, rules: Rules, seconds: float) -> None:
        self._app = app
        self._rules = rules
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 (the ASGI interface)
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        rule = self._rules.rule(scope["method"], scope["path"])
        # A stream is bounded by the route that takes it, which holds none of it in memory.
        is_stream = rule is not None and rule.streams
        largest = LARGER_BODIES.get(scope["path"], LARGEST_BODY)
        body = _Body(receive, *((sys.maxsize, math.inf) if is_stream else (largest, self._seconds)))
        answer = _Answer(send, body)
        if body.announced_too_large(scope):
            await answer.refuse(scope)
            return
        await self._app(scope, body.receive, answer.send)
        if body.refused and not answer.started:
            await answer.refuse(scope)


class _Body:
    """Counts and times a body as it comes in; past a limit the client seems to have gone."""

    def __init__(self, receive: Receive, largest: int, seconds: float) -> None:
        self._receive = receive
        self.largest = largest
        self._read = 0
        self._ends = asyncio.get_running_loop().time() + seconds
        self._complete = False
        self.too_large = False
        self.too_slow = False

    @property
    def refused(self) -> bool:
        """Whether a limit was passed."""
        return self.too_large or self.too_slow

    def announced_too_large(self, scope: Scope) -> bool:
        length = Headers(scope=scope).get("content-length", "0")
        return length.isdecimal() and int(length[:20]) > self.largest

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()  # whatever comes now is the client's leaving
        try:
            async with asyncio.timeout_at(None if math.isinf(self._ends) else self._ends):
                message = await self._receive()
        except TimeoutError:
            self.too_slow = self._complete = True
            return {"type": "http.disconnect"}
        self._complete = not message.get("more_body", False)
        self._read += len(message.get("body", b""))
        if self._read > self.largest:
            self.too_large = self._complete = True
            return {"type": "http.disconnect"}
        return message


class _Answer:
    """Passes an answer on with our headers; of a body that was too large it passes on nothing."""

    def __init__(self, send: Send, body: _Body) -> None:
        self._send = send
        self._body = body
        self.started = False

    async def send(self, message: Message) -> None:
        if self._body.refused and not self.started:
            return
        if message["type"] == "http.response.start":
            self.started = True
            set_already = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(pair for pair in _SECURITY if pair[0] not in set_already)]
        await self._send(message)

    async def refuse(self, scope: Scope) -> None:
        if self._body.too_slow:
            status, detail = 408, "the body of a request came too slowly"
        else:
            status, detail = 413, f"the body of a request may have {self._body.largest:,} bytes"
        answer = problem(status, detail, scope["path"], headers={"Connection": "close"})
        self.started = True
        await answer(scope, self._body.receive, self._send)
