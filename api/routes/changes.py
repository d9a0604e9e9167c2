"""Changes of the corpus, for those who keep a copy."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import ChangesAnswer
from api.gate import Scoped
from api.params import ChangesParams
from api.routes.rendering import NO_STORE, problems, rendered

router = APIRouter(prefix="/v1", tags=["changes"])


@router.get("/changes", response_model=ChangesAnswer, responses=problems(410, 422, 503, 504))
async def get_changes(request: Request, scope: Scoped, params: Annotated[ChangesParams, Query()]) -> Response:
    """Return which reports were written or taken down since a moment, in order; deletions without any text."""
    return rendered(await request.app.state.changes.changes(params, scope), NO_STORE)
