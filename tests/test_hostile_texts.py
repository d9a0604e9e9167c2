"""Hostile texts: floods of one character take time that grows with their length alone, whatever the character."""

from __future__ import annotations

import time

import pytest
import regex

from analyzers.chunks import read_text
from analyzers.evasions import tatweel_edits
from analyzers.normalize import normalize_with_offsets
from analyzers.tokens import Token, tokenize
from api.parser import LONGEST, parse
from indexer.paragraphs import pieces_of
from indexer.readers.hijri import hijri_in
from indexer.report import read_report

FLOODS = {
    "fatha": "\u064b",
    "an accent": "\u0301",
    "a hamza above": "\u0654",
    "tatweel": "\u0640",
    "tatweel and space": "\u0640 ",
    "letters and dots": "ب.",
    "joiners": "\u200d",
    "eighteen letters in one": "\ufdfa",
    "half flags": "🇸",
    "marked half flags": "🇸\u0301",
    "joined emoji": "👩\u200d",
    "letters and colons": "ب:",
    "quotes": '"',
}
LIMIT = 15.0
"""Seconds. The quadratic ones took minutes for a tenth of it, the slowest of the others takes two."""


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_flood_of_one_character(flood):
    """A report of 60,000 characters of one kind is cut, folded and counted by words within seconds; so is a query of it."""
    started = time.monotonic()
    text = "قصف " + flood * (60_000 // len(flood))
    pieces = pieces_of(read_report({"id": "flood", "text": text}, "default"))
    assert "".join(piece.text for piece in pieces) == text.strip()
    read_text(text[:40_000])
    normalize_with_offsets(text[:5000])
    parse(text[:LONGEST])
    assert time.monotonic() - started < LIMIT


def test_tatweels_are_looked_at_once():
    """A million tatweels that split no word are passed over at once."""
    started = time.monotonic()
    assert list(tatweel_edits("ا" + "\u0640" * 1_000_000)) == []
    assert list(tatweel_edits("ا\u0640" + " " * 1_000_000)) == []
    assert list(tatweel_edits("مقـــ  ـــتل")) == [(2, 10, "")]
    assert time.monotonic() - started < LIMIT


def test_a_date_is_looked_for_in_one_pass():
    """Spaces between the parts of a date are not shared out in every way that there is."""
    started = time.monotonic()
    assert hijri_in("1 محرم" + " " * 3000 + "x") is None
    assert time.monotonic() - started < LIMIT


@pytest.mark.parametrize("before", ["", "ا", "🇸", "\u200d", " 🇸."])
@pytest.mark.parametrize("flag", ["🇸🇾", "🇸\u0301🇾\u200d", "🇸🇾🇪"])
def test_flags_are_cut_into_pairs(before, flag):
    """A row of flags gives the tokens that it gives uncut, in their places."""
    text = before + flag * 300 + "😀 قصف" + flag * 70
    word = regex.compile(r"\b[\w\p{Emoji_Presentation}].*?\b", regex.WORD | regex.DOTALL | regex.VERSION1)
    assert [token for token in tokenize(text) if token.text == "قصف"] == [
        Token("قصف", place := text.index("قصف"), place + 3)
    ]
    assert [(token.start, token.end) for token in tokenize(text)] == [
        match.span() for match in word.finditer(text) if regex.search(r"[\p{L}\p{N}\p{Emoji_Presentation}]", match[0])
    ]
