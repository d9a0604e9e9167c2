"""Many searches in one call, as JSON or as a table."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.answers import BatchAnswer
from api.batch import Answered
from api.gate import Scoped
from api.params import BatchParams, NamedQuery
from api.problems import told
from api.routes.rendering import NO_STORE, problems, rendered
from api.scope import Scope
from api.worksheet import queries_of, worksheet

router = APIRouter(prefix="/v1", tags=["search"])

_TABLE = {"text/csv": {"schema": {"type": "string"}}}


def _documented() -> dict[str, Any]:
    """Return what the OpenAPI document says of the body: each search is checked for itself, so the models do not say it."""
    schema = BatchParams.model_json_schema()
    search = NamedQuery.model_json_schema(ref_template="#/components/schemas/{model}")
    del search["$defs"]  # Level, which the answers bring into the document
    anything = {"description": "Anything else has a problem of its own in the answer."}
    schema["properties"]["queries"]["items"] = {"anyOf": [search, anything]}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}, **_TABLE}}}


@router.post(
    "/search/batch",
    response_model=BatchAnswer,
    responses={**problems(413, 422, 503, 504), 200: {"content": _TABLE}},
    openapi_extra=_documented(),
)
async def post_batch(request: Request, scope: Scoped) -> Response:
    """Answer up to 100 named searches at once, each by itself: a wrong one is a problem and the others are answered.

    With `Content-Type: text/csv` a table of searches gives a table of counts at each level and first hits.
    """
    content = await _body(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "text/csv":
        return await _table(request, content, scope)
    answers = await request.app.state.batcher.answers(_queries(content), scope)
    return rendered({"answers": [await _told(request, answered) for answered in answers]}, NO_STORE)


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise HTTPException(400) from None  # too large a body: what is sent is the guard's 413


def _queries(content: bytes) -> list[object]:
    try:
        queries: list[object] = [*BatchParams.model_validate_json(content).queries]
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from None
    return queries


async def _told(request: Request, answered: Answered) -> dict[str, Any]:
    if answered.error is None:
        return {"name": answered.name, "status": 200, "answer": answered.answer}
    problem = await told(request, answered.error)
    return {"name": answered.name, "status": problem["status"], "problem": problem}


async def _table(request: Request, content: bytes, scope: Scope) -> Response:
    queries = queries_of(content)
    answers = await request.app.state.batcher.answers(queries, scope)
    faults = [(await told(request, one.error))["detail"] if one.error else "" for one in answers]
    return Response(worksheet(queries, answers, faults), headers=NO_STORE, media_type="text/csv; charset=utf-8")
