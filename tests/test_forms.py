"""The forms of the corpus: counted by the load, exact after whatever happens; `/v1/forms` and `/v1/suggest` on them."""

from __future__ import annotations

import json

import pytest
from conftest import Client, client_over, serving

from analyzers.lexicon import default_lexicon, form_of
from api.answers import FormsAnswer, SuggestAnswer
from api.scope import Scope
from api.suggest import completed
from indexer import commands
from indexer.commands import rebuild
from indexer.forms import FormLedger
from indexer.indices import Indices
from indexer.tags import names_in
from indexer.takedown import take_down


@pytest.fixture
def alone(new_rasd):
    """A Rasd for one test."""
    with new_rasd() as rasd:
        yield rasd


def write(folder, *reports):
    """Write reports as one .jsonl."""
    records = [{"id": f"r{number}", "paragraphs": list(texts)} for number, texts in enumerate(reports)]
    (folder / "r.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")


def counted(rasd):
    """Return how many paragraphs have each spelling, as the forms index says."""
    rasd.engine.refresh(rasd.aliases.forms)
    hits = [hit for page in rasd.engine.pages(rasd.aliases.forms, {"query": {"match_all": {}}}) for hit in page]
    return {surface: count for hit in hits for surface, _, count in hit["_source"]["surfaces"]}


def test_counted_by_the_load(alone, tmp_path):
    """Each spelling counts the paragraphs that have it, once however often it stands there."""
    write(tmp_path, ["قصف إدلب إدلب", "ريف ادلب"], ["قصف حلب"])
    alone.load(tmp_path)
    assert counted(alone) == {"قصف": 2, "إدلب": 1, "ادلب": 1, "ريف": 1, "حلب": 1}


def test_a_replaced_report_counts_once(alone, tmp_path):
    """A report that is replaced takes its old spellings out of the counts, and forms that nothing has are gone."""
    write(tmp_path, ["قصف إدلب", "ريف ادلب"], ["قصف حلب"])
    alone.load(tmp_path)
    write(tmp_path, ["قصف حمص"], ["قصف حلب"])
    alone.load(tmp_path)
    assert counted(alone) == {"قصف": 2, "حمص": 1, "حلب": 1}
    alone.load(tmp_path)
    assert counted(alone) == {"قصف": 2, "حمص": 1, "حلب": 1}


def test_a_rebuild_counts_the_same(alone, tmp_path):
    """A rebuild makes the counts from the stored reports, and they are what the load counted."""
    write(tmp_path, ["قصف إدلب", "ريف ادلب"], ["قصف حلب", "بإدلب"])
    alone.load(tmp_path)
    before = counted(alone)
    rebuild(alone.engine, alone.settings)
    assert counted(alone) == before


def test_a_killed_load_is_mended(alone, tmp_path, monkeypatch):
    """Where a load died before its counts were in, the next one counts all forms anew, and leaves no index behind."""
    write(tmp_path, ["قصف إدلب"], ["قصف حلب"])
    with monkeypatch.context() as broken:
        broken.setattr("indexer.forms.FormCounter.flush", lambda _self: None)
        broken.setattr(FormLedger, "close", lambda _self: None)
        alone.load(tmp_path)
    assert counted(alone) == {}
    alone.load(tmp_path)
    assert counted(alone) == {"قصف": 2, "إدلب": 1, "حلب": 1}
    assert Indices(alone.engine, alone.settings).orphans() == []


@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_report_that_was_under_way_is_counted_once(alone, tmp_path, is_deleted):
    """Paragraphs of a report that has no mark yet are counted by the load that ends it, or by nobody after a takedown."""
    write(tmp_path, ["قصف إدلب"], ["قصف حلب"])
    alone.load(tmp_path)
    report_id = alone.ask("POST", f"/{alone.aliases.reports}/_search", {"query": {"match_all": {}}})["hits"]["hits"][0][
        "_id"
    ]
    before = counted(alone)
    alone.ask("POST", f"/{alone.aliases.reports}/_update/{report_id}?refresh=true", {"doc": {"complete": False}})
    FormLedger(Indices(alone.engine, alone.settings)).open()
    if is_deleted:
        take_down(alone.engine, alone.settings, [report_id])
        assert sum(counted(alone).values()) == 2
    else:
        alone.load(tmp_path)
        assert counted(alone) == before


def test_a_fresh_load_counts_its_own(alone, tmp_path):
    """After `load --fresh` the forms are those of the new reports alone."""
    write(tmp_path, ["قصف إدلب"])
    alone.load(tmp_path)
    write(tmp_path, ["هدنة"])
    commands.load_fresh(alone.engine, alone.settings, [tmp_path], commands.LoadOptions("default"))
    assert counted(alone) == {"هدنة": 1}


