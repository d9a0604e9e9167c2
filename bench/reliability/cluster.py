"""Promises of three nodes: any of them may be killed (C1 and on)."""

from __future__ import annotations

from bench.reliability.checks import Check

CLUSTER: list[Check] = []
