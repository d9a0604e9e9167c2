"""Searches."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import Response

from api.answers import SearchAnswer
from api.gate import Scoped
from api.params import SearchParams
from api.routes.rendering import NO_STORE, problems, rendered

router = APIRouter(prefix="/v1", tags=["search"])

_PROBLEMS = problems(403, 409, 410, 413, 422, 503, 504)


@router.get("/search", response_model=SearchAnswer, responses=_PROBLEMS)
async def get_search(request: Request, scope: Scoped, params: Annotated[SearchParams, Query()]) -> Response:
    """Find paragraphs. Hits with all words come first; `total` and `levels` count those."""
    return rendered(await request.app.state.searcher.search(params, scope), NO_STORE)


@router.post("/search", response_model=SearchAnswer, responses=_PROBLEMS)
async def post_search(request: Request, scope: Scoped, params: Annotated[SearchParams, Body()]) -> Response:
    """Find paragraphs: the same, with the words in the body and so in no address and no log."""
    return rendered(await request.app.state.searcher.search(params, scope), NO_STORE)
