"""The address that others reach this server by: what is read elsewhere, in a table or a feed, needs whole links."""

from __future__ import annotations

from fastapi import Request

from settings import Settings


def base_of(request: Request) -> str:
    """Return the base of this server's addresses without a slash at its end: as set, else as the client wrote it."""
    settings: Settings = request.app.state.settings
    return (settings.public_url or str(request.base_url)).rstrip("/")
