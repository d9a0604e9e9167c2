"""Hostile strings: of every category of Unicode, with operators, markup, formulas, controls and letters that change length."""

from __future__ import annotations

import random
import sys
import unicodedata
from functools import cache

OPERATORS = "\"“”«»-~*()[]{}^:/\\|&!+?<>=,;#@%$_.'`"
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىة"
LETTERS = tuple("ابتجدرسعقكلمنوي")
STRANGE = (
    "\ufdfa", "\ufdfb", "\ufdf2", "\u0640", "\u0640\u0640 \u0640", "\u064b\u064e\u0651", "\u0670", "\u0654", "\u0301",
    "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066",
    "\u2067", "\u2068", "\u2069", "\u061c", "\ufeff", "\u00ad", "\ufffd", "\ue000", "😀", "🇸🇾", "👩‍🚒", "𐤀", "𞸀",
    "ﺳﻮﺭﻳﺎ", "ﻻ", "د.ا.ع.ش", "مقـ ـتل", "٢٠١٧", "İ", "ß", "ﬁ",
)  # fmt: skip
MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</mark>", "<mark>", "<em>", "</em>", "&lt;b&gt;", "&amp;",
    "&#60;", '" onmouseover="alert(1)', "' onfocus='alert(1)", "javascript:alert(1)", "<!--", "-->", "]]>", "<![CDATA[",
    "<svg/onload=alert(1)>", "<iframe srcdoc='<script>alert(1)</script>'>", "{{7*7}}", "${7*7}", "`alert(1)`", "%3Cscript%3E",
    "<a href=javascript:alert(1)>x</a>", "<math><mtext></mtext></math>", "\\u003cscript\\u003e", "<?xml version='1.0'?>",
)  # fmt: skip
FORMULAS = (
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\u200f=cmd|' /C calc'!A0",
    "＝1",
    '=HYPERLINK("http://a.example")',
)
POISON = (
    "\x00",
    "\ud800",
    "\udfff",
    "\ud83d",
    "\x1b[31m",
    "\r\n",
    "\x85",
    "\u2028",
    "\u2029",
    "\ufffe",
    "\uffff",
    "\x7f",
)
LONGEST_STRING = 120


@cache
def by_category() -> dict[str, list[str]]:
    """Return all code points, surrogates too, by their category."""
    found: dict[str, list[str]] = {}
    for point in range(sys.maxunicode + 1):
        found.setdefault(unicodedata.category(chr(point)), []).append(chr(point))
    return found


@cache
def presentation_forms() -> tuple[str, ...]:
    """Return every Arabic presentation form."""
    return tuple(
        chr(point)
        for point in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFF00))
        if unicodedata.category(chr(point)) not in {"Cn", "Cc"}
    )


def any_string(chance: random.Random) -> str:
    """Return a string that somebody may put into a search box."""
    pieces = []
    for _ in range(chance.randrange(1, 40)):
        kind = chance.randrange(6)
        if kind == 0:
            pieces.append(chance.choice(chance.choice(list(by_category().values()))))
        elif kind == 1:
            pieces.append(chance.choice(OPERATORS) * chance.choice((1, 1, 2, 30)))
        elif kind == 2:
            pieces.append(chance.choice((*STRANGE, *MARKUP, *POISON, " OR ", " AND ", " NOT ", " -", "~3", "* ")))
        elif kind == 3:
            pieces.append(" ")
        else:
            pieces.append("".join(chance.choices(ARABIC, k=chance.randrange(1, 8))))
    return "".join(pieces)[:LONGEST_STRING]


def token_of(number: int) -> str:
    """Return a word that only the document of this number holds: letters without hamza, ة or ى, and no prefix of another."""
    letters = []
    for _ in range(5):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "ذخ" + "ظ".join(letters) + "غص"


def hostile_text(chance: random.Random, token: str, *, poison: bool = False) -> str:
    """Return a paragraph with the token as a word of its own among hostile pieces."""
    sources = (*STRANGE, *MARKUP, *FORMULAS, *(POISON if poison else ()))
    before, after = (
        " ".join(
            chance.choice((chance.choice(sources), chance.choice(presentation_forms()) * chance.choice((1, 3)), "قصف"))
            for _ in range(chance.randrange(0, 9))
        )
        for _ in range(2)
    )
    return f"{before} {token} {after}"
