"""A real OpenSearch node on this machine, for a first run and for tests, without Docker and without Java installed."""

from engine.errors import NodeError
from engine.node import LocalNode, Running

__all__ = ["LocalNode", "NodeError", "Running"]
