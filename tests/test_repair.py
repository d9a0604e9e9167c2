"""Characters that would harm a text later, and what stands in their place."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.repair import harmful_count, repair, storable, with_plain_line_ends

ANY = st.text(st.characters(exclude_categories=[]), max_size=50)
"""Text with everything that a Python string can hold, surrogates included."""


@pytest.mark.parametrize(
    ("given_text", "repaired"),
    [
        ("نص\x00نص", "نص\ufffdنص"),
        ("\x08\x0e\x1b\x1f\x7f", "\ufffd" * 5),
        ("\x80\x84\x86\x9f", "\ufffd" * 4),
        ("\ud800 \udfff", "\ufffd \ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
        ("أ\r\nب\rج\u0085د\u2028ه\u2029و\x0bز\x0cح", "أ\nب\nج\nد\nه\nو\nز\nح"),
        ("\n\r\n\r", "\n\n\n"),
        ("علامة\tجدول \u200f\u202bنص\u202c ـ\u064b", "علامة\tجدول \u200f\u202bنص\u202c ـ\u064b"),
        ("😀 𞸀", "😀 𞸀"),
    ],
)
def test_what_is_repaired(given_text, repaired):
    """Line ends become a line feed and harmful code points U+FFFD; marks, joiners and tabs stay as they are."""
    assert repair(given_text) == repaired


@given(ANY)
def test_a_repaired_text_is_sound(text):
    """A repaired text can be written as UTF-8 and JSON, is a line for each line feed, and repairing again changes nothing."""
    repaired = repair(text)
    assert orjson.loads(orjson.dumps(repaired)) == repaired
    assert repaired.splitlines() == repaired.removesuffix("\n").split("\n") or not repaired.strip("\n")
    assert repair(repaired) == repaired
    assert harmful_count(repaired) == 0


@given(ANY)
def test_every_repair_is_counted(text):
    """The count is that of the U+FFFD that a repair puts in."""
    assert harmful_count(text) == repair(text).count("\ufffd") - text.count("\ufffd")


@given(ANY)
def test_plain_line_ends_lose_nothing_else(text):
    """Where only line ends are made plain, harmful code points are still there to be counted."""
    assert repair(with_plain_line_ends(text)) == repair(text)
    assert harmful_count(with_plain_line_ends(text)) == harmful_count(text)


def test_a_printable_text_needs_no_repair():
    """No code point that is printable is one of those that are looked for: texts of them alone are not read again."""
    printable = [char for char in map(chr, range(0x110000)) if char.isprintable()]
    text = "".join(printable)
    assert repair(f"\n{text}") == f"\n{text}"
    assert harmful_count(f"\n{text}") == 0
    assert storable(f"\n{text}") == f"\n{text}"


def test_what_is_stored_as_given():
    """A record is stored as it was given, NUL and line ends included; only lone surrogates cannot be written."""
    record = {"title": "أ\x00\r\nب", "paragraphs": [{"text": "ج\ud800"}, "\udfff"], "n": 1, "none": None}
    kept = {"title": "أ\x00\r\nب", "paragraphs": [{"text": "ج\ufffd"}, "\ufffd"], "n": 1, "none": None}
    assert storable(record) == kept
    assert orjson.loads(orjson.dumps(storable(record))) == kept
