"""A rebuild on a real engine: the stored reports alone make the index anew, and the old one stands until it is checked."""

from __future__ import annotations

import json

import pytest

from analyzers.mappings import INDEX_KINDS, version_of
from indexer.commands import rebuild, status
from indexer.engine import WritingEngine
from indexer.errors import IndexerError
from indexer.indices import Indices

REPORTS = [
    {
        "id": "a",
        "title": "عنوان",
        "paragraphs": ["نص أول", {"text": "صورة\x00", "kind": "caption"}],
        "published": "2019-04",
        "places": ["حلب"],
    },
    {"url": "https://example.org/b", "text": "نص بلا عنوان\nوسطر ثان", "source": "وكالة", "language": "ar"},
    {"id": "c", "text": "جملة طويلة. " * 1000},
]


@pytest.fixture(scope="module")
def loaded(rasd, tmp_path_factory):
    """A Rasd whose reports were loaded, one of them twice, from files that are no longer there. Tests leave it so."""
    load_reports(rasd, tmp_path_factory.mktemp("reports"))
    return rasd


@pytest.fixture
def alone(new_rasd, tmp_path):
    """The same for one test, which may harm it."""
    with new_rasd() as opened:
        load_reports(opened, tmp_path)
        yield opened


def load_reports(rasd, folder):
    """Load the reports, one of them twice, and remove the file."""
    path = folder / "a.jsonl"
    for text in ("قديم\nأقدم\nأقدم منه", "جديد"):
        lines = [*REPORTS, {"id": "d", "title": "متغير", "text": text}]
        path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        assert rasd.load(path).clean
    path.unlink()


def stored(rasd, kind="paragraphs"):
    """Return every document of an index by id, with its version."""
    rasd.ask("POST", f"/{rasd.aliases.of(kind)}/_refresh")
    hits = rasd.ask("POST", f"/{rasd.aliases.of(kind)}/_search", {"size": 1000, "version": True})["hits"]["hits"]
    return {hit["_id"]: (hit["_version"], hit["_source"]) for hit in hits}


def names(rasd):
    """Return the names of all indices of the prefix."""
    return set(rasd.engine.indices(f"{rasd.aliases.paragraphs}-*"))


def run(rasd):
    """Rebuild."""
    return rebuild(rasd.engine, rasd.settings)


def make_old(rasd, *kinds):
    """Let indices look as if other rules had made them."""
    for kind in kinds:
        rasd.ask("PUT", f"/{rasd.aliases.of(kind)}/_mapping", {"_meta": {"version": "00000000"}})


def test_a_rebuild_makes_the_same_again(loaded):
    """A rebuild makes the same paragraphs under the same ids from the stored reports alone, in a new index."""
    before, reports, old = stored(loaded), stored(loaded, "reports"), names(loaded)
    assert run(loaded) == len(before) == 9
    assert stored(loaded) == before
    assert stored(loaded, "reports") == reports
    assert len(names(loaded)) == len(old) == len(INDEX_KINDS)
    assert len(names(loaded) & old) == 2


def test_a_rebuild_makes_the_text_searchable_again(loaded):
    """After a rebuild a text is found by what is made of it, not only by its id."""
    run(loaded)
    for field, word in (("text", "صوره"), ("text.exact", "طويلة"), ("text.stem", "طويل"), ("title", "عنوان")):
        body = {"query": {"match": {field: word}}}
        assert loaded.ask("POST", f"/{loaded.aliases.paragraphs}/_search", body)["hits"]["total"]["value"] > 0


def test_incomplete_reports_are_left_out(alone):
    """A report that never came to be complete, or was taken down, is not rebuilt; its record stays."""
    ids = list(stored(alone, "reports"))
    for report_id, change in zip(ids, ({"complete": False}, {"deleted_at": "2020-01-01"}), strict=False):
        alone.ask("POST", f"/{alone.aliases.reports}/_update/{report_id}", {"doc": change})
    run(alone)
    assert {name.rpartition(":")[0] for name in stored(alone)} == set(ids[2:])
    assert set(stored(alone, "reports")) == set(ids)


def test_what_was_just_written_is_rebuilt(alone):
    """A report that no refresh has made visible yet is rebuilt: a killed load ends without one."""
    before = stored(alone)
    report_id, (_, record) = next(iter(stored(alone, "reports").items()))
    name = Indices(alone.engine, alone.settings).current("reports")
    alone.engine.set_index(name, {"refresh_interval": "-1"})
    alone.ask("POST", f"/{name}/_update/{report_id}", {"doc": {"complete": False}})
    alone.ask("POST", f"/{name}/_refresh")
    url = f"/{name}/_doc/{report_id}?version=9&version_type=external"
    alone.ask("PUT", url, {**record, "complete": True})
    run(alone)
    assert set(stored(alone)) == set(before)


def test_a_count_that_is_wrong_keeps_the_old(loaded, monkeypatch):
    """When the new index does not hold what was written into it, nothing is swapped and nothing is left behind."""
    before, old = stored(loaded), names(loaded)
    counted = WritingEngine.count
    monkeypatch.setattr(WritingEngine, "count", lambda engine, index, query=None: counted(engine, index, query) - 1)
    with pytest.raises(IndexerError, match=r"^the new index holds 8 paragraphs and not 9: the one in use was kept"):
        run(loaded)
    monkeypatch.undo()
    assert names(loaded) == old
    assert stored(loaded) == before


