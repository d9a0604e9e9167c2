"""Every error as `application/problem+json` (RFC 9457): the one file that maps our exceptions to status and shape."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from api.errors import (
    BadKey,
    BadRequest,
    ClientGone,
    Conflict,
    EngineDown,
    EngineFault,
    EngineSlow,
    Fault,
    Gone,
    NoKey,
    NotAllowed,
    NotFound,
    TooLarge,
    TooMany,
    TooSlow,
    WrongType,
)
from api.headers import SECURITY

Json = dict[str, Any]

RETRY_AFTER = "2"

_TITLES = {
    400: "Bad request",
    401: "No key",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    409: "Conflict",
    410: "Gone",
    413: "Request too large",
    414: "Address too long",
    415: "Unsupported media type",
    422: "Invalid request",
    429: "Too many requests",
    431: "Headers too large",
    500: "Internal error",
    503: "Search engine unavailable",
    504: "Search engine too slow",
}

_log = logging.getLogger(__name__)


def problem(
    status: int, detail: str, instance: str, more: Json | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error answer. `detail` says what was wrong and what would be right; nothing of the request is echoed."""
    title = _TITLES.get(status, "Error")
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": instance}
    content = orjson.dumps({**body, **(more or {})})
    return Response(
        content, status, {"Cache-Control": "no-store", **SECURITY, **(headers or {})}, "application/problem+json"
    )


def install(app: FastAPI, routers: list[APIRouter]) -> None:
    """Let every exception that can leave a route become a problem; `routers` hold the routes that a 405 names."""
    app.state.routers = routers
    for kind, answer in _ANSWERS.items():
        app.add_exception_handler(kind, answer)


async def told(request: Request, error: Exception) -> Json:
    """Return the problem that an exception is, for an answer that holds several: a part of a request went wrong."""
    body: Json = orjson.loads(bytes((await answer_of(request, error)).body))
    return body


async def answer_of(request: Request, error: Exception) -> Response:
    """Return the answer to an exception that was raised where nothing catches it: before the routes, or in a part of one."""
    kind = next(kind for kind in type(error).__mro__ if kind in _ANSWERS)
    answer: Response = await _ANSWERS[kind](request, error)
    return answer


async def _bad_request(request: Request, error: BadRequest) -> Response:
    return _invalid(request, error.faults)


async def _invalid_parameters(request: Request, error: RequestValidationError) -> Response:
    return _invalid(request, [_fault(told, request) for told in error.errors()])


def _invalid(request: Request, faults: list[Fault]) -> Response:
    errors = [{"field": fault.field, "message": fault.message} for fault in faults]
    detail = "; ".join(f"{fault.field}: {fault.message}" for fault in faults)
    return problem(422, detail, request.url.path, {"errors": errors})


def _fault(told: Json, request: Request) -> Fault:
    """Say one validation error in terms of the parameter; what the client sent is not repeated."""
    where = [str(part) for part in told["loc"] if part not in {"query", "body", "path"}]
    whole = "body" if told["loc"][0] == "body" and told["type"] != "value_error" else "request"
    field = where[0] if where else whole
    if told["type"] == "extra_forbidden":
        return Fault(_printable(field), f"unknown parameter; {request.url.path} lists its own in /docs")
    if told["type"] == "json_invalid":
        return Fault("body", "this is not JSON")
    if field == "body":
        return Fault("body", "a JSON object of parameters is required")
    return Fault(_printable(field), _message(told["msg"]))


def _message(text: str) -> str:
    text = text.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _printable(text: str) -> str:
    """Return the name of a parameter as an answer may hold it: it comes from the client."""
    shown = text[:60].encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() else "?" for char in shown)


async def _not_allowed(request: Request, error: Exception) -> Response:
    return problem(403, str(error), request.url.path)


async def _no_key(request: Request, error: NoKey) -> Response:
    challenge = 'Bearer realm="rasd"' + (', error="invalid_token"' if error.given else "")
    return problem(401, str(error), request.url.path, headers={"WWW-Authenticate": challenge})


async def _too_large(request: Request, error: TooLarge) -> Response:
    return problem(413, str(error), request.url.path, headers={"Connection": "close"})


async def _too_slow(request: Request, error: TooSlow) -> Response:
    return problem(408, str(error), request.url.path, headers={"Connection": "close"})


async def _wrong_type(request: Request, error: WrongType) -> Response:
    return problem(415, str(error), request.url.path, headers={"Connection": "close"})


async def _client_gone(request: Request, _error: ClientGone) -> Response:
    return problem(408, "the client has gone", request.url.path)  # nobody reads it


async def _too_many(request: Request, error: TooMany) -> Response:
    return problem(429, str(error), request.url.path, headers=error.headers)


async def _not_found(request: Request, error: Exception) -> Response:
    return problem(404, str(error), request.url.path)


async def _gone(request: Request, error: Gone) -> Response:
    more = {"successor": error.successor} if error.successor else None
    return problem(410, str(error), request.url.path, more)


async def _conflict(request: Request, error: Conflict) -> Response:
    return problem(409, str(error), request.url.path)


async def _engine_down(request: Request, error: Exception) -> Response:
    return problem(503, str(error), request.url.path, headers={"Retry-After": RETRY_AFTER})


async def _engine_slow(request: Request, error: Exception) -> Response:
    # Of a 503 the answer says why; of this one only the log does.
    _log.warning("%s", error)
    detail = "the search engine did not answer in time; a narrower search may"
    return problem(504, detail, request.url.path, headers={"Retry-After": RETRY_AFTER})


async def _bad_key(request: Request, error: BadKey) -> Response:
    _log.error("evidence cannot be signed or checked: %s", error)
    return problem(500, "the key of this server's evidence cannot be used; its log says why", request.url.path)


async def _internal(request: Request, error: Exception) -> Response:
    # The name of the exception and no more: its text can hold the words that somebody searched for.
    _log.error("internal error on %s: %s", request.url.path, type(error).__name__)
    return problem(500, "this is a fault of the server; it was logged", request.url.path)


async def _http(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
        return problem(405, f"this address takes {headers['Allow']}", request.url.path, headers=headers)
    if error.status_code == 400:  # FastAPI's word for a body that no parser takes, such as 5,000 open brackets
        return _invalid(request, [Fault("body", "this is not JSON")])
    detail = "there is nothing at this address; see /docs" if error.status_code == 404 else str(error.detail)
    return problem(error.status_code, detail, request.url.path, headers=headers)


def _methods(request: Request) -> set[str]:
    """Return the methods of every route on this path: the router itself names those of the first one only."""
    routes = [route for router in request.app.state.routers for route in router.routes if isinstance(route, Route)]
    on_path = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in on_path for method in route.methods or ()}


_ANSWERS: dict[type[Exception], Any] = {
    BadRequest: _bad_request,
    RequestValidationError: _invalid_parameters,
    NoKey: _no_key,
    NotAllowed: _not_allowed,
    TooLarge: _too_large,
    TooSlow: _too_slow,
    WrongType: _wrong_type,
    ClientGone: _client_gone,
    TooMany: _too_many,
    NotFound: _not_found,
    Gone: _gone,
    Conflict: _conflict,
    EngineDown: _engine_down,
    EngineSlow: _engine_slow,
    EngineFault: _internal,
    BadKey: _bad_key,
    HTTPException: _http,
    Exception: _internal,
}

ANSWERED = tuple(kind for kind in _ANSWERS if kind is not Exception)
"""What is answered where it is raised, also before the routes; any other exception is a fault of ours."""
