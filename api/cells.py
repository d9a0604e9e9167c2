"""Cells of a CSV file that a spreadsheet will open: none may be taken for a formula."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet calculate, the fullwidth signs among them: some fold them first."""
_GUARD = "'"


def guarded(value: object) -> object:
    """Return a cell that is shown as it stands: an apostrophe before a text that begins as a formula does."""
    return f"{_GUARD}{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def unguarded(text: str) -> str:
    """Return the text of a cell that `guarded` wrote."""
    return text[1:] if text.startswith(_GUARD) and text[1:].startswith(_FORMULA_STARTS) else text
