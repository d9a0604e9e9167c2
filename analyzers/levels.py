"""The ladder of matching: how far a paragraph's spelling may be from the typed word and still be found."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """A rung, strictest first. Each rung meets all that the rungs above it meet, and more."""

    EXACT = "exact"
    LETTERS = "letters"
    CLITICS = "clitics"
    STEM = "stem"

    @property
    def rank(self) -> int:
        """Place on the ladder: 0 is the strictest."""
        return LADDER.index(self)


LADDER: tuple[Level, ...] = tuple(Level)
"""All levels that this version can search at, strictest first."""

LOOSEST = LADDER[-1]
"""The default of `match=`: nobody should miss بإدلب because she did not know of a parameter."""


def up_to(loosest: Level) -> tuple[Level, ...]:
    """Return the levels from the strictest to `loosest`, both included."""
    return LADDER[: loosest.rank + 1]


def loosest_of(levels: list[Level]) -> Level:
    """Return the loosest of some levels (one or more)."""
    return max(levels, key=lambda level: level.rank)
