"""A rebuild on a real engine: the stored reports alone make the index anew, and the old one stands until it is checked."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from conftest import Rasd

from analyzers.mappings import INDEX_KINDS, version_of
from indexer import indices as indexing
from indexer.commands import rebuild
from indexer.engine import WritingEngine
from indexer.errors import IndexerError
from indexer.indices import Indices
from indexer.status import status

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
    """Return the names of all indices of the prefix, without those that wait to be deleted."""
    return (
        set(rasd.engine.indices(f"{rasd.aliases.paragraphs}-*")) - Indices(rasd.engine, rasd.settings).replaced().keys()
    )


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
    # Only of the new index: with its alias the store would seem to have lost a report.
    monkeypatch.setattr(
        WritingEngine,
        "count",
        lambda engine, index, query=None: counted(engine, index, query) - ("-paragraphs-" in index),
    )
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


def test_what_was_replaced_is_deleted_later(alone, monkeypatch, tmp_path):
    """An index that was replaced stays for those who still read it, is shown with the moment, and goes when it is old."""
    old = {Indices(alone.engine, alone.settings).current(kind) for kind in ("paragraphs", "forms")}
    for _ in range(2):
        run(alone)
    replaced = status(alone.engine, alone.settings)["replaced"]
    assert old < replaced.keys()
    assert len(replaced) == 4
    assert all(datetime.now(UTC) - datetime.fromisoformat(at) < indexing.KEPT for at in replaced.values())
    assert status(alone.engine, alone.settings)["left_behind"] == []
    monkeypatch.setattr(indexing, "KEPT", timedelta(0))
    path = tmp_path / "late.jsonl"
    path.write_text(json.dumps({"id": "late", "text": "نص"}), encoding="utf-8")
    assert alone.load(path).clean
    assert status(alone.engine, alone.settings)["replaced"] == {}
    assert len(alone.engine.indices(f"{alone.aliases.paragraphs}-*")) == len(INDEX_KINDS)


@pytest.mark.parametrize("mark", [{"begun": True}, {"replaced_at": "2020-01-01T00:00:00.000Z"}])
def test_an_index_in_use_is_never_cleared_away(alone, mark):
    """A rebuild that was killed beside its swap leaves a mark on an index in use: it is taken off and not heeded."""
    before, indices = stored(alone), Indices(alone.engine, alone.settings)
    name = indices.current("paragraphs")
    alone.engine.put_mapping(name, {"_meta": {"kind": "paragraphs", "version": version_of("paragraphs"), **mark}})
    indices.clear_away()
    assert stored(alone) == before
    assert alone.engine.indices(name)[name]["mappings"]["_meta"] == {
        "kind": "paragraphs",
        "version": version_of("paragraphs"),
    }


def test_an_index_that_lost_its_alias_is_kept(alone):
    """The store is all that a rebuild has: where its alias was taken away, everything stays and the message says so."""
    indices = Indices(alone.engine, alone.settings)
    name = indices.current("reports")
    remove = {"index": name, "alias": alone.aliases.reports}
    alone.engine.move_aliases([{"remove": remove}])
    for command in (run, Rasd.make_indices, lambda _rasd: indices.clear_away()):
        with suppress(IndexerError):
            command(alone)
        assert name in names(alone)
    with pytest.raises(
        IndexerError, match=rf"^the alias {alone.aliases.reports} is gone, and its index {name} is still"
    ):
        run(alone)
    alone.engine.move_aliases([{"add": remove}])
    assert run(alone) == 9


def test_a_store_that_lost_a_report_is_not_rebuilt(alone):
    """A store with fewer reports than were counted is refused by name of the way out, and taken where that is wanted."""
    report_id = next(iter(stored(alone, "reports")))
    alone.ask("DELETE", f"/{alone.aliases.reports}/_doc/{report_id}?refresh=true")
    before = stored(alone)
    with pytest.raises(IndexerError, match=r"^the store holds 3 reports, and 4 were counted .*`rebuild --unverified`"):
        run(alone)
    assert stored(alone) == before
    assert rebuild(alone.engine, alone.settings, verified=False) < len(before)


def test_a_report_that_changed_in_the_store_is_not_rebuilt(alone):
    """A stored report that is not what its hash says is named."""
    report_id = next(id_ for id_, (_, record) in stored(alone, "reports").items() if "title" in record["report"])
    change = {"doc": {"report": {"title": "آخر"}}}
    alone.ask("POST", f"/{alone.aliases.reports}/_update/{report_id}?refresh=true", change)
    with pytest.raises(
        IndexerError, match=rf"^1 of 4 stored reports are not .*the first is {report_id}: the one in use"
    ):
        run(alone)


def test_a_text_that_changed_on_its_way_is_not_swapped_in(alone, monkeypatch):
    """A paragraph of the new index that is not the one written is noticed, though its stored hash says otherwise."""
    before, finish = stored(alone), Indices.finish

    def change(indices, name):
        finish(indices, name)
        if "-paragraphs-" in name:
            document_id, (version, source) = next(iter(before.items()))
            url = f"/{name}/_doc/{document_id}?version={version}&version_type=external_gte&refresh=true"
            alone.ask("PUT", url, {**source, "text": source["text"] + " "})

    monkeypatch.setattr(Indices, "finish", change)
    with pytest.raises(IndexerError, match=r"^the checksum of the new index is not that of the paragraphs written"):
        run(alone)
    assert stored(alone) == before


def test_a_paragraph_that_is_not_found_is_not_swapped_in(alone, monkeypatch):
    """A new index in which a sampled paragraph does not meet its own words is refused."""
    monkeypatch.setattr(WritingEngine, "searches", lambda _engine, _index, bodies: [[] for _ in bodies])
    with pytest.raises(IndexerError, match=r"^9 of 9 paragraphs of the new index are not found by their own words"):
        run(alone)


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


def test_large_reports_are_read_a_few_at_a_time(new_rasd, tmp_path, monkeypatch):
    """A page holds so many paragraphs and no more, or one report: two hundred books would be too much for the engine."""
    monkeypatch.setattr("indexer.engine.PARAGRAPHS_A_PAGE", 10)
    lines = [
        json.dumps(
            {
                "id": f"r-{number}",
                "paragraphs": [f"نص {number} {part}" for part in range(25 if number % 10 == 9 else 1 + number % 5)],
            }
        )
        for number in range(40)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with new_rasd() as rasd:
        rasd.load(tmp_path)
        pages = list(rasd.engine.report_pages(rasd.aliases.reports, {"_source": ["end"]}))
        sizes = [sum(hit["_source"]["end"] for hit in page) for page in pages]
        assert all(size <= 10 or len(page) == 1 for size, page in zip(sizes, pages, strict=True))
        assert any(len(page) > 1 for page in pages)
        ids = [hit["_id"] for page in pages for hit in page]
        assert len(ids) == len(set(ids)) == 40
        before, records = stored(rasd), stored(rasd, "reports")
        make_old(rasd, "reports")
        assert run(rasd) == len(before)
        assert (stored(rasd), stored(rasd, "reports")) == (before, records)
