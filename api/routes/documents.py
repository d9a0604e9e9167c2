"""Paragraphs and reports by their ids."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import ParagraphAnswer, ReportAnswer
from api.gate import Scoped
from api.params import ParagraphParams, ReportParams
from api.routes.rendering import NO_STORE, problems, rendered, tagged

router = APIRouter(prefix="/v1", tags=["paragraphs and reports"])


@router.get("/paragraphs/{paragraph_id}", response_model=ParagraphAnswer, responses=problems(404, 410, 422, 503, 504))
async def get_paragraph(
    request: Request, scope: Scoped, paragraph_id: str, params: Annotated[ParagraphParams, Query()]
) -> Response:
    """Return one paragraph with its neighbours. With `v` it is a permalink: 410 when the text is no longer that."""
    answer = await request.app.state.reader.paragraph(paragraph_id, params.v, params.context, scope)
    return tagged(request, answer)


@router.get("/reports/{report_id}", response_model=ReportAnswer, responses=problems(404, 410, 422, 503, 504))
async def get_report(
    request: Request, scope: Scoped, report_id: str, params: Annotated[ReportParams, Query()]
) -> Response:
    """Return a whole report, its paragraphs in order, with the words of a query marked."""
    return rendered(await request.app.state.reader.report(report_id, params, scope), NO_STORE)