@pytest.mark.parametrize("step", ["create", "finish", "swap"])
def test_a_fault_at_any_step_keeps_the_old(loaded, monkeypatch, step):
    """Whatever step of a rebuild fails, the old index stands and the new ones are gone."""
    before, old = stored(loaded), names(loaded)
    done = getattr(Indices, step)
    calls = []

    def fail_second(indices, *arguments, **options):
        calls.append(arguments)
        if len(calls) == 2 or step == "swap":
            raise KeyboardInterrupt
        return done(indices, *arguments, **options)

    monkeypatch.setattr(Indices, step, fail_second)
    with pytest.raises(KeyboardInterrupt):
        run(loaded)
    monkeypatch.undo()
    assert names(loaded) == old
    assert stored(loaded) == before


def test_a_killed_rebuild_is_cleared_away(loaded):
    """What a killed rebuild left is shown by the status and deleted by the next rebuild; indices of others are not."""
    indices = Indices(loaded.engine, loaded.settings)
    orphans = [indices.create(kind, "20200101t000000000000") for kind in ("paragraphs", "forms")]
    foreign = f"{loaded.aliases.paragraphs}-paragraphs-copy"
    loaded.ask("PUT", f"/{foreign}", {})
    assert status(loaded.engine, loaded.settings)["left_behind"] == sorted(orphans)
    run(loaded)
    assert status(loaded.engine, loaded.settings)["left_behind"] == []
    assert names(loaded) & {*orphans, foreign} == {foreign}
    loaded.engine.delete_index(foreign)


@pytest.mark.parametrize("kinds", [["paragraphs"], ["reports"], ["state"], list(INDEX_KINDS)])
def test_a_rebuild_mends_other_rules(loaded, tmp_path, kinds):
    """After a rebuild every index is one of this version's rules, with what it held before, and loading goes on."""
    before, reports = stored(loaded), stored(loaded, "reports")
    make_old(loaded, *kinds)
    path = tmp_path / "b.jsonl"
    path.write_text(json.dumps({"id": "a", "title": "أجد"}), encoding="utf-8")
    with pytest.raises(IndexerError, match=r"run `python -m indexer rebuild`$"):
        loaded.load(path)
    run(loaded)
    assert (stored(loaded), stored(loaded, "reports")) == (before, reports)
    told = status(loaded.engine, loaded.settings)
    assert {kind: index["version"] for kind, index in told["indices"].items()} == {
        kind: version_of(kind) for kind in told["indices"]
    }
    assert told["left_behind"] == []
    assert loaded.load(path, replace=True).counts["replaced"] == 1
    assert loaded.engine.count(loaded.aliases.paragraphs) == len(before) - 2
    path.write_text(json.dumps(REPORTS[0]), encoding="utf-8")
    assert loaded.load(path, replace=True).clean
    assert status(loaded.engine, loaded.settings)["corpus"]["reports"] == 4


def test_a_rebuild_brings_back_paragraphs_that_were_deleted(loaded):
    """When the index of paragraphs is gone, a rebuild makes it from the stored reports, and loading goes on."""
    before = stored(loaded)
    for kind in ("paragraphs", "forms", "state"):
        loaded.engine.delete_index(Indices(loaded.engine, loaded.settings).current(kind))
    run(loaded)
    assert stored(loaded) == before


def test_a_lost_store_does_not_empty_the_index(alone):
    """When the stored reports are lost, a rebuild does not swap in an index of nothing."""
    before, old = stored(alone), names(alone)
    indices = Indices(alone.engine, alone.settings)
    lost = indices.current("reports")
    alone.engine.delete_index(lost)
    with pytest.raises(IndexerError, match=r"^there are no stored reports to rebuild from: load some first$"):
        run(alone)
    indices.make_missing()
    with pytest.raises(IndexerError, match=r"^no stored report is complete, and the index in use holds 9 paragraphs"):
        run(alone)
    assert stored(alone) == before
    assert len(names(alone)) == len(old)


def test_an_empty_corpus_can_be_rebuilt(new_rasd):
    """Where nothing was loaded there is nothing to rebuild; indices that hold nothing yet are rebuilt as others are."""
    with new_rasd() as rasd:
        with pytest.raises(IndexerError, match=r"load some first"):
            run(rasd)
        assert names(rasd) == set()
        rasd.make_indices()
        make_old(rasd, "paragraphs", "forms")
        assert run(rasd) == 0
        rasd.make_indices()


def test_more_reports_than_a_page(new_rasd, tmp_path):
    """A rebuild reads the reports page by page and loses none between them."""
    lines = [json.dumps({"id": f"r-{number}", "text": f"نص {number}"}) for number in range(450)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with new_rasd() as rasd:
        rasd.load(tmp_path)
        before = stored(rasd)
        assert run(rasd) == len(before) == 450
        assert stored(rasd) == before
