"""The one error that a user of the local node meets."""

from __future__ import annotations


class NodeError(Exception):
    """The local node cannot do what was asked; the message says what is wrong and what would be right."""


class NodeEndedError(NodeError):
    """The node's process ended by itself while it was starting."""
