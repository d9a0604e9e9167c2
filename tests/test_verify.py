"""`/v1/verify`: how a quotation stands in the corpus."""

from __future__ import annotations

import pytest
from conftest import client_over

from api.answers import VerifyAnswer
from api.verify import compare, words_of

TEXT = "وقال الناطق إنّ القصف على إدلب لم يتوقف، وأن المدنيين ينزحون شمالًا."

COMPARED = [
    ("القصف على إدلب لم يتوقف", "verbatim", []),
    (TEXT, "verbatim", []),
    ("إن القصف على إدلب لم يتوقف وأن", "harakat", [("إن", "إنّ")]),
    ("القصف علي ادلب", "letters", [("علي", "على"), ("ادلب", "إدلب")]),
    ("القصف على حلب لم يتوقف", "part", [("حلب", "إدلب")]),
    ("القصف إدلب لم يتوقف", "part", [("", "على")]),
    ("القصف العنيف على إدلب لم يتوقف", "part", [("العنيف", "")]),
    ("هدنة في الحديدة منذ أمس", "none", []),
]


@pytest.mark.parametrize(("quote", "verdict", "differences"), COMPARED)
def test_compared(quote, verdict, differences):
    """Each quotation gets its verdict, and the words that differ are named, both sides."""
    compared = compare(words_of(quote), words_of(TEXT))
    assert compared.verdict == verdict
    assert [(change.quote, change.text) for change in compared.differences] == differences


@pytest.fixture(scope="module")
def quoted(new_rasd, tmp_path_factory):
    """A client over one report that holds the text, and one that does not."""
    folder = tmp_path_factory.mktemp("quoted")
    records = [
        {"id": "a", "title": "تقرير", "paragraphs": ["😀 " + TEXT]},
        {"id": "b", "paragraphs": ["نص آخر عن إدلب"]},
    ]
    with client_over(new_rasd, folder, records) as (_, client):
        yield client


@pytest.mark.parametrize(("quote", "verdict", "differences"), COMPARED)
def test_verified(quoted, quote, verdict, differences):
    """Over HTTP the answer is the same, with the place in the verbatim text in both units, and a permalink that answers."""
    answer = quoted.http.post("/v1/verify", json={"quote": quote}).json()
    VerifyAnswer.model_validate(answer)
    assert answer["found"] == verdict
    if verdict == "none":
        assert answer["matches"] == []
        return
    match = answer["matches"][0]
    assert [(change["quote"], change["text"]) for change in match["differences"]] == differences
    assert match["text"][match["start"] : match["end"]] == match["surface"]
    raw = match["text"].encode("utf-16-le")
    assert raw[match["utf16_start"] * 2 : match["utf16_end"] * 2].decode("utf-16-le") == match["surface"]
    assert quoted.http.get(match["permalink"]).status_code == 200


REFUSED = ["؟!", "", "ا" * 2001, " ".join(["كلمة"] * 201)]


@pytest.mark.parametrize("quote", REFUSED)
def test_refused(quoted, quote):
    """A quotation without a word, or too long, is a 422 that names it."""
    answer = quoted.get("/v1/verify", quote=quote)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "quote")


def test_a_long_quotation(quoted):
    """200 words are looked for, and an answer comes."""
    assert quoted.get("/v1/verify", quote=" ".join(["كلمة"] * 200)).json()["found"] == "none"
