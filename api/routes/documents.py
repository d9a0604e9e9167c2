"""Paragraphs and reports by their ids."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.addresses import base_of
from api.answers import ParagraphAnswer, ReportAnswer
from api.citation import STYLES, Citation
from api.gate import Scoped
from api.params import CitationParams, ParagraphParams, ReportParams
from api.routes.rendering import NO_STORE, problems, rendered, tagged

router = APIRouter(prefix="/v1", tags=["paragraphs and reports"])

_REFERENCE: dict[int | str, dict[str, Any]] = {
    200: {"description": "A reference", "content": {style.media_type.split(";")[0]: {} for style in STYLES.values()}}
}


@router.get("/paragraphs/{paragraph_id}", response_model=ParagraphAnswer, responses=problems(404, 410, 422, 503, 504))
async def get_paragraph(
    request: Request, scope: Scoped, paragraph_id: str, params: Annotated[ParagraphParams, Query()]
) -> Response:
    """Return one paragraph with its neighbours. With `v` it is a permalink: 410 when the text is no longer that."""
    answer = await request.app.state.reader.paragraph(paragraph_id, params.v, params.context, scope)
    return tagged(request, answer)


@router.get(
    "/paragraphs/{paragraph_id}/citation",
    response_class=Response,
    responses={**problems(404, 410, 422, 503, 504), **_REFERENCE},
)
async def get_citation(
    request: Request, scope: Scoped, paragraph_id: str, params: Annotated[CitationParams, Query()]
) -> Response:
    """Return a paragraph as a reference, with its permalink, the hash of its text and today as the day of access."""
    paragraph = await request.app.state.reader.paragraph(paragraph_id, params.v, 0, scope)
    style = STYLES[params.style]
    cited = Citation(paragraph, base_of(request) + paragraph["permalink"], datetime.now(UTC).date())
    name = f"{cited.key}.{style.suffix}"
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(style.write(cited), headers=headers, media_type=style.media_type)


@router.get("/reports/{report_id}", response_model=ReportAnswer, responses=problems(404, 410, 422, 503, 504))
async def get_report(
    request: Request, scope: Scoped, report_id: str, params: Annotated[ReportParams, Query()]
) -> Response:
    """Return a whole report, its paragraphs in order, with the words of a query marked."""
    return rendered(await request.app.state.reader.report(report_id, params, scope), NO_STORE)
