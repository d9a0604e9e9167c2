"""Counts for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.errors import NotFound
from api.metrics import CONTENT_TYPE
from api.routes.rendering import NO_STORE, problems

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, responses=problems(404))
async def get_metrics(request: Request) -> Response:
    """Return what the server counts, as Prometheus reads it; 404 where `RASD_METRICS_PORT` serves it apart."""
    if request.app.state.settings.metrics_port is not None:
        raise NotFound("the metrics are served on a port of their own")
    return Response(request.app.state.metrics.text(), headers=NO_STORE, media_type=CONTENT_TYPE)
