"""Promises about the door: availability, hostile input, security (A1 to A8, H1 to H25)."""

from __future__ import annotations

from bench.reliability.checks import Check

EDGE: list[Check] = []
