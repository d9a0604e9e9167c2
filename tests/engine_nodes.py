"""What the tests of `engine` share: folders that the node's user may enter, a way to ask a node, a copy of its home."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench.nodes import HEAP, open_folder
from engine import LocalNode
from settings import CHECKOUT, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator


LOST_NODE = json.dumps(
    {
        "error": {
            "root_cause": [{"type": "node_not_connected_exception", "reason": "[node-2] Node not connected"}],
            "type": "search_phase_execution_exception",
            "reason": "all shards failed",
        },
        "status": 500,
    }
).encode()
"""What a node answers to a search while it has not noticed yet that the one with the only copy was killed (C1's control)."""


@contextmanager
def stopped_node(name: str = "data") -> Iterator[LocalNode]:
    """Give a node with an empty data folder called `name`, and leave no process of it behind."""
    with open_folder() as folder:
        node = LocalNode(read_settings(data_dir=folder / name, heap=HEAP, opensearch_url=None))
        try:
            yield node
        finally:
            node.stop()


def ask(url: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Send one request, whose body is text or becomes JSON, and return the status and the JSON of the answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.load(response)
    finally:
        connection.close()


def environment(node: LocalNode) -> dict[str, str]:
    """Return the environment in which a process of its own has the same settings as `node`."""
    ours = {"RASD_DATA_DIR": str(node.settings.data_dir), "RASD_HEAP": HEAP, "PYTHONPATH": str(CHECKOUT)}
    return {**os.environ, **ours}


def command_line(*arguments: str) -> list[str]:
    """Return the arguments that run `python -m engine`."""
    return [sys.executable, "-m", "engine", *arguments]


def engine(node: LocalNode, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m engine` for the folder of `node` and wait for it."""
    return subprocess.run(
        command_line(*arguments), env=environment(node), capture_output=True, text=True, check=False, timeout=120
    )
