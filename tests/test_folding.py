"""The folding table: both renderings agree, on every code point and on whatever hypothesis writes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzers import folding
from analyzers.analysis import analysis
from analyzers.normalize import fold_exact, normalize

BLOCKS = (
    (0x0600, 0x06FF),  # Arabic
    (0x0750, 0x077F),  # Supplement
    (0x0870, 0x089F),  # Extended-B
    (0x08A0, 0x08FF),  # Extended-A
    (0xFB50, 0xFDFF),  # Presentation Forms-A
    (0xFE70, 0xFEFF),  # Presentation Forms-B
    (0x2000, 0x206F),  # General Punctuation: spaces, zero-width and bidi controls
    (0x0020, 0x00FF),  # Latin
)
FOLDS = {"rasd_letters": normalize, "rasd_exact": fold_exact}


@pytest.fixture(scope="module")
def folded(rasd):
    """A function that returns what an analyzer's char filters make of each of some texts, before any token is cut."""
    rasd.make_indices()

    def run(analyzer, texts):
        char_filter = analysis()["analyzer"][analyzer]["char_filter"]
        # The mark at the front keeps a text that folds to nothing from vanishing from the answer.
        marked = [f"|{text}" for text in texts]
        tokens = rasd.analyze(char_filter=char_filter, tokenizer="keyword", text=marked)
        return [token["token"][1:] for token in tokens]

    return run


@pytest.mark.parametrize("analyzer", FOLDS)
def test_agree_on_every_code_point(folded, analyzer):
    """Alone, and between two letters, each code point of the Arabic blocks folds to the same in Python and the engine."""
    points = [chr(point) for first, last in BLOCKS for point in range(first, last + 1)]
    texts = [*points, *(f"ب{point}ت" for point in points)]
    made = folded(analyzer, texts)
    assert len(made) == len(texts) > 3000
    differing = [
        (text.encode("unicode_escape"), engine, FOLDS[analyzer](text))
        for text, engine in zip(texts, made, strict=True)
        if engine != FOLDS[analyzer](text)
    ]
    assert differing == []


ALPHABET = st.sampled_from(
    [
        *"ابتدعشمقل", *"أإآٱؤئىيةهكکگ", "ء", "\u0654", "\u0655", "\u0653", *"ًٌَُِّْ\u0670", "ـ", "ـ", "ـ", " ", " ", "\u00a0",
        *"...…_*-", "،", "؛", "٬", "٫", *"٠١٩۰۹07", "\u200b", "\u200c", "\u200d", "\u200f", "\u202b", "\u2067", "\u061c",
        "\ufeff", "\u00ad", "ﷺ", "ﻻ", "ﺳ", "ﹰ", "\ufc5e", "۝", "a", "Z", "é", "\n", "\t", "😀", "\u06e5",
    ]
)  # fmt: skip


@pytest.mark.parametrize("analyzer", FOLDS)
@settings(max_examples=30)
@given(texts=st.lists(st.text(ALPHABET, max_size=40), min_size=50, max_size=100))
@example(
    texts=["د.ا.ع.ش", "د..ا..عش", "أ.ف.ب.", "بب.ا.ا", "ا.بب.ا.بب", "ا.-.-ب.ا", "مقـ ـتل", "شهـ \n ـداء", "ا.\u200cب.ج"]
)
def test_agree_on_generated_texts(folded, analyzer, texts):
    """Texts of letters, marks, controls, evasions and ligatures in any order fold to the same on both sides."""
    assert folded(analyzer, texts) == [FOLDS[analyzer](text) for text in texts]


@settings(max_examples=20)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=50, max_size=100))
def test_agree_on_any_unicode(folded, texts):
    """Whatever else Unicode holds folds to the same on both sides."""
    assert folded("rasd_letters", texts) == [normalize(text) for text in texts]


def test_each_source_stands_once():
    """No code point has two rules: the later would be silently dead."""
    for table in (folding.MARKS, (*folding.SEPARATORS, *folding.LETTERS)):
        sources = [row.source for row in table]
        assert len(sources) == len(set(sources))


def test_each_rule_has_a_reason():
    """A rule of the language says why it is there."""
    assert all(row.reason for row in (*folding.MARKS, *folding.SEPARATORS, *folding.LETTERS))


def test_no_presentation_form_is_left():
    """Every presentation form of a letter ends as plain letters, digits and spaces."""
    for row in folding.PRESENTATION_FORMS:
        assert not any(0xFB50 <= ord(char) <= 0xFDFF or 0xFE70 <= ord(char) <= 0xFEFC for char in row.target), row
        assert not any(unicodedata.category(char) == "Mn" for char in row.target), row
