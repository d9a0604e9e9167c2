"""Reading by chunks comes to the same as folding and tokenizing a text as a whole."""

from __future__ import annotations

import json

import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from analyzers import chunks
from analyzers.chunks import read_text
from analyzers.lexicon import form_of
from analyzers.normalize import fold_exact, normalize
from analyzers.tokens import tokenize

ARABIC = st.characters(min_codepoint=0x600, max_codepoint=0x6FF)
NEAR = st.sampled_from(" \n\t\u00a0ـ.:،,'’_-ًّ\u0301\u200d\u200f1٢aZé🇸🇾😀﷼ﻼ")
TEXTS = st.text(st.one_of(ARABIC, NEAR, st.just(" "), st.characters()), max_size=60)


def same(text):
    """Tell that a text reads the same in chunks and whole."""
    read = read_text(text)
    assert read.normalized == normalize(text)
    assert read.forms == tuple(dict.fromkeys(token.text.lower() for token in tokenize(fold_exact(text))))
    assert read.words == form_of(text)


@given(TEXTS)
def test_any_text(text):
    """Whatever a text holds, reading it in chunks gives its folded text, its spellings and its words."""
    same(text)


@pytest.mark.parametrize(
    "text", ["مقـ ـتل مدني", "د.ا.ع.ش في حلب", "إدلب_تحت_القصف.وقال", "  بسوريا  ", "", "ا" * 5000, "1،648،195 قتيلا"]
)
def test_what_crosses_a_chunk(text):
    """So do words that a tatweel or dots split, and white space at the ends."""
    same(text)


def test_letters_and_what_stands_behind_them():
    """So does each Arabic letter, alone and in a word, with each mark that may end a word, once or twice."""
    for letter in map(chr, range(0x61F, 0x660)):
        for behind in ("", *".,،:;؛!؟", "..", "؟!", "،،", ".ب", "،3", "_", "ً", "ـ"):
            same(f"{letter}{behind}")
            same(f"با{letter}ل{behind}")


def test_what_is_remembered_is_short():
    """A short piece that becomes long is not kept: forty thousand of them would be half a gigabyte."""
    same("ﷺ" * 36 + "1234")
    assert "ﷺ" * 36 + "1234" not in chunks._known  # noqa: SLF001  (what is held is seen nowhere else)


def test_the_sample_corpus():
    """And every paragraph of the sample corpus."""
    for path in SEEDS.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            for paragraph in json.loads(line)["paragraphs"]:
                same(paragraph["text"] if isinstance(paragraph, dict) else paragraph)
