"""A short way to the addresses that are asked most: their parameters are read by the model at once.

FastAPI reads the parameters of an address one by one, and copies the default of each: 2,700 of the 6,400 calls of functions
that a search took. Only what is plainly right goes this way. All else (an unknown name, a single value given twice, one
that is refused, a body that is no JSON) is handed on as it came, so that one place alone says what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, get_origin
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from api.access import Rules
from api.params import SearchParams, SuggestParams
from api.problems import ANSWERED, answer_of
from api.routes.search import get_search, post_search
from api.routes.words import get_suggest, post_suggest

Json = dict[str, Any]
Endpoint = Callable[[Request, Any, Any], Awaitable[Response]]

_WAYS: list[tuple[str, str, Endpoint, type[BaseModel]]] = [
    ("GET", "/v1/search", get_search, SearchParams),
    ("POST", "/v1/search", post_search, SearchParams),
    ("GET", "/v1/suggest", get_suggest, SuggestParams),
    ("POST", "/v1/suggest", post_suggest, SuggestParams),
]


@dataclass(frozen=True, slots=True)
class _Way:
    """An address: its route, the function that answers it, the model of its parameters."""

    route: Route | None
    endpoint: Endpoint
    model: type[BaseModel]
    takes_many: dict[str, bool] = field(default_factory=dict)
    """Whether a parameter takes several values, by its name in an address."""

    def read(self, given: Json | None) -> BaseModel | None:
        """Return the parameters, None where they are not plainly right."""
        try:
            return None if given is None else self.model.model_validate(given)
        except ValidationError:
            return None

    def of_address(self, query_string: bytes) -> Json | None:
        """Return what an address gives, by name; None where a name is unknown, or given twice and takes one value."""
        given: Json = {}
        for name, value in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True):
            many = self.takes_many.get(name)
            if many is None or (name in given and not many):
                return None
            if many:
                given.setdefault(name, []).append(value)
            else:
                given[name] = value
        return given


class Shortcut:
    """The layer before FastAPI's own routes; the gate has let the request in."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._ways = {
            (method, path): _Way(rules.route(method, path), endpoint, model, dict(_many(model)))
            for method, path, endpoint, model in _WAYS
        }

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:  # noqa: D102 (the ASGI interface)
        way = self._ways.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if way is None:
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET":
            given = way.of_address(scope["query_string"])
        else:
            body, receive = await _whole(receive)
            given = _of_body(scope, body)
        params = way.read(given)
        if params is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = way.route  # what logs and metrics name it by
        request = Request(scope, receive)
        try:
            answer = await way.endpoint(request, request.state.scope, params)
        except ANSWERED as error:
            answer = await answer_of(request, error)
        await answer(scope, receive, send)


def _many(model: type[BaseModel]) -> Iterable[tuple[str, bool]]:
    for name, told in model.model_fields.items():
        yield told.alias or name, get_origin(told.annotation) is list


async def _whole(receive: Receive) -> tuple[bytes | None, Receive]:
    """Read a body and return it, None where the client went, with what gives it again to whoever reads it anew."""
    messages: list[Message] = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    is_whole = messages[-1]["type"] == "http.request"
    body = b"".join(message.get("body", b"") for message in messages) if is_whole else None

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return body, again


def _of_body(scope: AsgiScope, body: bytes | None) -> Json | None:
    """Return the object that a body is; None where it is none, or not said to be JSON."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if not body or kind != "application/json":
        return None
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None
