"""The modules of the widget as they are sent: without their comments, line for line, and compressed once."""

from __future__ import annotations

import gzip
import hashlib
import re
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

WIDGET = Path(__file__).parent / "widget"
SELDOM = {"actions.js", "corpus.js", "en.js", "fr.js", "notes.js", "rasd-report.js", "trouble.js"}
"""Modules that a search does not need: they are loaded when what they are for happens."""

# Comments that begin a line, and JSDoc anywhere. No text of a module holds either; a test holds them to that.
_JSDOC = re.compile(r"/\*\*.*?\*/ ?", re.DOTALL)
_LINE = re.compile(r"^ *//.*", re.MULTILINE)
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}

router = APIRouter(include_in_schema=False)


def sent(source: str) -> str:
    """Return a module without its comments. Each line stays where it is, so that an error names the line of the source."""
    return _JSDOC.sub(lambda told: "\n" * told[0].count("\n"), _LINE.sub("", source))


MODULES = {path.name: sent(path.read_text(encoding="utf-8")).encode() for path in sorted(WIDGET.glob("*.js"))}
_COMPRESSED = {name: gzip.compress(body, mtime=0) for name, body in MODULES.items()}
VERSION = f"{version('rasd')}-{hashlib.sha256(repr(MODULES).encode()).hexdigest()[:8]}"
"""Rasd's version, and what the modules are: an address with it stands for these very bytes."""


@router.get("/widget/{name}.js")
@router.get("/widget/{asked}/{name}.js")
async def get_module(request: Request, name: str, asked: str = "") -> Response:
    """Return a module of this version; from an address without one, or with another's, lead there."""
    file = f"{name}.js"
    if file not in MODULES:
        raise HTTPException(404)
    if asked != VERSION:
        up = "../" if asked else ""
        return RedirectResponse(f"{up}{VERSION}/{file}", headers={"Cache-Control": "no-cache"})
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(_COMPRESSED[file], headers={**_KEPT, "Content-Encoding": "gzip"}, media_type="text/javascript")
    return Response(MODULES[file], headers=_KEPT, media_type="text/javascript")
