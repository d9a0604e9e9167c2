"""Each request, counted and logged: its route, status and time, and an id that the client gets too."""

from __future__ import annotations

import logging
import secrets
from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics

_log = logging.getLogger("rasd.requests")
UNKNOWN = "unknown"
WALKED_AWAY = 499
"""Status, in counts and logs only, of a request whose client did not wait for the answer."""


class Observed:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 (the ASGI interface)
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(scope, self._metrics)

        async def observed(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request.number
            elif not message.get("more_body", False):
                request.end()  # before the client has it all, so that whoever counts next sees it counted
            await send(message)

        try:
            await self._app(scope, receive, observed)
        finally:
            request.end()


class _Request:
    """One request: counted and logged once, when it ends."""

    def __init__(self, scope: Scope, metrics: Metrics) -> None:
        self._scope = scope
        self._metrics = metrics
        self._started = perf_counter()
        self._ended = False
        self.number = secrets.token_hex(8)
        self.status = WALKED_AWAY

    def end(self) -> None:
        if self._ended:
            return
        self._ended = True
        seconds = perf_counter() - self._started
        # The template and never the address: that holds ids and, in a search, the words.
        route = getattr(self._scope.get("route"), "path", UNKNOWN)
        method = self._scope["method"] if self._scope["method"] in _METHODS else "OTHER"
        self._metrics.answered(route, method, self.status, seconds)
        told = {"request": self.number, "route": route, "method": method, "status": self.status}
        _log.info("answered", extra={**told, "ms": round(seconds * 1000, 1)})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
