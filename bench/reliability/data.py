"""Promises about data: nothing acknowledged is lost, nothing is there twice, a swap is seen by nobody (R1 to R14)."""

from __future__ import annotations

from bench.reliability.checks import Check

DATA: list[Check] = []
