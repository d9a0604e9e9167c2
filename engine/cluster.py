"""Several OpenSearch nodes on this machine that make one cluster, for tests of what a cluster promises and to try one.

A server's cluster is not made by this: there each node has a machine of its own (docs/operations.md).
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from engine.account import DATA_FOR_ROOT, make_folder, node_account, pick_folder
from engine.configuration import LOOPBACK, cluster_settings
from engine.document import read_document, write_document
from engine.node import LocalNode
from engine.ports import chosen_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from settings import Settings

COUNT = 3
"""Nodes of a cluster: of three, any one may be missing; of two, not the one that leads."""


class LocalCluster:
    """The nodes of one data folder, each in a folder of its own below it, all with the same snapshots."""

    def __init__(self, settings: Settings, report: Callable[[str], None] = lambda _: None, count: int = COUNT) -> None:
        self._settings = settings
        self._account = node_account()
        self._names = [f"node-{number}" for number in range(1, count + 1)]
        self.nodes = [LocalNode(self._own(name), report, name) for name in self._names]

    @cached_property
    def snapshots(self) -> Path:
        """The folder that snapshots may be written into; every node of a cluster must see the same."""
        return pick_folder(self._settings.data_dir, DATA_FOR_ROOT, self._account) / "snapshots"

    @property
    def urls(self) -> list[str]:
        """Where the nodes answer that run now."""
        return [running.url for node in self.nodes if (running := node.running())]

    def start(self) -> list[str]:
        """Start all nodes at once, or find them running, and return their URLs. Raises NodeError, and stops all then."""
        self._prepare()
        # The first start fills the cache of jars; the others wait for it, and none is ready before two of them are there.
        with ThreadPoolExecutor(len(self.nodes)) as pool, ExitStack() as undo:
            undo.callback(self.stop)
            urls = [running.url for running in pool.map(LocalNode.start, self.nodes)]
            undo.pop_all()
            return urls

    def stop(self) -> bool:
        """Stop all nodes and keep their data; `False` where none was running."""
        with ThreadPoolExecutor(len(self.nodes)) as pool:
            return any(list(pool.map(LocalNode.stop, self.nodes)))

    def _own(self, name: str) -> Settings:
        return self._settings.model_copy(update={"data_dir": self._settings.data_dir / name})

    def _prepare(self) -> None:
        """Give every node the addresses of all: ports are chosen before the first one starts, and kept."""
        make_folder(self.snapshots, self._account)
        if self._account:
            self._account.own(self.snapshots)
        ports = [self._transport_port(node) for node in self.nodes]
        seeds = [f"{LOOPBACK}:{port}" for port in ports]
        for node in self.nodes:
            node.more = cluster_settings(self._names, seeds, self.snapshots)

    def _transport_port(self, node: LocalNode) -> int:
        """Return the port by which the other nodes find this one: its last, where it can be had or is its own."""
        make_folder(node.folder, self._account)
        file = node.folder / "ports.json"
        ports = read_document(file)
        if node.running():
            return int(ports["transport"])
        port = chosen_port(ports.get("transport")) or free_port()
        write_document(file, {**ports, "transport": port})
        return port


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        return int(server.getsockname()[1])
