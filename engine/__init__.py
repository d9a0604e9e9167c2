"""A real OpenSearch node, or three, on this machine, for a first run and for tests; Docker and Java are not needed."""

from engine.cluster import LocalCluster
from engine.errors import NodeError
from engine.node import LocalNode, Running

__all__ = ["LocalCluster", "LocalNode", "NodeError", "Running"]
