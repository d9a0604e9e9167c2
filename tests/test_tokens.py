"""Words in Python are the engine's words: tokens, proclitics and stems, each held to `_analyze`."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_folding import ALPHABET

from analyzers.normalize import fold_exact, normalize
from analyzers.proclitics import ATTACHMENTS, attached
from analyzers.stemmer import stem
from analyzers.stopwords import STOP_WORDS, is_stop_word
from analyzers.tokens import tokenize

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويء"
WORDS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=9)
PREFIXED = st.builds(
    "".join, st.tuples(st.sampled_from(["", "ال", "و", "وال", "بال", "لل", "ولل", "فال", "وبال", "ك", "س", "ف"]), WORDS)
)


@pytest.fixture(scope="module")
def words(rasd):
    """A function that returns the engine's tokens of each of some texts, grouped by text."""
    rasd.make_indices()

    def run(analyzer, texts):
        # A word too short for proclitics stands between the texts: one request serves many.
        joined = "\n zq \n".join(texts)
        groups = [[]]
        for token in rasd.analyze(analyzer=analyzer, text=joined):
            if token["token"] == "zq":
                groups.append([])
            else:
                groups[-1].append(token["token"])
        return groups

    return run


@settings(max_examples=30)
@given(texts=st.lists(st.text(ALPHABET, max_size=40), min_size=50, max_size=80))
def test_tokens_agree(words, texts):
    """The regex library and the standard tokenizer cut a folded text into the same words."""
    assert words("rasd_letters", texts) == [
        [token.text.lower() for token in tokenize(normalize(text))] for text in texts
    ]


def test_tokens_agree_on_real_reports(words, shared_data):
    """On real reports, too, the words are the same, at both folds."""
    lines = (shared_data / "syrian-archive-ar" / "paragraphs.jsonl").read_text(encoding="utf-8").splitlines()[:300]
    for fold, analyzer in ((normalize, "rasd_letters"), (fold_exact, "rasd_exact")):
        for start in range(0, len(lines), 50):
            texts = [json.loads(line)["text"] for line in lines[start : start + 50]]
            expected = [[token.text.lower() for token in tokenize(fold(text))] for text in texts]
            assert words(analyzer, texts) == expected


def test_tokens_know_their_place():
    """A token is the slice that it names."""
    text = "في 19 ابريل/نيسان، قصف: U.N. 1,648"
    assert [text[token.start : token.end] for token in tokenize(text)] == [token.text for token in tokenize(text)]
    assert [token.text for token in tokenize(text)] == ["في", "19", "ابريل", "نيسان", "قصف", "U.N", "1,648"]


@settings(max_examples=30)
@given(typed=st.lists(PREFIXED, min_size=50, max_size=80))
def test_proclitics_agree(words, typed):
    """The multiplexer puts the same forms onto a word as `attached`."""
    assert [set(group) for group in words("rasd_clitics", typed)] == [set(attached(word)) for word in typed]


def test_attached_forms_stand_at_one_position(rasd):
    """The forms of a word share its position, so that they are scored as one term and phrases work."""
    rasd.make_indices()
    positions = {token["position"] for token in rasd.analyze(analyzer="rasd_clitics", text="ادلب الجيش")}
    assert positions == {0, 1}


ATTACHED = [
    ("ادلب", {"بادلب", "لادلب", "وادلب", "وبادلب", "ولادلب", "كادلب", "فادلب"}, {"ادلبب", "الادلب"}),
    ("غزه", {"بغزه", "لغزه", "وغزه"}, {"كغزه", "فغزه", "سغزه"}),
    ("الجيش", {"والجيش", "بالجيش", "للجيش", "كالجيش", "وبالجيش", "وللجيش"}, {"بلجيش", "ب الجيش"}),
    ("في", {"في"}, {"بفي", "وفي"}),
    ("يقصف", {"سيقصف"}, set()),
    ("قصف", {"وقصف"}, {"سقصف"}),
    ("الله", {"لله", "والله", "بالله", "ولله"}, {"الالله"}),
    ("الي", {"الي"}, {"للي"}),
]


@pytest.mark.parametrize(("word", "there", "not_there"), ATTACHED)
def test_attached(word, there, not_there):
    """Each word gets the proclitics that its length and beginning allow, and no others."""
    forms = set(attached(word))
    assert there <= forms
    assert not not_there & forms


def test_each_attachment_has_a_reason():
    """A rule of the language says why it is there."""
    assert all(rule.reason for rule in ATTACHMENTS)


@settings(max_examples=30)
@given(typed=st.lists(PREFIXED, min_size=50, max_size=80))
def test_stems_agree(words, typed):
    """The twin of the stemmer gives the engine's stems."""
    assert words("rasd_stem", typed) == [[stem(word)] for word in typed]


def test_stems_agree_on_real_reports(words, shared_data):
    """On every different word of real reports, too."""
    text = (shared_data / "syrian-archive-ar" / "paragraphs.jsonl").read_text(encoding="utf-8")[:400_000]
    known = sorted({token.text.lower() for token in tokenize(normalize(text))} - {"zq"})
    assert len(known) > 5000
    for start in range(0, len(known), 500):
        part = known[start : start + 500]
        assert words("rasd_stem", part) == [[stem(word)] for word in part]


STEMS = [
    ("وبالموصل", "موصل"),
    ("للمدينه", "مدين"),
    ("وللمدينه", "مدين"),
    ("العليا", "عل"),
    ("علي", "علي."),
    ("سوريا", "سوريا."),
    ("وبالواقع", "واقع"),
    ("الواقع", "واقع"),
]


@pytest.mark.parametrize(("word", "expected"), STEMS)
def test_stems(word, expected):
    """Compound prefixes go as a whole and take no letter of the word along."""
    assert stem(word) == expected


def test_stop_words_are_read_as_written():
    """على is a preposition; علي, which folds to the same, is a name."""
    assert is_stop_word("على")
    assert not is_stop_word("علي")
    assert len(STOP_WORDS) > 100
