"""Quotations: are they in the corpus."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import Response

from api.answers import VerifyAnswer
from api.gate import Scoped
from api.params import VerifyParams
from api.routes.rendering import NO_STORE, problems, rendered

router = APIRouter(prefix="/v1", tags=["quotations"])


@router.get("/verify", response_model=VerifyAnswer, responses=problems(413, 422, 503, 504))
async def get_verify(request: Request, scope: Scoped, params: Annotated[VerifyParams, Query()]) -> Response:
    """Say whether a quotation is in the corpus, verbatim or nearly, where, and what differs."""
    return rendered(await request.app.state.verifier.verify(params.quote, scope), NO_STORE)


@router.post("/verify", response_model=VerifyAnswer, responses=problems(413, 422, 503, 504))
async def post_verify(request: Request, scope: Scoped, params: Annotated[VerifyParams, Body()]) -> Response:
    """Say the same of a quotation in the body."""
    return rendered(await request.app.state.verifier.verify(params.quote, scope), NO_STORE)
