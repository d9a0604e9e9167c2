"""The `highlight` of a hit: escaped, marked, cut at words."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from api.marks import Span
from api.snippet import snippet

LONG = "كلمة " * 200 + "إدلب " + "كلمة " * 200


def test_the_whole_paragraph():
    """With 0, and where it is short enough, the whole paragraph is there."""
    assert snippet("في إدلب <اليوم>", [Span(3, 7)], 0) == "في <mark>إدلب</mark> &lt;اليوم&gt;"
    assert snippet("في إدلب", [Span(3, 7)], 300) == "في <mark>إدلب</mark>"


def test_cut_at_words_around_the_mark():
    """A long paragraph is cut on both sides, between words, and the mark is inside."""
    start = LONG.index("إدلب")
    cut = snippet(LONG, [Span(start, start + 4)], 100)
    assert "<mark>إدلب</mark>" in cut
    bare = re.sub(r"</?mark>", "", cut)
    assert bare.startswith("…كلمة")
    assert bare.endswith("كلمة…")
    assert len(bare) <= 102


def test_the_window_with_the_most_marks():
    """Of one mark at the front and three further on, the three are shown."""
    text = "إدلب " + "كلمة " * 100 + "إدلب إدلب إدلب " + "كلمة " * 100
    spans = [Span(match.start(), match.end()) for match in re.finditer("إدلب", text)]
    assert snippet(text, spans, 120).count("<mark>") == 3


def test_a_word_longer_than_the_snippet():
    """A mark is never cut, even where it is longer than the snippet."""
    assert "<mark>" + "ا" * 50 + "</mark>" in snippet("ا" * 50 + " ب" * 50, [Span(0, 50)], 10)


SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 8)), max_size=12)


@given(
    text=st.text(st.sampled_from("اب <>&\"' \n"), min_size=1, max_size=300), places=SPANS, longest=st.integers(0, 80)
)
def test_always_well_formed(text, places, longest):
    """Whatever is marked and cut, the marks are balanced, the rest is escaped, and it is a piece of the text."""
    spans, last = [], 0
    for start, length in sorted(places):
        if start >= last and start + length <= len(text):
            spans.append(Span(start, start + length))
            last = start + length
    made = snippet(text, spans, longest)
    assert re.sub(r"[^<>]", "", re.sub(r"<mark>[^<>]*</mark>", "", made)) == ""
    bare = html.unescape(re.sub(r"</?mark>", "", made))
    assert bare.removeprefix("…").removesuffix("…") in text
