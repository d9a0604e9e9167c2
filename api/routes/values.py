"""Which values the corpus has: sources, places, actors, collections."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import NamedValuesAnswer, ValuesAnswer
from api.gate import Scoped
from api.params import ValuesParams
from api.routes.rendering import NO_STORE, problems, rendered
from api.scope import Scope

router = APIRouter(prefix="/v1", tags=["values"])

Params = Annotated[ValuesParams, Query()]
_PROBLEMS = problems(422, 503, 504)


@router.get("/sources", response_model=ValuesAnswer, responses=_PROBLEMS)
async def get_sources(request: Request, scope: Scoped, params: Params) -> Response:
    """Return the sources with the paragraphs of each."""
    return await _values(request, "source", params, scope)


@router.get("/places", response_model=NamedValuesAnswer, responses=_PROBLEMS)
async def get_places(request: Request, scope: Scoped, params: Params) -> Response:
    """Return the places, with other names and coordinates where the lexicon knows them."""
    return await _values(request, "place", params, scope)


@router.get("/actors", response_model=NamedValuesAnswer, responses=_PROBLEMS)
async def get_actors(request: Request, scope: Scoped, params: Params) -> Response:
    """Return the groups and institutions, with other names where the lexicon knows them."""
    return await _values(request, "actor", params, scope)


@router.get("/collections", response_model=ValuesAnswer, responses=_PROBLEMS)
async def get_collections(request: Request, scope: Scoped, params: Params) -> Response:
    """Return the collections with the paragraphs of each."""
    return await _values(request, "collection", params, scope)


async def _values(request: Request, name: str, params: ValuesParams, scope: Scope) -> Response:
    return rendered(await request.app.state.values.values(name, params, scope), NO_STORE)
