"""A client that walks away ends its search: the handler is cancelled, and with it the call that the engine works on."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Patience:
    """Runs a request as long as its client listens. Once the body is read, the next message can only be its leaving."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 (the ASGI interface)
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = _Client(scope, receive)
        leaving = asyncio.ensure_future(client.leaves())
        # Not a task of its own for the request: two tasks and the wait for either cost a tenth of a millisecond.
        patience = _Patience(asyncio.current_task(), leaving)
        try:
            await self._app(scope, client.receive, send)
        except asyncio.CancelledError:
            if not patience.is_lost():
                raise
        finally:
            patience.end()


class _Patience:
    """Cancels the task of a request once its client has left, unless the request has ended before."""

    def __init__(self, request: asyncio.Task[None] | None, leaving: asyncio.Task[None]) -> None:
        self._request = request
        self._leaving = leaving
        self._has_left = False
        leaving.add_done_callback(self._left)

    def _left(self, leaving: asyncio.Task[None]) -> None:
        if leaving.cancelled() or leaving.exception() or self._request is None:
            return
        self._has_left = True
        self._request.cancel()

    def is_lost(self) -> bool:
        """Tell whether the client has left, and take back what cancelled its request: this, and a stream's own watch of it."""
        if not self._has_left or self._request is None:
            return False
        while self._request.uncancel():
            pass
        return True

    def end(self) -> None:
        """Stop watching: from here on nobody is cancelled."""
        self._leaving.remove_done_callback(self._left)
        self._leaving.cancel()


class _Client:
    """Passes a body on, and then waits for the leaving on behalf of everybody who asks."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._read = asyncio.Event()
        self._left = asyncio.Event()
        headers = Headers(scope=scope)
        self._empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
        if self._empty:
            self._read.set()  # nobody reads the body of a GET, not even to see that there is none

    async def receive(self) -> Message:
        if self._empty:
            self._empty = False
            return {"type": "http.request", "body": b"", "more_body": False}
        if self._read.is_set():
            await self._left.wait()
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._left.set()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self._read.set()
        return message

    async def leaves(self) -> None:
        await self._read.wait()
        if not self._left.is_set():
            while (await self._receive())["type"] != "http.disconnect":
                pass
            self._left.set()
