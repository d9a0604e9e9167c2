"""A client that walks away ends its search: the handler is cancelled, and with it the call that the engine works on."""

from __future__ import annotations

import asyncio
from contextlib import suppress

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
        running = asyncio.ensure_future(self._app(scope, client.receive, send))
        leaving = asyncio.ensure_future(client.leaves())
        try:
            await asyncio.wait({running, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
                return
            running.result()
        finally:
            for task in (running, leaving):
                task.cancel()
            await asyncio.gather(running, leaving, return_exceptions=True)


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
