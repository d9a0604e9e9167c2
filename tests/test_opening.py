"""Words with an open end: `قصف*` is any word of the corpus that begins so, counted, marked and named like every other."""

from __future__ import annotations

import json

import pytest
from conftest import Client, serving, wait_for_corpus

from analyzers.levels import Level
from api.opening import beginnings
from api.understanding import MOST_WORDS

TEXTS = {
    "whole": "قصف المدينة",
    "longer": "قصفت الطائرات",
    "attached": "وقصفوا السوق",
    "definite": "القصف مستمر",
    "hamza": "أقصفة",
    "marked": "قَصْفٌ شديد",
    "other": "انقصف الغصن",
    "name": "قصفة",
}


@pytest.fixture(scope="module")
def opened(new_rasd, tmp_path_factory):
    """A client over a few texts, one of them in a collection of its own."""
    folder = tmp_path_factory.mktemp("opened")
    lines = [json.dumps({"id": name, "text": text, "tags": [name]}) for name, text in TEXTS.items()]
    lines += [json.dumps({"id": f"n{n}", "text": f"حصار{n:03}", "tags": ["many"]}) for n in range(MOST_WORDS + 6)]
    (folder / "texts.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with new_rasd() as rasd:
        assert rasd.load(folder).clean
        with serving(rasd.settings) as url:
            wait_for_corpus(url)
            client = Client(url)
            with client.http:
                yield client


def found(client, q, **params):
    """Return the names of the texts that a search finds."""
    return {hit["tags"][0] for hit in client.search(q, size=100, **params)["hits"]}


@pytest.mark.parametrize(
    ("match", "names"),
    [
        ("exact", {"whole", "longer", "marked", "name"}),
        ("letters", {"whole", "longer", "marked", "name"}),
        ("clitics", {"whole", "longer", "marked", "name", "attached"}),
        ("stem", {"whole", "longer", "marked", "name", "attached", "definite"}),
        ("variants", {"whole", "longer", "marked", "name", "attached", "definite"}),
    ],
)
def test_levels(opened, match, names):
    """Each level meets what begins so as it sees words, and counts it."""
    answer = opened.search("قصف*", match=match, size=100)
    assert {hit["tags"][0] for hit in answer["hits"]} == names
    assert answer["total"]["value"] == answer["levels"][match] == len(names)


def test_marks(opened):
    """Whole words are marked, with the level that met them and the word as it was typed."""
    hits = {hit["tags"][0]: hit for hit in opened.search("قصف*", size=100)["hits"]}
    told = {name: [(m["surface"], m["word"], m["level"]) for m in hit["matches"]] for name, hit in hits.items()}
    assert told["longer"] == [("قصفت", "قصف*", "exact")]
    assert told["attached"] == [("وقصفوا", "قصف*", "clitics")]
    assert told["definite"] == [("القصف", "قصف*", "stem")]
    assert hits["attached"]["level"] == "clitics"


def test_beside_other_words(opened):
    """It counts like a word: with others, in alternatives, left out; in quotation marks the asterisk is nothing."""
    assert found(opened, "قصف* الطائرات", op="and") == {"longer"}
    assert found(opened, "الغصن OR قصفت*") == {"other", "longer"}
    assert found(opened, "قصف* -قصفت*") == {"whole", "marked", "attached", "definite", "name"}
    assert found(opened, '"قصف*"') == {"whole", "marked"}
    assert found(opened, "زغب*") == set()


def test_everywhere(opened):
    """Table, stream, feed, batch, forms and the marks of a report read it the same way."""
    assert len(opened.get("/v1/search.ndjson", q="قصف*", match="clitics").text.splitlines()) == 5 + 1
    assert opened.get("/v1/search.csv", q="قصف*", match="clitics").text.count("\n") == 5 + 1
    assert len(opened.get("/v1/search.feed.json", q="قصف*", match="clitics").json()["items"]) == 5
    batch = opened.http.post(
        "/v1/search/batch", json={"queries": [{"name": "a", "q": "قصف*", "match": "exact"}]}
    ).json()
    assert batch["answers"][0]["answer"]["total"]["value"] == 4
    forms = {form["surface"]: form["level"] for form in opened.get("/v1/forms", q="قصف*").json()["forms"]}
    assert {"قصفت": "exact", "وقصفوا": "clitics", "القصف": "stem"}.items() <= forms.items()
    report = opened.search("قصفت*")["hits"][0]["report_id"]
    marked = opened.get(f"/v1/reports/{report}", q="قصف*").json()["paragraphs"][0]["matches"]
    assert [match["surface"] for match in marked] == ["قصفت"]


def test_more_words_than_are_searched_for(opened):
    """Of more words than stand for one, the answer says that they are not all, and counts at least what it found."""
    answer = opened.search("حصار*", size=1)
    assert answer["total"]["value"] == MOST_WORDS
    assert (answer["total"]["relation"], answer["query"]["words"][0]["complete"]) == ("gte", False)
    assert "longer beginning" in opened.get("/v1/search", q="قصف -حصار*").json()["detail"]
    assert opened.search("حصار00*", size=1)["total"] == {"value": 10, "relation": "eq", "any": 10}


@pytest.mark.parametrize(
    ("q", "message"), [("قص*", "3 letters or more"), ("abc* bcd* cde* def* efg*", "the most is 4"), ("*", "no word")]
)
def test_refused(opened, q, message):
    """Too short a beginning, or too many of them, is a 422 that says what would be right."""
    answer = opened.get("/v1/search", q=q)
    assert answer.status_code == 422
    assert message in answer.json()["detail"]


def test_beginnings():
    """A beginning takes proclitics from `clitics` on and the article from `stem` on."""
    assert beginnings("إدل", Level.EXACT) == ("إدل",)
    assert beginnings("إدل", Level.LETTERS) == ("ادل",)
    assert "بادل" in beginnings("إدل", Level.CLITICS)
    assert "الادل" not in beginnings("إدل", Level.CLITICS)
    assert "بالادل" in beginnings("إدل", Level.STEM)
