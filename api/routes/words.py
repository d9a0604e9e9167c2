"""Words of the corpus: the spellings that a query reaches, and completions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import Response

from api.answers import FormsAnswer, SuggestAnswer
from api.gate import Scoped
from api.params import FormsParams, SuggestParams
from api.routes.rendering import NO_STORE, problems, rendered

router = APIRouter(prefix="/v1", tags=["words"])


@router.get("/forms", response_model=FormsAnswer, responses=problems(422, 503, 504))
async def get_forms(request: Request, scope: Scoped, params: Annotated[FormsParams, Query()]) -> Response:
    """Return every spelling in the corpus that a query reaches, with its level and count."""
    return rendered(await request.app.state.forms.forms(params, scope), NO_STORE)


@router.get("/suggest", response_model=SuggestAnswer, responses=problems(422, 503, 504))
async def get_suggest(request: Request, scope: Scoped, params: Annotated[SuggestParams, Query()]) -> Response:
    """Complete what is being typed, in the corpus's commonest spelling."""
    return rendered(await request.app.state.suggester.suggest(params, scope), NO_STORE)


@router.post("/suggest", response_model=SuggestAnswer, responses=problems(413, 422, 503, 504))
async def post_suggest(request: Request, scope: Scoped, params: Annotated[SuggestParams, Body()]) -> Response:
    """Complete what is being typed: the same, with the words in the body and so in no address and no log."""
    return rendered(await request.app.state.suggester.suggest(params, scope), NO_STORE)
