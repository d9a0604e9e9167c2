"""Paragraphs that say the same."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import SimilarAnswer
from api.gate import Scoped
from api.params import SimilarParams
from api.routes.rendering import NO_STORE, problems, rendered

router = APIRouter(prefix="/v1", tags=["search"])


@router.get("/similar/{paragraph_id}", response_model=SimilarAnswer, responses=problems(404, 422, 503, 504))
async def get_similar(
    request: Request, paragraph_id: str, scope: Scoped, params: Annotated[SimilarParams, Query()]
) -> Response:
    """Return the paragraphs that say the same as one: near copies first, then the nearest by meaning or by words."""
    return rendered(await request.app.state.similar.similar(paragraph_id, params, scope), NO_STORE)
