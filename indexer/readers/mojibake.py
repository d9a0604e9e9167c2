"""Text that was encoded twice (UTF-8 read as windows-1252 or windows-1256: Ø³Ù„Ø§Ù…, ط³ظ„ط§ظ…), made whole where certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

# The lead bytes D8 to DB of Arabic in UTF-8, as each code page shows them, each before what a second byte becomes there.
_AFTER_1252 = "\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2010-\u203a\u20ac\u2122"
_AFTER_1256 = "\u0080-\u00bf\u060c\u061b\u061f\u0679-\u06d2\u0152\u0153\u0192\u02c6\u200c-\u203a\u20ac\u2122"
_AS_1252 = re.compile(f"[\u00d8-\u00db][{_AFTER_1252}]")
_AS_1256 = re.compile(f"[\u0637-\u063a][{_AFTER_1256}]")
# What either finds this finds too, in one reading of the text: nearly every text has neither.
_SUSPECT = re.compile(f"[\u00d8-\u00db\u0637-\u063a][{_AFTER_1252}{_AFTER_1256}]")
_ARABIC = re.compile("[\u0621-\u064a]")
LEAST = 3
"""Letters that must come out: of real Arabic no three in a row can be read so."""


def mend(text: str) -> str:
    """Return a text, with each line that had been encoded twice decoded again; any other line as it stands.

    Before the text is cut at anything else than line feeds: read as Latin-1, the second byte of م is a line end too.
    """
    return mend_lines(text)[0]


def mend_lines(text: str) -> tuple[str, int]:
    """Return what `mend` returns, and how many lines were mended."""
    if not _SUSPECT.search(text):
        return text, 0
    lines = text.split("\n")
    mended = list(map(_mended, lines))
    return "\n".join(mended), sum(line != other for line, other in zip(lines, mended, strict=True))


def _mended(line: str) -> str:
    if len(_AS_1256.findall(line)) >= LEAST and (text := _again(line, "cp1256")):
        return text
    if len(_AS_1252.findall(line)) >= LEAST:
        # The five bytes that windows-1252 does not know come through as controls, and ftfy knows them.
        from ftfy import fix_encoding  # noqa: PLC0415  (a quarter of a second, and few texts need it)

        text = fix_encoding(line)
        return text if len(_ARABIC.findall(text)) >= LEAST and not _AS_1252.search(text) else line
    return line


def _again(line: str, codec: str) -> str:
    """Return the text behind a line, empty where one byte of it does not fit: then it is not certain."""
    try:
        text = line.encode(codec).decode("utf-8")
    except UnicodeError:
        return ""
    return text if len(_ARABIC.findall(text)) >= LEAST else ""


def mend_record(value: object) -> tuple[object, int]:
    """Return a record with every string mended, and how many were; where none was, it is the record itself and no copy."""
    if isinstance(value, str):
        text = mend(value)
        return text, int(text != value)
    if isinstance(value, dict):
        return _with_parts(value, value.items(), dict)
    if isinstance(value, list):
        return _with_parts(value, enumerate(value), list)
    return value, 0


def _with_parts(value: Any, parts: Iterable[tuple[Any, object]], copied: Callable[[Any], Any]) -> tuple[object, int]:
    mended, total = None, 0
    for place, part in parts:
        changed, count = mend_record(part)
        if count:
            mended = copied(value) if mended is None else mended
            mended[place] = changed
            total += count
    return value if mended is None else mended, total
