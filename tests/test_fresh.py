"""`load --fresh` on a real engine: new indices take the place of the old ones whole, or not at all."""

from __future__ import annotations

import json
import threading

import pytest

from analyzers.mappings import INDEX_KINDS
from indexer.commands import LoadOptions, load_fresh
from indexer.engine import WritingEngine
from indexer.errors import IndexerError
from indexer.indices import Indices
from indexer.load import Loader

FRESH = ("paragraphs", "reports", "forms")
OLD = sorted(["قديم", "نص", "باق"])


@pytest.fixture
def loaded(rasd, tmp_path):
    """A Rasd that holds two reports, and nothing else of any kind."""
    if not indices(rasd)["state"] or texts(rasd) != OLD:
        fresh(rasd, write(tmp_path / "old", {"id": "a", "title": "قديم", "text": "نص"}, {"id": "b", "text": "باق"}))
    return rasd


def write(folder, *records):
    """Write records into a file of a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return folder


def fresh(rasd, path):
    """Load a folder into new indices."""
    return load_fresh(rasd.engine, rasd.settings, [path], LoadOptions("default"))


def indices(rasd):
    """Return every index of the prefix by kind but those that were replaced, and check that each has its alias."""
    replaced = Indices(rasd.engine, rasd.settings).replaced()
    every = rasd.engine.indices(f"{rasd.aliases.paragraphs}-*")
    found = {name: told for name, told in every.items() if name not in replaced}
    assert all(told["aliases"] for told in found.values())
    return {kind: [name for name in found if f"-{kind}-" in name] for kind in INDEX_KINDS}


def texts(rasd):
    """Return the texts that a search finds now."""
    answer = rasd.ask("POST", f"/{rasd.aliases.paragraphs}/_search", {"size": 100})
    return sorted(hit["_source"]["text"] for hit in answer["hits"]["hits"])


def test_a_fresh_load_takes_the_place_of_the_old(loaded, tmp_path):
    """A fresh load holds what was given and nothing of before, in new indices."""
    before = indices(loaded)
    summary = fresh(loaded, write(tmp_path / "new", {"id": "b", "text": "جديد"}, {"id": "c", "text": "آخر"}))
    assert summary.clean
    assert texts(loaded) == sorted(["جديد", "آخر"])
    assert loaded.engine.count(loaded.aliases.reports) == 2
    after = indices(loaded)
    assert {kind: len(names) for kind, names in after.items()} == dict.fromkeys(INDEX_KINDS, 1)
    assert all(after[kind] != before[kind] for kind in FRESH)
    assert after["state"] == before["state"]


def test_new_indices_are_as_others(loaded):
    """Once they are filled, new indices refresh as others do; they were made without."""
    for name in (Indices(loaded.engine, loaded.settings).current(kind) for kind in FRESH):
        settings = loaded.engine.indices(name)[name]["settings"]
        assert "index.refresh_interval" not in settings
        assert settings["index.number_of_replicas"] == "0"


def test_a_refusal_keeps_the_old(loaded, tmp_path):
    """When anything was refused, the old indices stand and answer, the new ones are gone, and the message counts."""
    before = indices(loaded), texts(loaded)
    folder = write(tmp_path / "new", {"id": "c", "text": "آخر"}, {"id": "d"}, {"id": "e", "text": "نص"})
    with pytest.raises(IndexerError, match=r"^1 of 3 were refused, so the indices in use were kept as they are: "):
        fresh(loaded, folder)
    assert (indices(loaded), texts(loaded)) == before


@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError])
def test_a_fault_midway_keeps_the_old(loaded, tmp_path, monkeypatch, fault):
    """When a fresh load is interrupted or dies, the old indices stand and the new ones are gone."""
    before = indices(loaded), texts(loaded)

    def die(*_arguments):
        raise fault

    monkeypatch.setattr(Loader, "_mark_complete", die)
    with pytest.raises(fault):
        fresh(loaded, write(tmp_path / "new", {"id": "c", "text": "آخر"}))
    assert (indices(loaded), texts(loaded)) == before


def test_a_fault_after_the_swap_keeps_the_new(loaded, tmp_path, monkeypatch):
    """A fault once the aliases have moved leaves the new indices alone: they are the ones in use."""

    def die(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("indexer.commands.write_corpus", die)
        with pytest.raises(KeyboardInterrupt):
            fresh(loaded, write(tmp_path / "new", {"id": "c", "text": "آخر"}))
    assert texts(loaded) == ["آخر"]
    assert loaded.engine.count(loaded.aliases.reports) == 1
    fresh(loaded, tmp_path / "new")
    assert {kind: len(names) for kind, names in indices(loaded).items()} == dict.fromkeys(INDEX_KINDS, 1)


def test_a_count_that_is_wrong_keeps_the_old(loaded, tmp_path, monkeypatch):
    """When the new index does not hold what was written into it, the old one stands."""
    before = indices(loaded), texts(loaded)
    monkeypatch.setattr(WritingEngine, "count", lambda _engine, _index, _query=None: 7)
    with pytest.raises(IndexerError, match=r"^the new index holds 7 paragraphs and not 1: the one in use was kept"):
        fresh(loaded, write(tmp_path / "new", {"id": "c", "text": "آخر"}))
    monkeypatch.undo()
    assert (indices(loaded), texts(loaded)) == before


def test_a_first_load_may_be_fresh(new_rasd, tmp_path):
    """A fresh load needs no indices to replace."""
    with new_rasd() as rasd:
        fresh(rasd, write(tmp_path / "new", {"id": "c", "text": "آخر"}))
        assert texts(rasd) == ["آخر"]
        assert {kind: len(names) for kind, names in indices(rasd).items()} == dict.fromkeys(INDEX_KINDS, 1)
        assert rasd.load(tmp_path / "new").counts["unchanged"] == 1


def test_no_search_sees_the_swap(loaded, tmp_path):
    """A search during a swap finds the old corpus or the new one, never none and never both."""
    folders = [
        write(tmp_path / "one", {"id": "a", "text": "أول"}),
        write(tmp_path / "two", {"id": "b", "text": "أول"}, {"id": "c", "text": "ثان"}),
    ]
    fresh(loaded, folders[0])
    seen, done = [], threading.Event()

    def search():
        while not done.is_set():
            seen.append(len(texts(loaded)))

    searcher = threading.Thread(target=search)
    searcher.start()
    try:
        for number in (1, 2):
            fresh(loaded, folders[number % 2])
    finally:
        done.set()
        searcher.join()
    assert set(seen) == {1, 2}
