"""Nodes that a check may harm: each in a folder of its own, which the user who runs nodes for root may enter."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import NodeError
from engine.node import LocalNode
from settings import Settings, read_settings

HEAP = "512m"


@contextmanager
def open_folder() -> Iterator[Path]:
    """Give a new folder that every user may enter, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="rasd-check-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        # A node that was killed may still be writing its last.
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_node(settings: Settings | None = None, more: dict[str, Any] | None = None) -> Iterator[LocalNode]:
    """Start a node with nothing in it, under the given settings but for its place, and stop and remove it at the end.

    `more` are settings of the engine that it has besides.
    """
    with open_folder() as folder:
        own = {"data_dir": folder / "data", "heap": HEAP, "opensearch_url": None}
        node = LocalNode(read_settings(**{**(settings.model_dump() if settings else {}), **own}))
        node.more = more or {}
        node.start()
        try:
            yield node
        finally:
            node.stop()


def pid_of(node: LocalNode) -> int:
    """Return the process of a node. Raises NodeError where it does not run."""
    running = node.running()
    if running is None:
        raise NodeError("the node that was to be harmed does not run")
    return running.pid


def kill(node: LocalNode) -> None:
    """End a node as a lost machine does."""
    os.kill(pid_of(node), signal.SIGKILL)
