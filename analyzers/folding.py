"""The folding table: which code points become what, and why.

One table, two renderings: `analyzers.normalize` runs it in Python, `analyzers.analysis` as OpenSearch `mapping` char
filters. `tests/test_folding_engine.py` proves on a real engine that both agree on every code point of the Arabic blocks.

The order is data. `MARKS` goes first so that the evasion rules see bare letters; tatweel is left standing until they have
run, because a split word is told by its tatweels; `SEPARATORS` goes after them because `_` is also a way to split a word.
`LETTERS` is lossy and therefore last and left out at level `exact`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from pyarabic import araby


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: `source` (one or more code points) becomes `target` (may be empty)."""

    source: str
    target: str
    reason: str


def _rows(sources: str | list[str] | tuple[str, ...], target: str, reason: str) -> list[Row]:
    return [Row(source, target, reason) for source in sources]


def _span(first: int, last: int) -> list[str]:
    return [chr(point) for point in range(first, last + 1)]


# A letter and a combining hamza or madda are canonically the same text as the composed letter. Without these rows the
# mark would be removed as a haraka and مسؤول, written with و and U+0654, would meet neither مسؤول nor مسئول.
COMPOSITIONS: tuple[Row, ...] = (
    *(
        Row(base + mark, unicodedata.normalize("NFC", base + mark), "canonically the composed letter")
        for base, mark in (
            (araby.ALEF, araby.MADDA_ABOVE),
            (araby.ALEF, araby.HAMZA_ABOVE),
            (araby.ALEF, araby.HAMZA_BELOW),
            (araby.WAW, araby.HAMZA_ABOVE),
            (araby.YEH, araby.HAMZA_ABOVE),
        )
    ),
    Row(araby.ALEF_MAKSURA + araby.HAMZA_ABOVE, araby.YEH_HAMZA, "ى under a hamza is the same seat as ي"),
)

CONTROLS: tuple[str, ...] = (
    *_span(0x200B, 0x200F),  # zero-width space, non-joiner, joiner; left-to-right and right-to-left marks
    *_span(0x202A, 0x202E),  # embeddings and overrides
    *_span(0x2066, 0x2069),  # isolates
    "\u061c",  # Arabic letter mark
    "\ufeff",  # byte order mark, zero-width no-break space
    "\u00ad",  # soft hyphen
)

# Quranic marks of Arabic Extended-A and -B: pyarabic does not know them, copied religious quotations hold them.
EXTENDED_MARKS: tuple[str, ...] = tuple(
    char for char in [*_span(0x0898, 0x089F), *_span(0x08CA, 0x08FF)] if unicodedata.category(char) == "Mn"
)

# What the compatibility decomposition would turn into a space and a mark, inside the word: a bad PDF writes them so.
LONE_MARK_FORMS: tuple[str, ...] = tuple(
    char
    for char in [*_span(0xFC5E, 0xFC63), *_span(0xFE70, 0xFE7F)]
    if unicodedata.normalize("NFKC", char).startswith(" ")
)

MARKS: tuple[Row, ...] = (
    *COMPOSITIONS,
    *_rows(araby.DIACRITICS, "", "harakat, tanwin, superscript alef and Quranic marks are optional in writing"),
    *_rows(EXTENDED_MARKS, "", "Quranic marks beyond those that pyarabic knows"),
    *_rows(CONTROLS, "", "zero-width and bidi controls are not seen by the reader"),
)

SEPARATORS: tuple[Row, ...] = (
    Row(araby.TATWEEL, "", "tatweel stretches a line and changes no word"),
    Row("_", " ", "the standard tokenizer keeps it: #إدلب_تحت_القصف was not found by إدلب"),
    *_rows("\u06dd\u06de\u06e9", " ", "a sign that stands between words: dropped, it would join them"),
)

# The code points are written out where two letters look alike in an editor.
LETTERS_BASE: tuple[Row, ...] = (
    *_rows("أإآٱٲٳ", araby.ALEF, "hamza on alef is often left out: إدلب, ادلب"),
    *_rows("ؤئ", araby.HAMZA, "the seat of a hamza varies: مسؤول, مسئول"),
    *_rows("\u0649\u06cc\u06d0", araby.YEH, "ى, Persian and Uyghur ye: علي typed on four keyboards"),
    *_rows("\u0629\u06be\u06c1\u06c2\u06c3\u06c0\u06d5", araby.HEH, "ة is often written ه; other keyboards' heh"),
    *_rows("\u06a9\u06aa", araby.KAF, "Persian and swash kaf: کردستان"),
    *(Row(chr(0x0660 + digit), str(digit), "Arabic-Indic digit") for digit in range(10)),
    *(Row(chr(0x06F0 + digit), str(digit), "Persian digit") for digit in range(10)),
    Row("\u066b", ".", "Arabic decimal separator"),
    Row("\u066c", ",", "Arabic thousands separator"),
    Row("\u060c", ",", "Arabic comma: inside a number it groups digits, 1،648،195 and 1,648,195"),
)

_FOLD_ONE: dict[str, str] = {row.source: row.target for row in (*MARKS, *SEPARATORS, *LETTERS_BASE)}


def _fold_presentation_form(char: str) -> str:
    """Return the compatibility decomposition of one code point with the rows above applied to each part."""
    parts = unicodedata.normalize("NFKC", char)
    return "".join(_FOLD_ONE.get(part, part) for part in parts)


PRESENTATION_FORMS: tuple[Row, ...] = tuple(
    Row(
        char,
        "" if char in LONE_MARK_FORMS else _fold_presentation_form(char),
        "PDF files hold shapes instead of letters: ﺳﻮﺭﻳﺎ",
    )
    for char in [*_span(0xFB50, 0xFDFF), *_span(0xFE70, 0xFEFC)]
    if unicodedata.normalize("NFKC", char) != char
)

LETTERS: tuple[Row, ...] = (*LETTERS_BASE, *PRESENTATION_FORMS)
