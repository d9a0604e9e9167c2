"""What a load did: how many reports were created, replaced, unchanged or refused, and each refusal with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one report."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    TAKEN_DOWN = "taken down"


KEPT_REFUSALS = 1000
"""Refusals that are held for messages; all are counted, and `--refused FILE` writes all of them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A report or line that was not loaded; `raw` is the line, or the record as JSON, where there is one."""

    place: str
    reason: str
    raw: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one report, for a program: `place` is where it was given, `reason` why it was refused."""

    place: str
    outcome: Outcome
    report_id: str | None = None
    collection: str | None = None
    paragraphs: int = 0
    reason: str | None = None


@dataclass(slots=True)
class Summary:
    """Counts of one load. `given` is the sum of the outcomes: nothing is passed over in silence."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    paragraphs: int = 0
    repaired: int = 0
    kept: int = 0
    """Reports among the unchanged whose other text, from elsewhere, was left as it is."""
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What the readers decided that a person should know: encodings, what was left out, dates that stayed text."""

    def add(self, outcome: Outcome, paragraphs: int = 0) -> None:
        """Count one report."""
        self.counts[outcome] += 1
        self.paragraphs += paragraphs

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal."""
        self.counts[Outcome.REFUSED] += 1
        if len(self.refusals) < KEPT_REFUSALS:
            self.refusals.append(refusal)

    @property
    def refused(self) -> int:
        """How many were refused."""
        return self.counts[Outcome.REFUSED]

    @property
    def given(self) -> int:
        """Reports and lines that were read."""
        return sum(self.counts.values())

    @property
    def clean(self) -> bool:
        """Whether nothing was refused."""
        return not self.refused

    def sentence(self) -> str:
        """Return the counts as one line for the terminal."""
        told = ", ".join(
            f"{self.counts[outcome]:,} {outcome}" for outcome in Outcome if outcome is not Outcome.TAKEN_DOWN
        )
        left_out = self.counts[Outcome.TAKEN_DOWN]
        told += f", {left_out:,} left out (taken down earlier; --restore takes them in again)" if left_out else ""
        told += (
            f", {self.kept:,} of the unchanged have another text, which was loaded from elsewhere and stays"
            if self.kept
            else ""
        )
        repaired = f"; {self.repaired:,} harmful characters replaced by U+FFFD" if self.repaired else ""
        return f"{self.given:,} reports: {told} ({self.paragraphs:,} paragraphs written{repaired})"
