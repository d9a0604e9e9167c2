"""The addresses under /v1 and /health. Each does one call and renders what comes back."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Query, Request
from starlette.responses import Response

from api.answers import (
    FormsAnswer,
    Health,
    ParagraphAnswer,
    Problem,
    ReportAnswer,
    SearchAnswer,
    SuggestAnswer,
    VerifyAnswer,
)
from api.documents import Reader
from api.health import check_ready
from api.params import FormsParams, ParagraphParams, ReportParams, SearchParams, SuggestParams, VerifyParams
from api.search import Searcher

_NO_STORE = {"Cache-Control": "no-store"}

_PROBLEM: dict[str, Any] = {
    "model": Problem,
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    told = {
        403: "`explain` is not allowed here",
        404: "There is no such thing",
        410: "It was there and is no more; `successor` is what took its place",
        413: "The body is too large",
        422: "Something in the request is wrong; `errors` says what, and what would be right",
        503: "The engine cannot be reached, or holds no index yet",
        504: "The engine did not answer in time",
    }
    return {status: {**_PROBLEM, "description": told[status]} for status in statuses}


_SEARCH_PROBLEMS = _problems(403, 410, 413, 422, 503, 504)

search = APIRouter(prefix="/v1", tags=["search"])
documents = APIRouter(prefix="/v1", tags=["paragraphs and reports"])
words = APIRouter(prefix="/v1", tags=["words"])
quotations = APIRouter(prefix="/v1", tags=["quotations"])
health = APIRouter(prefix="/health", tags=["health"])


def rendered(answer: Any, headers: dict[str, str] | None = None) -> Response:
    """Return an answer as JSON."""
    return Response(orjson.dumps(answer), headers=headers, media_type="application/json")


def _searcher(request: Request) -> Searcher:
    searcher: Searcher = request.app.state.searcher
    return searcher


def _reader(request: Request) -> Reader:
    reader: Reader = request.app.state.reader
    return reader


@search.get("/search", response_model=SearchAnswer, responses=_SEARCH_PROBLEMS)
async def get_search(request: Request, params: Annotated[SearchParams, Query()]) -> Response:
    """Find paragraphs. Hits with all words come first; `total` and `levels` count those."""
    return rendered(await _searcher(request).search(params), _NO_STORE)


@search.post("/search", response_model=SearchAnswer, responses=_SEARCH_PROBLEMS)
async def post_search(request: Request, params: Annotated[SearchParams, Body()]) -> Response:
    """Find paragraphs: the same, with the words in the body and so in no address and no log."""
    return rendered(await _searcher(request).search(params), _NO_STORE)


@words.get("/forms", response_model=FormsAnswer, responses=_problems(422, 503, 504))
async def get_forms(request: Request, params: Annotated[FormsParams, Query()]) -> Response:
    """Return every spelling in the corpus that a query reaches, with its level and count."""
    return rendered(await request.app.state.forms.forms(params), _NO_STORE)


@words.get("/suggest", response_model=SuggestAnswer, responses=_problems(422, 503, 504))
async def get_suggest(request: Request, params: Annotated[SuggestParams, Query()]) -> Response:
    """Complete what is being typed, in the corpus's commonest spelling."""
    return rendered(await request.app.state.suggester.suggest(params), _NO_STORE)


@quotations.get("/verify", response_model=VerifyAnswer, responses=_problems(413, 422, 503, 504))
async def get_verify(request: Request, params: Annotated[VerifyParams, Query()]) -> Response:
    """Say whether a quotation is in the corpus, verbatim or nearly, where, and what differs."""
    return rendered(await request.app.state.verifier.verify(params.quote), _NO_STORE)


@quotations.post("/verify", response_model=VerifyAnswer, responses=_problems(413, 422, 503, 504))
async def post_verify(request: Request, params: Annotated[VerifyParams, Body()]) -> Response:
    """Say the same of a quotation in the body."""
    return rendered(await request.app.state.verifier.verify(params.quote), _NO_STORE)


@documents.get(
    "/paragraphs/{paragraph_id}", response_model=ParagraphAnswer, responses=_problems(404, 410, 422, 503, 504)
)
async def get_paragraph(request: Request, paragraph_id: str, params: Annotated[ParagraphParams, Query()]) -> Response:
    """Return one paragraph with its neighbours. With `v` it is a permalink: 410 when the text is no longer that."""
    answer = await _reader(request).paragraph(paragraph_id, params.v, params.context)
    return _tagged(request, answer)


@documents.get("/reports/{report_id}", response_model=ReportAnswer, responses=_problems(404, 410, 422, 503, 504))
async def get_report(request: Request, report_id: str, params: Annotated[ReportParams, Query()]) -> Response:
    """Return a whole report, its paragraphs in order, with the words of a query marked."""
    return rendered(await _reader(request).report(report_id, params), _NO_STORE)


@health.get("/live", response_model=Health)
async def get_live() -> Response:
    """Say that the server runs, whatever its engine does."""
    return rendered({"status": "live"}, _NO_STORE)


@health.get("/ready", response_model=Health, responses=_problems(503, 504))
async def get_ready(request: Request) -> Response:
    """Say whether searches can be answered: the engine is reached, its indices are there and of this version."""
    await check_ready(request.app.state.engine, request.app.state.settings)
    return rendered({"status": "ready"}, _NO_STORE)


def _tagged(request: Request, answer: Any) -> Response:
    """Return an answer with its ETag, or 304 where the client has it already."""
    content = orjson.dumps(answer)
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")
