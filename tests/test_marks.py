"""Marks: the engine's tags become spans, and the twin tells by which level each word was met."""

from __future__ import annotations

import json

import pytest
from conftest import Client, serving

from analyzers.levels import LADDER, Level
from api.hits import level_of
from api.marks import Classifier, Span, spans_of
from api.parser import parse

CLASSIFIED = [
    ("إدلب", "إدلب", "exact"),
    ("إدلب", "إِدْلِـب", "exact"),
    ("إدلب", "ادلب", "letters"),
    ("إدلب", "وبادلب", "clitics"),
    ("محافظة", "المحافظات", "stem"),
    ('"محافظة إدلب"', "محافظه", "letters"),
    ("٢٠١٧", "2017", "letters"),
    ("HTS", "hts", "exact"),
]


@pytest.mark.parametrize(("q", "surface", "level"), CLASSIFIED)
def test_classified(q, surface, level):
    """Each surface is told by the strictest level that meets the typed word."""
    assert Classifier(parse(q), Level.STEM).classify(surface)[1] == level


def test_classified_to_the_right_word():
    """Of two typed words, a surface belongs to the one that it meets more strictly."""
    classifier = Classifier(parse("محافظة محافظات"), Level.STEM)
    assert classifier.classify("محافظات") == ("محافظات", Level.EXACT)
    assert classifier.classify("محافظه") == ("محافظة", Level.LETTERS)


def test_tags_become_spans():
    """Spans of several fields are united, outer white space that the engine trimmed is added back, controls are left out."""
    highlighted = {"text": ["في <m1>حلب\u202c</m1> <m1>وإدلب</m1>"], "text.exact": ["في <m1>حلب\u202c</m1> وإدلب"]}
    assert spans_of("  في حلب\u202c وإدلب ", highlighted, "m1") == [Span(5, 8), Span(10, 15)]


def test_a_forged_tag_is_text():
    """A tag of another nonce stays what it is: text."""
    assert spans_of("<m2>حلب</m2>", {"text": ["<m2><m1>حلب</m1></m2>"]}, "m1") == [Span(4, 7)]


LEVELS = [
    (["0:exact", "0:letters", "0:clitics"], "exact"),
    (["0:exact", "0:letters", "1:clitics", "all"], "clitics"),
    (["0:stem", "all"], "stem"),
    (["0:variants", "1:exact", "all"], "variants"),
    ([], "variants"),
]


@pytest.mark.parametrize(("matched", "level"), LEVELS)
def test_level_of_a_hit(matched, level):
    """A hit is as loose as the loosest of its units, each by the strictest clause that met it."""
    assert level_of(matched) == level


def test_the_twin_agrees_with_the_engine(new_rasd, shared_data, tmp_path):
    """On 1,380 real paragraphs, the strictest level that the marks of a word say is the one that the engine says."""
    lines = (shared_data / "syrian-archive-ar" / "paragraphs.jsonl").read_text(encoding="utf-8").splitlines()
    records = [{"id": told["id"], "paragraphs": [told["text"]]} for told in map(json.loads, lines)]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    hits = 0
    with new_rasd() as rasd:
        assert rasd.load(tmp_path).clean
        with serving(rasd.settings) as url:
            client = Client(url)
            with client.http:
                for q in ("سوريا", "المدنيين", "هجوم", "حلب", "مستشفى", "الأسلحة", "قصف", "غارة", "2017", "الكيميائية"):
                    answer = client.search(q, size=100)
                    assert answer["total"]["value"] > 0, q
                    for hit in answer["hits"]:
                        hits += 1
                        marked = min((match["level"] for match in hit["matches"]), key=[*LADDER].index)
                        assert marked == hit["level"], (q, hit["id"])
                        for match in hit["matches"]:
                            assert hit["text"][match["start"] : match["end"]] == match["surface"]
    assert hits > 300
