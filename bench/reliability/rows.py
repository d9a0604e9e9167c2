"""All checks, in the order of docs/reliability.md."""

from __future__ import annotations

from bench.reliability.checks import Check
from bench.reliability.cluster import CLUSTER
from bench.reliability.data import DATA
from bench.reliability.edge import EDGE
from bench.reliability.operation import OPERATION

CHECKS: list[Check] = [*DATA, *EDGE, *OPERATION, *CLUSTER]