@pytest.fixture(scope="module")
def worded(new_rasd, tmp_path_factory):
    """A client over a few words in two collections."""
    folder = tmp_path_factory.mktemp("worded")
    texts = ["إدلب", "إدلب", "ادلب", "بإدلب", "المحافظات", "محافظة", "محافظة", "سورية", "سوريا", "داعش", "القصف", "حلب"]
    records = [{"id": f"w{number}", "paragraphs": [text]} for number, text in enumerate(texts)]
    records.append({"id": "other", "collection": "other", "paragraphs": ["إدلب والإدلبيون"]})
    with client_over(new_rasd, folder, records) as (_, client):
        yield client


REACHED = [
    ("ادلب", "exact", {"ادلب": 1}),
    ("ادلب", "letters", {"إدلب": 3, "ادلب": 1}),
    ("ادلب", "clitics", {"إدلب": 3, "ادلب": 1, "بإدلب": 1}),
    ("محافظة", "stem", {"محافظة": 2, "المحافظات": 1}),
    ("سوريا", "stem", {"سوريا": 1}),
    ("سوريا", "variants", {"سوريا": 1, "سورية": 1}),
    ("تنظيم الدولة", "variants", {"داعش": 1}),
    ("كلمةلاتوجد", "variants", {}),
]


@pytest.mark.parametrize(("q", "match", "surfaces"), REACHED)
def test_forms_reached(worded, q, match, surfaces):
    """Every spelling that a query reaches at a level is told, with its paragraphs."""
    answer = worded.get("/v1/forms", q=q, match=match).json()
    FormsAnswer.model_validate(answer)
    assert {form["surface"]: form["count"] for form in answer["forms"]} == surfaces


def test_forms_of_a_collection(worded):
    """Counts are of the collections that are named."""
    answer = worded.get("/v1/forms", q="إدلب", match="letters", collection="other").json()
    assert [(form["surface"], form["count"]) for form in answer["forms"]] == [("إدلب", 1)]


SUGGESTED = [
    ("اد", "إدلب"),
    ("قصف في اد", "قصف في إدلب"),
    ("مُحا", "محافظة"),
    ("قصف", "القصف"),
    ("hgr", "القصف"),
    ("خان يو", "خان يونس"),
    ("Edl", "إدلب"),
]


@pytest.mark.parametrize(("typed", "suggestion"), SUGGESTED)
def test_suggested(worded, typed, suggestion):
    """What is being typed is completed in the commonest spelling, by the other keyboard and in Latin letters too."""
    answer = worded.get("/v1/suggest", q=typed).json()
    SuggestAnswer.model_validate(answer)
    assert suggestion in [told["text"] for told in answer["suggestions"]]


def test_the_order_of_suggestions(new_rasd, tmp_path):
    """What begins as it was typed comes first, then by the other keyboard; of both the commonest first, then by letters."""
    words = {"hgrs": 1, "hgrk": 3, "القصف": 4, "القيد": 2, "القاع": 1, "القمر": 5}
    texts = [word for word, count in words.items() for _ in range(count)]
    with client_over(new_rasd, tmp_path, [{"id": "r", "paragraphs": texts}]) as (rasd, client):
        # As common as the other now, and written after it.
        (tmp_path / "s.jsonl").write_text(json.dumps({"id": "s", "paragraphs": ["القاع"]}), encoding="utf-8")
        rasd.load(tmp_path / "s.jsonl")
        told = client.get("/v1/suggest", q="hgr").json()["suggestions"]
        by_keyboard = {"القمر": 5, "القصف": 4, "القاع": 2, "القيد": 2}
        expected = [("hgrk", 3, "word"), ("hgrs", 1, "word"), *((*one, "keyboard") for one in by_keyboard.items())]
        assert [(one["text"], one["count"], one["kind"]) for one in told] == expected
        for size in (3, 5):
            assert client.get("/v1/suggest", q="hgr", size=size).json()["suggestions"] == told[:size]


def test_a_long_word_is_completed_too(new_rasd, tmp_path):
    """What is typed beyond the beginnings that the engine knows still tells words apart, with an article and without."""
    same = "واستخداماتهاوالمتكرره"
    others = [f"{same}{letter}" for letter in "تثجحخدذرزسش"] * 2  # more than there is room for, and commoner
    paragraphs = [f"{same}ب", f"ال{same}ب", *others]
    with client_over(new_rasd, tmp_path, [{"id": "r", "paragraphs": paragraphs}]) as (_, client):
        told = client.get("/v1/suggest", q=f"{same}ب").json()["suggestions"]
        assert [one["text"] for one in told] == [f"ال{same}ب", f"{same}ب"]


