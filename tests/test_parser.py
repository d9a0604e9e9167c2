"""`q` becomes a tree, as a table."""

from __future__ import annotations

import pytest

from api.errors import BadRequest
from api.parser import Phrase, Unit, Word, parse

TREES = [
    ("ادلب", [["ادلب"]], []),
    ("ادلب حلب", [["ادلب"], ["حلب"]], []),
    ("ادلب ادلب", [["ادلب"]], []),
    ('"خفض التصعيد"', [['"خفض التصعيد"']], []),
    ("“خفض التصعيد” «الجيش الحر»", [['"خفض التصعيد"'], ['"الجيش الحر"']], []),
    ('"مجلس الأمن"~3', [['"مجلس الأمن"~3']], []),
    ('"مجلس الأمن"~9999', [['"مجلس الأمن"~20']], []),
    ("حدود -لبن", [["حدود"]], ["لبن"]),
    ('حدود -"حزب الله"', [["حدود"]], ['"حزب الله"']),
    ("حزيران OR يونيو قصف", [["حزيران", "يونيو"], ["قصف"]], []),
    ("a OR b OR c", [["a", "b", "c"]], []),
    ("OR a OR", [["a"]], []),
    ("a or b", [["a"], ["or"], ["b"]], []),
    ("سبتمبر/أيلول", [["سبتمبر"], ["أيلول"]], []),
    ("السورية-الروسية", [["السورية"], ["الروسية"]], []),
    ("مُحَمَّدٌ", [["محمد"]], []),
    ("د.ا.ع.ش", [["داعش"]], []),
    ("#إدلب_تحت_القصف", [["إدلب"], ["تحت"], ["القصف"]], []),
    ("هجوم على رفح", [["هجوم"], ["رفح"]], []),
    ("على", [["على"]], []),
    ('"بلا ختام', [["بلا"], ["ختام"]], []),
    ("قرار 2254 و", [["قرار"], ["2254"]], []),
    ("( ادلب ) AND [حلب]", [["ادلب"], ["AND"], ["حلب"]], []),
    ("* ** ادلب", [["ادلب"]], []),
]


def told(term):
    """Return a term as the table writes it."""
    if isinstance(term, Word):
        return term.text
    return f'"{term.text}"' + (f"~{term.slop}" if term.slop else "")


@pytest.mark.parametrize(("q", "units", "excluded"), TREES)
def test_tree(q, units, excluded):
    """Each query is read as its row says."""
    tree = parse(q)
    assert [[told(term) for term in unit.terms] for unit in tree.units] == units
    assert [told(term) for term in tree.excluded] == excluded


def test_left_out_words_are_told():
    """Function words are left out and named, in their order."""
    assert parse("هجوم على المدنيين في رفح").left_out == ("على", "في")
    assert parse("على").left_out == ()


def test_a_function_word_beside_a_name_is_an_alternative():
    """In `علي OR على` the unit is no function word, for one side of it is not."""
    assert parse("علي OR على").units == (Unit((Word("علي"), Word("على"))),)


REFUSED = [
    ("؟!", "there is no word in it"),
    ("   ", "there is no word in it"),
    ("OR", "there is no word in it"),
    ("-لبن", "only says what to leave out"),
    ("اد* حلب", "3 letters or more before the"),
    (" ".join(f"w{n}" for n in range(65)), "65 different words; the most is 64"),
]


@pytest.mark.parametrize(("q", "message"), REFUSED)
def test_refused(q, message):
    """A query without anything to search for, or with too much, is refused with the reason."""
    with pytest.raises(BadRequest, match=message):
        parse(q)


def test_words_of_a_phrase_count():
    """The bound of 64 holds for words in phrases and exclusions too, each word once."""
    parse(" ".join(['"a b"'] * 100 + ["-a"] * 100))
    with pytest.raises(BadRequest):
        parse('"' + " ".join(f"w{n}" for n in range(65)) + '"')
    assert parse('"a b"').units[0].terms == (Phrase(("a", "b")),)
