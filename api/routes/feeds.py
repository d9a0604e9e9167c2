"""Feeds of a search, for feed readers."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.addresses import base_of
from api.feeds import Feed, atom, json_feed
from api.gate import Scoped
from api.params import FeedParams
from api.routes.rendering import problems, tagged_content
from api.scope import Scope

router = APIRouter(prefix="/v1", tags=["feeds"])

ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"
_PROBLEMS = problems(422, 503, 504)
_ATOM: dict[int | str, dict[str, Any]] = {200: {"description": "An Atom feed", "content": {ATOM: {}}}}
_JSON: dict[int | str, dict[str, Any]] = {200: {"description": "A JSON Feed 1.1", "content": {JSON_FEED: {}}}}


@router.get("/search.atom", response_class=Response, responses={**_PROBLEMS, **_ATOM})
async def get_atom(request: Request, scope: Scoped, params: Annotated[FeedParams, Query()]) -> Response:
    """Return the newest paragraphs of a search as Atom. With an `ETag`: what has not changed is a 304."""
    return tagged_content(request, atom(await _feed(request, params, scope)), ATOM)


@router.get("/search.feed.json", response_class=Response, responses={**_PROBLEMS, **_JSON})
async def get_json_feed(request: Request, scope: Scoped, params: Annotated[FeedParams, Query()]) -> Response:
    """Return the newest paragraphs of a search as JSON Feed 1.1. With an `ETag`: what has not changed is a 304."""
    return tagged_content(request, orjson.dumps(json_feed(await _feed(request, params, scope))), JSON_FEED)


async def _feed(request: Request, params: FeedParams, scope: Scope) -> Feed:
    base = base_of(request)
    address = f"{base}{request.url.path}?{request.url.query}"
    feed: Feed = await request.app.state.feeder.feed(params, base, address, scope)
    return feed