@pytest.mark.parametrize("typed", ["ﹶ", "سوريا ﹶ", "\U0001d5d4" * 12, "\U0001d5d4" * 30], ids=ascii)
def test_what_completes_nothing(worded, typed):
    """A mark that is folded away, and letters that take two units each, complete nothing and are no fault."""
    assert worded.get("/v1/suggest", q=typed).json()["suggestions"] == []


def test_hidden_counts_do_not_order():
    """Of two words the one that is commoner in what the caller sees comes first, however common the other is elsewhere."""
    scope = Scope(None, frozenset({"secret"}), frozenset({"default", "secret"}), None)
    surfaces = {"قصف": [["قصف", "secret", 90], ["قصف", "default", 1]], "قصه": [["قصة", "default", 5]]}
    hits = [{"_source": {"surfaces": told}, "matched_queries": ["word"]} for told in surfaces.values()]
    assert completed(hits, [], scope) == [("word", "قصة", 5), ("word", "قصف", 1)]


def test_suggestions_of_a_collection(worded):
    """A collection completes from its own words."""
    told = worded.get("/v1/suggest", q="حل", collection="other").json()["suggestions"]
    assert [suggestion for suggestion in told if suggestion["kind"] == "word"] == []


def test_the_honest_zero(worded):
    """Where nothing holds all words, each word says whether the corpus has it, what is near, and what else it may mean."""
    told = worded.search("ادلبب قصف")["suggestions"]
    near, known = told["words"]
    assert (near["count"], known["count"]) == (0, 1)
    assert "ادلب" in [form["text"] for form in near["nearest"]]
    assert told["levels"]["variants"] == 0


READ = [("hgrwt", "keyboard", "القصف"), ("7alab", "latin", "حلب"), ("Marib", "name", "مأرب")]


@pytest.mark.parametrize(("typed", "kind", "text"), READ)
def test_other_readings(worded, typed, kind, text):
    """The wrong keyboard, Arabizi and Latin names are read, unless the lexicon has found the name already."""
    answer = worded.search(typed)
    assert (kind, text) in [(r["kind"], r["text"]) for r in answer["suggestions"]["words"][0]["readings"]]


def test_counts_of_looser_levels(worded):
    """A search at a strict level that finds nothing says what the looser levels would find."""
    told = worded.search("سورية محافظات", match="exact")["suggestions"]
    assert list(told["levels"]) == ["exact", "letters", "clitics", "stem", "variants"]
    answer = worded.search("محافظتها", match="exact")
    assert answer["suggestions"]["levels"]["exact"] == 0


def test_latin_names_find_arabic_paragraphs(worded):
    """At `variants` a Latin name finds the paragraphs that write it in Arabic."""
    assert len(worded.ids("Idlib")) == 5
    assert worded.ids("Idlib", match="stem") == []


def test_a_capped_word_says_so(worded):
    """A word whose fold is another word is searched as typed, and the answer offers the looser query."""
    word = worded.search("علي")["query"]["words"][0]
    assert word["capped_at"] == "exact"
    assert word["looser"].startswith("علي OR ")
    assert worded.search(word["looser"])["total"]["value"] == word["looser_total"]


def test_spellings_can_be_left_out(worded):
    """`forms_not` leaves out the paragraphs that hold a spelling, and no other spelling of the word."""
    assert len(worded.ids("إدلب", match="letters")) == 4
    assert len(worded.ids("إدلب", match="letters", forms_not="ادلب")) == 3
    assert len(worded.ids("إدلب", match="letters", forms_not=["ادلب", "إدلب"])) == 0


def test_tags_by_the_lexicon():
    """A report that names no places gets those that its text names for certain; ambiguous names are left out."""
    texts = map(form_of, ["قصف على خان شيخون", "نزوح من دير الزور. مقتل علي في الباب"])
    assert names_in(texts)["place"] == ["خان شيخون", "دير الزور"]
    assert default_lexicon().find(["الباب"])


def test_given_tags_are_kept(alone, tmp_path):
    """A report's own places stand; the lexicon fills in only what it leaves out."""
    records = [
        {"id": "a", "places": ["مكان"], "text": "قصف على إدلب"},
        {"id": "b", "text": "قصف على إدلب نفذته قوات سوريا الديمقراطية"},
    ]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    alone.load(tmp_path)
    with serving(alone.settings) as url:
        client = Client(url)
        with client.http:
            hits = {hit["report_id"][0]: hit for hit in client.search("قصف")["hits"]}
    assert hits["a"]["places"] == ["مكان"]
    assert "إدلب" in hits["b"]["places"]
    assert "قوات سوريا الديمقراطية" in hits["b"]["actors"]
