"""The body of a write, as lines for the indexer: NDJSON as it comes, a JSON object or array taken apart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from api.errors import BadRequest, ClientGone, Fault, TooLarge, TooSlow, WrongType
from settings import Settings

STREAMED = ("application/x-ndjson", "application/ndjson", "application/jsonl")
WHOLE = "application/json"
IDLE = 30.0
"""Seconds without a byte after which a client is taken to be gone: it holds the turn of all others."""


async def lines_of(request: Request, settings: Settings) -> AsyncIterator[bytes]:
    """Return the body of a write as NDJSON; what comes as JSON is held in memory, what comes as NDJSON is not."""
    if media_type_of(request) == WHOLE:
        _check_length(request, settings.write_line_limit)
        return _one_by_one(await _taken_apart(request, settings.write_line_limit))
    _check_length(request, settings.write_body_limit)
    return _streamed(request, settings.write_body_limit)


def media_type_of(request: Request) -> str:
    """Return the media type of a body that can be loaded; WrongType of any other."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in {*STREAMED, WHOLE}:
        raise WrongType(
            "send reports with Content-Type: application/json (one object or an array), or application/x-ndjson (one a line)"
        )
    return given


def _check_length(request: Request, most: int) -> None:
    """Refuse a body that says itself that it is too large, before any of it is read."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > most:
        raise TooLarge(_too_large(most))


async def _streamed(request: Request, most: int) -> AsyncIterator[bytes]:
    """Yield a body as it comes; TooLarge past `most` bytes, TooSlow where the client stalls."""
    read = 0
    parts = request.stream()
    while True:
        try:
            async with asyncio.timeout(IDLE):
                part = await anext(parts, None)
        except TimeoutError:
            raise TooSlow(f"nothing came for {IDLE:.0f} seconds") from None
        except ClientDisconnect:
            raise ClientGone from None
        if part is None:
            return
        read += len(part)
        if read > most:
            raise TooLarge(_too_large(most))
        yield part


async def _taken_apart(request: Request, most: int) -> list[bytes]:
    """Return the reports of a JSON body as lines."""
    body = b"".join([part async for part in _streamed(request, most)])
    return await asyncio.to_thread(_lines, body)


def _lines(body: bytes) -> list[bytes]:
    try:
        # Not orjson: the standard library also takes a lone surrogate, which the indexer repairs instead of losing it.
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest(Fault("body", "this is not JSON: send one report as an object, or an array of them")) from None
    reports = given if isinstance(given, list) else [given]
    if not reports:
        raise BadRequest(Fault("body", "there is no report in it"))
    return [json.dumps(report).encode() + b"\n" for report in reports]


async def _one_by_one(lines: list[bytes]) -> AsyncIterator[bytes]:
    for line in lines:
        yield line


def _too_large(most: int) -> str:
    return (
        f"this body may have {most:,} bytes; reports that came before the limit may have been loaded: send the rest in "
        "parts, as NDJSON"
    )
