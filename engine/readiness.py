"""Waiting until a node that was started can be used, and what its logs say when it cannot."""

from __future__ import annotations

import http.client
import json
import math
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from engine.clock import ticks
from engine.errors import NodeEndedError, NodeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.process import Process

ASK_TIMEOUT = 5.0
USABLE = ("yellow", "green")
LOG_LINES = 20
RED = (
    "its health is red and nothing goes on, so an index is damaged (if the log does not help, put the folder data aside "
    "and load again or restore a backup)"
)
RECOVERING = (
    "OpenSearch is still reading its indices; after it was killed, or lost its power, this can take minutes ..."
)
QUIET = 10.0
"""Seconds of a start that nobody needs to be told of."""


def wait_until_ready(
    process: Process, folder: Path, limit: float, report: Callable[[str], None] = lambda _told: None
) -> str:
    """Return the URL of the node of `folder`, once it answers and every primary shard is there.

    A node that was killed reads again what it had acknowledged and not put away yet, perhaps for minutes. As long as that
    goes on it is waited for, and `report` is told so: to end the node would only make it begin again.

    Raises NodeError with the last log lines when the process ends, or when nothing went on for `limit` seconds.
    """
    read: tuple[int, ...] | None = None
    last, told = 0.0, False
    for elapsed in ticks(math.inf):
        if process.pid() is None:
            raise NodeEndedError(f"The node ended while it was starting.\n{last_lines(folder)}")
        url = told_url(folder)
        seen = health(url) if url else None
        if url and seen in USABLE:
            return url
        now = recovered(url) if url and seen else None
        if now and now != read:
            read, last = now, elapsed
            if elapsed > QUIET and not told:
                report(RECOVERING)
                told = True
        elif elapsed - last > limit:
            reason = RED if seen else "it does not answer"
            raise NodeError(f"The node was not ready after {elapsed:.0f} s: {reason}.\n{last_lines(folder)}")
    raise AssertionError("it is waited for without end")


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
    try:
        return str(_asked(url, "/_cluster/health")["status"])
    except (KeyError, TypeError):
        return None


def recovered(url: str) -> tuple[int, ...] | None:
    """Return how much of each shard that is being recovered is there: writes read again and bytes copied; None of none."""
    try:
        shards = [shard for index in _asked(url, "/_recovery?active_only=true").values() for shard in index["shards"]]
        told = [(shard["translog"]["recovered"], shard["index"]["size"]["recovered_in_bytes"]) for shard in shards]
    except (AttributeError, KeyError, TypeError):
        return None
    return tuple(number for pair in told for number in pair) or None


def _asked(url: str, path: str) -> Any:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=ASK_TIMEOUT)
    try:
        connection.request("GET", path)
        return json.load(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError):
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
