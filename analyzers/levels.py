"""The ladder of matching: how far a paragraph's spelling may be from the typed word and still be found."""

from __future__ import annotations

from enum import StrEnum
from functools import cache


class Level(StrEnum):
    """A rung, strictest first; each meets all that the rungs above it meet, and more. `substring` stands beside them."""

    EXACT = "exact"
    LETTERS = "letters"
    CLITICS = "clitics"
    STEM = "stem"
    VARIANTS = "variants"
    SUBSTRING = "substring"

    @property
    def rank(self) -> int:
        """Place on the ladder: 0 is the strictest."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}
LADDER: tuple[Level, ...] = tuple(level for level in Level if level is not Level.SUBSTRING)
"""The levels that hold one another, strictest first."""

LOOSEST = LADDER[-1]
"""The default of `match=`: nobody should miss بإدلب or سورية because she did not know of a parameter."""


@cache
def up_to(loosest: Level) -> tuple[Level, ...]:
    """Return the levels from the strictest to `loosest`, both included; `substring` holds none but itself."""
    return (loosest,) if loosest is Level.SUBSTRING else LADDER[: loosest.rank + 1]


@cache
def stricter(one: Level, other: Level) -> Level:
    """Return the stricter of two levels."""
    return min(one, other, key=lambda level: level.rank)


def loosest_of(levels: list[Level]) -> Level:
    """Return the loosest of some levels (one or more)."""
    return max(levels, key=lambda level: level.rank)
