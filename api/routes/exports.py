"""Whole results: as a table for a spreadsheet, and as a stream for a program."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import Response

from api.addresses import base_of
from api.gate import Scoped
from api.params import CsvParams, ExportParams
from api.routes.rendering import NO_STORE, problems
from api.scope import Scope
from api.streams import Stream

router = APIRouter(prefix="/v1", tags=["exports"])

NDJSON = "application/x-ndjson"
CSV = "text/csv; charset=utf-8"
_PROBLEMS = problems(413, 422, 503, 504)
_LINES: dict[int | str, dict[str, Any]] = {
    200: {"description": 'A hit a line, at the end `{"done": n}` or `{"error": {...}}`', "content": {NDJSON: {}}}
}
_TABLE: dict[int | str, dict[str, Any]] = {
    200: {"description": "A table, UTF-8 with a byte order mark", "content": {"text/csv": {}}}
}


@router.get("/search.ndjson", response_class=Response, responses={**_PROBLEMS, **_LINES})
async def get_ndjson(request: Request, scope: Scoped, params: Annotated[ExportParams, Query()]) -> Response:
    """Return every hit, a line each, in the order of the index. Without the last line it is not whole."""
    return await _lines(request, params, scope)


@router.post("/search.ndjson", response_class=Response, responses={**_PROBLEMS, **_LINES})
async def post_ndjson(request: Request, scope: Scoped, params: Annotated[ExportParams, Body()]) -> Response:
    """Return the same, with the words in the body and so in no address."""
    return await _lines(request, params, scope)


@router.get("/search.csv", response_class=Response, responses={**_PROBLEMS, **_TABLE})
async def get_csv(request: Request, scope: Scoped, params: Annotated[CsvParams, Query()]) -> Response:
    """Return every hit as a table that a spreadsheet opens, the best first."""
    return await _table(request, params, scope)


@router.post("/search.csv", response_class=Response, responses={**_PROBLEMS, **_TABLE})
async def post_csv(request: Request, scope: Scoped, params: Annotated[CsvParams, Body()]) -> Response:
    """Return the same, with the words in the body and so in no address."""
    return await _table(request, params, scope)


async def _lines(request: Request, params: ExportParams, scope: Scope) -> Response:
    lines = request.app.state.exporter.ndjson(params, base_of(request), scope)
    return await Stream.opened(lines, request.app.state.settings.export_timeout, NO_STORE, NDJSON)


async def _table(request: Request, params: CsvParams, scope: Scope) -> Response:
    rows = request.app.state.exporter.csv(params, base_of(request), scope)
    headers = {**NO_STORE, "Content-Disposition": 'attachment; filename="rasd.csv"'}
    return await Stream.opened(rows, request.app.state.settings.export_timeout, headers, CSV)
