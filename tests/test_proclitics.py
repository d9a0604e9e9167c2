"""Proclitics: what is put onto a word comes off again, and words with such a letter of their own stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.lexicon import default_lexicon
from analyzers.normalize import normalize
from analyzers.proclitics import attached, bare
from analyzers.tables import read_table

LETTERS = st.text("ابتلوكفسينمغزه", min_size=2, max_size=8)


@given(LETTERS)
def test_what_goes_on_comes_off(word):
    """Each attached form of a word has the word among what it may be without proclitics, and nothing else has."""
    for form in attached(word)[1:]:
        assert word in bare(form)
    for stump in bare(word):
        assert word in attached(stump)


def test_each_whole_word_could_be_cut():
    """A row of the table says something: without it the word would lose its first letter."""
    assert [row["word"] for row in read_table("whole") if not bare(normalize(row["word"]))] == []


@pytest.mark.parametrize(
    ("typed", "without"),
    [
        ("بغزة", ("غزة",)),
        ("وبحلب", ("بحلب", "حلب")),
        ("للمدينة", ("اللمدينة", "المدينة", "لمدينة")),
        ("ولجنة", ("لجنة",)),
        ("لجنة", ()),
        ("بانياس", ()),
        ("وعلى", ()),
        ("وعلي", ("علي",)),
        ("بلد", ()),
    ],
)
def test_bare(typed, without):
    """A typed word is cut where it can be a form; whole words, names and what is left of function words are not."""
    assert default_lexicon().bare(typed) == without


def test_a_bare_word_is_shown_among_the_forms(seeds):
    """`/v1/forms` of a word typed with its proclitic lists the bare word, at level clitics."""
    told = seeds.get("/v1/forms", q="بمدينة", match="clitics").json()["forms"]
    assert {(form["surface"], form["level"]) for form in told} >= {("مدينة", "clitics"), ("بمدينة", "exact")}


def test_what_is_left_out_is_left_out_as_typed(seeds):
    """-بغزة leaves out the paragraphs with بغزة and none of those with غزة alone."""
    everything = seeds.search("غزة", match="exact")["total"]["value"]
    without = seeds.search("غزة -بغزة", match="exact")["total"]["value"]
    both = seeds.search("غزة بغزة", match="exact")["total"]["value"]
    assert without == everything - both > 0


def test_sixty_four_words_with_proclitics(seeds):
    """The longest query there is, each word with two proclitics, is answered."""
    letters = "حدرصطعقم"
    words = [f"وب{first}{second}ن" for first in letters for second in letters]
    assert seeds.search(" ".join(words))["total"]["value"] == 0
