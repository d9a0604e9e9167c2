"""What a load did or a check found, for a program: a line of JSON for each report, and a last one with the counts.

What stops midway leaves the last line out.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict

import orjson

from indexer.check import Checked, Finding
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


def write_finding(finding: Finding) -> None:
    """Write what a check found of one report."""
    told = {**asdict(finding), "place": repair(finding.place), "reason": repair(finding.reason)}
    _write({"state": finding.state, "differs": finding.differs, **told})


def write_checked(checked: Checked) -> None:
    """Write the counts of a check, which say that it came to its end."""
    _write({"done": checked.clean, **checked.told()})


def _write(line: Mapping[str, object]) -> None:
    sys.stdout.buffer.write(orjson.dumps(line) + b"\n")
    sys.stdout.buffer.flush()
