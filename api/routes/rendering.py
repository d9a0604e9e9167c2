"""What every address does with its answer: rendered as JSON, never stored by caches, or with an ETag."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import Response

from api.answers import Problem

NO_STORE = {"Cache-Control": "no-store"}

_PROBLEM: dict[str, Any] = {
    "model": Problem,
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ANY_REQUEST = (400, 408, 414, 431)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the OpenAPI document says of these error statuses, and of those that any request can end in."""
    told = {
        400: "It cannot be read as HTTP",
        403: "`explain` is not allowed here",
        404: "There is no such thing",
        408: "The request came too slowly",
        409: "The vectors in the index are not those of this server's embedder, or there are none",
        410: "It was there and is no more; `successor` is what took its place",
        413: "The body is too large",
        414: "The address is too long",
        415: "The body is of a kind that cannot be read here",
        422: "Something in the request is wrong; `errors` says what, and what would be right",
        431: "The headers are too large",
        503: "The engine cannot be reached, or holds no index yet",
        504: "The engine did not answer in time",
    }
    return {status: {**_PROBLEM, "description": told[status]} for status in sorted({*_ANY_REQUEST, *statuses})}


def rendered(answer: Any, headers: dict[str, str] | None = None) -> Response:
    """Return an answer as JSON."""
    return Response(orjson.dumps(answer), headers=headers, media_type="application/json")


def tagged(request: Request, answer: Any) -> Response:
    """Return an answer with its ETag, or 304 where the client has it already."""
    return tagged_content(request, orjson.dumps(answer), "application/json")


def tagged_content(request: Request, content: bytes, media_type: str) -> Response:
    """Return rendered content in the same way."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
