"""What a load did, for a program: one line of JSON a report, and a last one with the counts once all of it is in.

A load that stops midway leaves the last line out.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import orjson

from indexer.repair import repair
from indexer.summary import Summary, Told


def write_outcome(told: Told) -> None:
    """Write what became of one report to standard output."""
    line = {
        "place": repair(told.place),
        "outcome": told.outcome,
        "id": told.report_id,
        "collection": told.collection,
        "paragraphs": told.paragraphs,
        "reason": None if told.reason is None else repair(told.reason),
    }
    _write(line)


def write_done(summary: Summary) -> None:
    """Write the counts, which say that the load came to its end."""
    counts = {outcome.value.replace(" ", "_"): count for outcome, count in summary.counts.items()}
    _write({"done": summary.given, **counts, "paragraphs": summary.paragraphs})


def _write(line: Mapping[str, object]) -> None:
    sys.stdout.buffer.write(orjson.dumps(line) + b"\n")
    sys.stdout.buffer.flush()
