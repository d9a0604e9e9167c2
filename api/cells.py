"""Cells of a CSV that a spreadsheet opens: text stays text, and never becomes a formula."""

from __future__ import annotations

import unicodedata

GUARD = "'"
_STARTERS = frozenset("=+-@＝＋－＠")
_CONTROLS = frozenset("\t\r\n")
"""A spreadsheet may drop these at the front of a cell, or take them for the end of one before."""


def guarded(value: object) -> str:
    """Return a value as a cell that no spreadsheet runs: what could be a formula gets an apostrophe in front.

    The first visible character counts: some programs pass over white space and marks of direction before it. Numbers that
    are numbers here stay as they are. None is the empty cell, a list is its values with `; ` between.
    """
    text = plain(value)
    return GUARD + text if isinstance(value, str | list) and _is_dangerous(text) else text


def plain(value: object) -> str:
    """Return a value as the text of a cell, unguarded."""
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _is_dangerous(text: str) -> bool:
    if text[:1] in _CONTROLS:
        return bool(text)
    first = next((char for char in text if not _is_invisible(char)), "")
    return first in _STARTERS and bool(first)


def _is_invisible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in {"Cf", "Cc", "Mn"}
