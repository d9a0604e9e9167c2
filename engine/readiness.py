"""Waiting until a node that was started can be used, and what its logs say when it cannot."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engine.clock import ticks
from engine.errors import NodeEndedError, NodeError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.process import Process

ASK_TIMEOUT = 5.0
USABLE = ("yellow", "green")
LOG_LINES = 20
RED = "its health is red, so an index is damaged (delete the folder data and load again, if the log does not help)"


def wait_until_ready(process: Process, folder: Path, limit: float) -> str:
    """Return the URL of the node of `folder`, once it answers and every primary shard is there.

    Raises NodeError with the last log lines when the process ends, or after `limit` seconds.
    """
    for _ in ticks(limit):
        if process.pid() is None:
            raise NodeEndedError(f"The node ended while it was starting.\n{last_lines(folder)}")
        url = told_url(folder)
        seen = health(url) if url else None
        if url and seen in USABLE:
            return url
    reason = RED if seen else "it does not answer"
    raise NodeError(f"The node was not ready after {limit:.0f} s: {reason}.\n{last_lines(folder)}")


def told_url(folder: Path) -> str | None:
    """Return where the node says that it listens, `None` until it does."""
    port = told_port(folder, "http")
    return f"http://127.0.0.1:{port}" if port else None


def told_port(folder: Path, kind: str) -> int | None:
    """Return the port in the file that OpenSearch writes once it listens; `kind` is `http` or `transport`."""
    try:
        lines = (folder / "logs" / f"{kind}.ports").read_text().split()
        return int(lines[0].rpartition(":")[2])
    except (OSError, ValueError, IndexError):
        return None


def health(url: str) -> str | None:
    """Return `green`, `yellow` or `red` as the node sees its cluster, `None` where nothing that is a node answers."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=ASK_TIMEOUT)
    try:
        connection.request("GET", "/_cluster/health")
        return str(json.load(connection.getresponse())["status"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def last_lines(folder: Path) -> str:
    """Return the end of what Java printed and of what OpenSearch logged, with the names of the files."""
    return "\n".join(_tail(folder / "logs" / name) for name in ("console.log", "node.log"))


def _tail(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return f"{path}: not written"
    return "\n".join([f"{path}:", *(f"    {line}" for line in lines[-LOG_LINES:] or ["(empty)"])])
