"""Whether the server runs, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import Health
from api.health import check_ready
from api.routes.rendering import NO_STORE, problems, rendered

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live", response_model=Health)
async def get_live() -> Response:
    """Say that the server runs, whatever its engine does."""
    return rendered({"status": "live"}, NO_STORE)


@router.get("/ready", response_model=Health, responses=problems(503, 504))
async def get_ready(request: Request) -> Response:
    """Say whether searches can be answered: the engine is reached, its indices are of this version and can be searched."""
    await check_ready(request.app.state.engine, request.app.state.settings)
    return rendered({"status": "ready"}, NO_STORE)
