"""What a browser is shown: the page at /, the interactive documentation, all from this server."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from api.modules import MODULES, SELDOM, VERSION

PAGE = Path(__file__).parent / "page"
_SWAGGER = Path(str(files("fastapi_offline"))) / "static"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Swagger UI sets styles of its own as it runs.
_DOCS_POLICY = _POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")

pages = APIRouter(include_in_schema=False)


def _index() -> str:
    """Return the page, with the widget's version in its addresses. What is imported later is fetched at once."""
    names = sorted(MODULES.keys() - SELDOM - {"rasd-search.js"})
    preloads = [f'<link rel="modulepreload" href="widget/{VERSION}/{name}">' for name in names]
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    return page.replace("{version}", VERSION).replace("{preloads}", "\n".join(preloads))


@pages.get("/")
async def index() -> Response:
    """Return the search page."""
    return HTMLResponse(_index(), headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"})


@pages.get("/docs")
async def docs() -> Response:
    """Return the interactive documentation."""
    headers = {"Content-Security-Policy": _DOCS_POLICY, "Cache-Control": "no-cache"}
    return FileResponse(PAGE / "docs.html", headers=headers)


def mount(app: FastAPI) -> None:
    """Serve the files of the pages."""
    app.mount("/page", _served(PAGE), name="page")
    app.mount("/swagger", _served(_SWAGGER), name="swagger")


class _Files(StaticFiles):
    """Files that a browser asks for anew each time (and mostly gets a 304), so that an upgrade never mixes old and new."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        """Return a file, or that it has not changed."""
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _served(folder: Path) -> ASGIApp:
    # Compressed here and not on /v1: an answer is small, and compressing what a stranger may steer next to what he may not
    # see is how secrets leak.
    return GZipMiddleware(_Files(directory=folder))
