"""What a browser is shown: the page at /, and the interactive documentation, all from this server."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

PAGE = Path(__file__).parent / "page"
_SWAGGER = Path(str(files("fastapi_offline"))) / "static"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Swagger UI sets styles of its own as it runs.
_DOCS_POLICY = _POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")

pages = APIRouter(include_in_schema=False)


@pages.get("/")
async def index() -> Response:
    """Return the search page."""
    return FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"})


@pages.get("/docs")
async def docs() -> Response:
    """Return the interactive documentation."""
    headers = {"Content-Security-Policy": _DOCS_POLICY, "Cache-Control": "no-cache"}
    return FileResponse(PAGE / "docs.html", headers=headers)


def mount(app: FastAPI) -> None:
    """Serve the files of the pages."""
    app.mount("/page", StaticFiles(directory=PAGE), name="page")
    app.mount("/swagger", StaticFiles(directory=_SWAGGER), name="swagger")
