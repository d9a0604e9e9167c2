"""`normalize()` and its way back to the verbatim text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyarabic import araby
from test_folding import ALPHABET

from analyzers.normalize import fold_exact, normalize, normalize_with_offsets

LETTERS = [
    ("إدلب", "ادلب"),
    ("مُحَافَظَةُ إِدْلِب", "محافظه ادلب"),
    ("مسؤول", "مسءول"),
    ("مسئول", "مسءول"),
    ("مسو\u0654ول", "مسءول"),  # hamza as a combining mark
    ("مستشفى", "مستشفي"),
    ("كوردستان", "كوردستان"),
    ("کردستان", "كردستان"),
    ("ﺳﻮﺭﻳﺎ", "سوريا"),
    ("ﻻ", "لا"),
    ("ﷺ", "صلي الله عليه وسلم"),
    ("١٬٦٤٨", "1,648"),
    ("١،٦٤٨", "1,648"),
    ("#إدلب_تحت_القصف", "#ادلب تحت القصف"),
    ("مقـ ـتل", "مقتل"),
    ("شهـــ  ـــداء", "شهداء"),
    ("د.ا.ع.ش", "داعش"),
    ("د..ا..عش", "داعش"),
    ("حل\u200dب", "حلب"),
    ("\u202bحلب\u202c", "حلب"),
    ("الرحمٰن", "الرحمن"),
]


@pytest.mark.parametrize(("text", "folded"), LETTERS)
def test_letters(text, folded):
    """Each spelling folds to the form that its other spellings fold to."""
    assert normalize(text) == folded


EXACT = [
    ("إدلب", "إدلب"),
    ("مُحَافَظَة", "محافظة"),
    ("الـقصف", "القصف"),
    ("مقـ ـتل", "مقتل"),
    ("د.ا.ع.ش", "داعش"),
    ("ﺳﻮﺭﻳﺎ", "ﺳﻮﺭﻳﺎ"),
    ("٢٠١٧", "٢٠١٧"),
]


@pytest.mark.parametrize(("text", "folded"), EXACT)
def test_exact(text, folded):
    """At `exact` only marks, tatweel, controls and evasions go; every letter and digit stays."""
    assert fold_exact(text) == folded


NOT_EVASIONS = ["السبت. قال", "سبتمبر/أيلول", "U.N. e.g.", "2.5", "بيت-لحم", "ص.ب 25"]


@pytest.mark.parametrize("text", NOT_EVASIONS)
def test_ordinary_dots_stay(text):
    """A full stop between words, a date, a number or a hyphen is no evasion."""
    assert normalize(text).count(" ") == text.count(" ")
    assert all(mark in normalize(text) for mark in ".-/" if mark in text and text != "ص.ب 25")


@given(st.text(ALPHABET, max_size=60))
@example("ﷺ وﻻ")
def test_offsets_lead_back(text):
    """The slow way with offsets gives the same text, and every character leads back to a span that folds to it."""
    folded = normalize_with_offsets(text)
    assert folded.text == normalize(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


def test_offsets_of_a_word():
    """A word's span in the verbatim text holds its harakat and tatweel."""
    text = "قال مُحَـمَّدٌ إن"
    folded = normalize_with_offsets(text)
    start = folded.text.index("محمد")
    first, last = folded.verbatim_span(start, start + 4)
    assert text[first:last] == "مُحَـمَّدٌ"


@given(st.text(ALPHABET, max_size=60))
def test_folding_twice_is_folding_once(text):
    """What is folded stays as it is, so that a folded query meets a folded text. Joining may set off another joining."""
    seen = [normalize(text)]
    while (again := normalize(seen[-1])) != seen[-1]:
        seen.append(again)
        assert len(seen) < 10


def test_bare_words_take_the_short_way():
    """Of letters and digits alone the short way makes what the whole row of rules makes, for every one of them."""
    bare = [char for char in map(chr, range(0x10000)) if char.isalnum() and char != araby.TATWEEL]
    for char in bare:
        # Behind a space nothing is bare.
        assert normalize(char) == normalize(f" {char}")[1:]
        assert fold_exact(char) == fold_exact(f" {char}")[1:]
    assert normalize("مقـتل") == "مقتل"


def test_a_stuck_full_stop_parts_words():
    """A full stop or colon between Arabic letters ends the word, as in القصف.وقال; in a number or a Latin name it stays."""
    assert normalize("القصف.وقال المصدر:وكالة") == "القصف وقال المصدر وكاله"
    assert normalize("2.5 U.N.") == "2.5 U.N."
