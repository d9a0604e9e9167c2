"""Which pages of other sites may call: all may read while reading is open, those that are listed may send a key.

Writing is for no page of another site. Nobody ever gets credentials along: there are no cookies.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access import Role, Rules

METHODS = ["GET", "POST"]
EXPOSED = ["ETag", "Retry-After", "RateLimit", "RateLimit-Policy"]


class Cors:
    """Chooses, for each request, the headers that tell a browser whether a page may read the answer."""

    def __init__(self, app: ASGIApp, rules: Rules, origins: list[str], *, require_key: bool) -> None:
        self._app = app
        self._rules = rules
        self._origins = frozenset(origins)
        self._listed = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=METHODS,
            allow_headers=["Content-Type", "Authorization", "X-API-Key"],
            expose_headers=EXPOSED,
        )
        self._every = CORSMiddleware(
            app, allow_origins=["*"], allow_methods=METHODS, allow_headers=["Content-Type"], expose_headers=EXPOSED
        )
        self._any = app if require_key else self._every

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 (the ASGI interface)
        await self._chosen(scope)(scope, receive, send)

    def _chosen(self, scope: Scope) -> ASGIApp:
        if scope["type"] != "http":
            return self._app
        headers = Headers(scope=scope)
        method = scope["method"]
        if method == "OPTIONS":
            method = headers.get("access-control-request-method", method)
        rule = self._rules.rule(method, scope["path"])
        if rule and rule.writes:
            return self._app
        if rule and rule.role is Role.ANYONE:
            return self._every  # the modules of the widget, which a page of any site loads
        return self._listed if headers.get("origin") in self._origins else self._any
