"""Words with an open end: what a word of the corpus has to begin with, level by level, to meet `قصف*`."""

from __future__ import annotations

from functools import cache

from analyzers.levels import Level
from analyzers.normalize import fold_exact, normalize
from analyzers.proclitics import attached

OPENED_UP_TO = (Level.EXACT, Level.LETTERS, Level.CLITICS, Level.STEM)
"""A stem has no open end, but its level takes the article off: `قصف*` meets القصف there."""


@cache
def beginnings(text: str, level: Level) -> tuple[str, ...]:
    """Return what folded words begin with that meet an open-ended word at a level; at `exact`, words as they are written."""
    if level is Level.EXACT:
        return (fold_exact(text).lower(),)
    letters = normalize(text).lower()
    if level is Level.LETTERS:
        return (letters,)
    return attached(letters) if level is Level.CLITICS else (*attached(letters), *attached(f"ال{letters}"))
