"""The article that the project began with: both spellings of Idlib find the same paragraphs."""

from __future__ import annotations

import pytest
from conftest import Client, Rasd, serving

from analyzers.normalize import normalize


@pytest.fixture(scope="module")
def article(rasd: Rasd, shared_data):
    """A client of an API that holds the article and nothing else."""
    assert rasd.load(shared_data / "seed").clean
    with serving(rasd.settings) as url:
        client = Client(url)
        with client.http:
            yield client


def test_both_spellings_find_the_same_paragraphs(article):
    """At `letters`, إدلب and ادلب find the same 17 paragraphs, the title among them: 11 write one, 6 the other."""
    with_hamza = article.search("إدلب", match="letters", size=100)
    without = article.search("ادلب", match="letters", size=100)
    ids = {hit["id"] for hit in with_hamza["hits"]}
    assert len(ids) == 17
    assert ids == {hit["id"] for hit in without["hits"]}
    assert any(id_.endswith(":0") for id_ in ids)
    assert (with_hamza["levels"]["exact"], without["levels"]["exact"]) == (11, 6)
    assert with_hamza["total"] == {"value": 17, "relation": "eq", "any": 17}


def test_exact_keeps_the_spellings_apart(article):
    """At `exact` each spelling finds its own paragraphs, and no paragraph is lost between them."""
    with_hamza, without = (set(article.ids(word, match="exact")) for word in ("إدلب", "ادلب"))
    assert (len(with_hamza), len(without), len(with_hamza | without)) == (11, 6, 17)


def test_every_mark_is_a_whole_word_at_its_place(article):
    """Each offset leads to the word in the verbatim text, and the word ends where the mark does."""
    for hit in article.search("ادلب", match="letters", size=100)["hits"]:
        assert hit["matches"], hit["id"]
        for match in hit["matches"]:
            start, end = match["start"], match["end"]
            assert hit["text"][start:end] == match["surface"]
            assert normalize(match["surface"]) == "ادلب"
            assert not hit["text"][start - 1 : start].isalnum()
            assert not hit["text"][end : end + 1].isalnum()


def test_each_occurrence_is_marked(article):
    """As many words are marked as the paragraph has, spelt either way."""
    for hit in article.search("ادلب", match="letters", size=100, snippet=0)["hits"]:
        assert len(hit["matches"]) == normalize(hit["text"]).count("ادلب")
        assert hit["highlight"].count("<mark>") == len(hit["matches"])


def test_loading_again_changes_nothing(article, rasd, shared_data):
    """The same file loaded again is unchanged, and the answers are the same to the letter."""
    before = article.search("ادلب", match="letters", size=100)["hits"]
    summary = rasd.load(shared_data / "seed")
    assert (summary.counts["unchanged"], summary.given) == (1, 1)
    assert article.search("ادلب", match="letters", size=100)["hits"] == before
    assert rasd.engine.count(rasd.aliases.paragraphs) == 36
