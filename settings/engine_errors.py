"""What the engine's own errors are called where both doors to it, the reading and the writing one, must agree on it."""

from __future__ import annotations

from collections.abc import Iterator

LOST = frozenset(
    {
        "no_shard_available_action_exception",
        "node_disconnected_exception",
        "node_not_connected_exception",
        "node_closed_exception",
        "connect_transport_exception",
    }
)
"""Types of errors by which one node says that another, or its shard, is not there, or that it closes itself: one that was
killed, until it is noticed or has read its shards again. The status is 500 for most of them."""


def causes(info: object) -> Iterator[str]:
    """Yield the types of all causes in an error of the engine, at every depth: a search names lost nodes in its root causes."""
    if isinstance(info, dict):
        if isinstance(info.get("type"), str):
            yield info["type"]
        for part in info.values():
            yield from causes(part)
    elif isinstance(info, list):
        for part in info:
            yield from causes(part)


def names_lost_node(info: object) -> bool:
    """Tell whether an error of the engine, or any cause of it, is a lost node."""
    return not LOST.isdisjoint(causes(info))
