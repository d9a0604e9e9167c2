"""Writing: reports come in, and are taken down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from api.answers import TakedownAnswer, WriteAnswer
from api.body import STREAMED, WHOLE, lines_of, media_type_of
from api.errors import BadRequest, Fault
from api.gate import Scoped
from api.params import WriteParams
from api.routes.rendering import NO_STORE, problems, rendered
from api.writer import Outcomes, shown

MOST_FAULTS = 20

router = APIRouter(prefix="/v1", tags=["writing"])

_REPORT: dict[str, Any] = {"type": "object", "description": "A record as docs/records.md describes it."}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            WHOLE: {"schema": {"oneOf": [_REPORT, {"type": "array", "items": _REPORT, "minItems": 1}]}},
            STREAMED[0]: {"schema": {"type": "string", "description": "One record a line."}},
        },
    }
}


@router.post(
    "/reports", response_model=WriteAnswer, responses=problems(408, 413, 415, 422, 503, 504), openapi_extra=_BODY
)
async def post_reports(request: Request, scope: Scoped, params: Annotated[WriteParams, Query()]) -> Response:
    """Load reports: one, an array, or a stream of NDJSON. The same again changes nothing; the same id replaces."""
    lines = await lines_of(request, request.app.state.settings)
    outcomes: Outcomes = await request.app.state.writer.load(lines, params.collection, scope)
    if media_type_of(request) != WHOLE:
        return StreamingResponse(_streamed(outcomes), headers=NO_STORE, media_type=STREAMED[0])
    with outcomes.file:
        return rendered({"reports": _taken(outcomes), **outcomes.done}, NO_STORE)


@router.delete("/reports/{report_id}", response_model=TakedownAnswer, responses=problems(404, 422, 503, 504))
async def delete_report(request: Request, scope: Scoped, report_id: str) -> Response:
    """Take a report down: out of search, forms, suggestions, feeds and the store. The same again changes nothing."""
    await request.app.state.reader.check_report(report_id, scope)
    return rendered(await request.app.state.writer.delete(report_id), NO_STORE)


def _streamed(outcomes: Outcomes) -> Iterator[bytes]:
    """Yield what became of each report, and last the counts."""
    with outcomes.file as file:
        file.seek(0)
        for line in file:
            told = orjson.loads(line)
            yield orjson.dumps(told if "done" in told else shown(told)) + b"\n"


def _taken(outcomes: Outcomes) -> list[dict[str, Any]]:
    """Return what became of each report; BadRequest where all were refused, so that no client takes it for done."""
    reports = outcomes.lines()
    if all(report["outcome"] == "refused" for report in reports):
        faults = [Fault(f"report {report['line']}", report["reason"]) for report in reports]
        raise BadRequest(*faults[:MOST_FAULTS])
    return reports
