"""What the corpus holds, counted after each load and kept where the API reads it."""

from __future__ import annotations

import json

import pytest

from analyzers.mappings import ANALYZER_VERSION
from indexer.commands import LoadOptions, load_fresh, rebuild
from indexer.load import Loader


@pytest.fixture
def rasd(new_rasd):
    """An empty Rasd for one test."""
    with new_rasd() as opened:
        yield opened


def write(folder, *records):
    """Write records, numbered, into a file."""
    path = folder / "a.jsonl"
    lines = [json.dumps({"id": f"r-{number}", **record}) for number, record in enumerate(records)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def corpus(rasd):
    """Return what is stored of the corpus."""
    return rasd.ask("GET", f"/{rasd.aliases.state}/_doc/corpus")["_source"]["body"]


def counted(rasd):
    """Return the counts alone."""
    return {name: corpus(rasd)[name] for name in ("paragraphs", "reports", "from", "to", "undated")}


def test_counts_are_of_what_can_be_searched(rasd, tmp_path):
    """Right after a load the corpus says how many paragraphs, reports and undated ones there are, and from when to when."""
    path = write(
        tmp_path,
        {"title": "عنوان", "text": "أول\nثان", "published": "2019"},
        {"text": "ثالث", "published": "2011-03"},
        {"text": "رابع", "published": "2019-12-30T10:00:00+03:00"},
        {"text": "خامس"},
        {"text": "سادس", "published": ""},
        {"published": "1999"},
    )
    rasd.load(path)
    assert counted(rasd) == {"paragraphs": 7, "reports": 5, "from": "2011-03-01", "to": "2019-12-31", "undated": 2}


def test_counts_follow_each_load(rasd, tmp_path):
    """A second load, a fresh one and a rebuild each count anew, and each has a version of its own."""
    seen = []
    rasd.load(write(tmp_path, {"text": "أول\nثان", "published": "2019"}, {"text": "ثالث"}))
    seen.append(corpus(rasd))
    rasd.load(write(tmp_path, {"text": "أول", "published": "2020-02"}))
    seen.append(corpus(rasd))
    rebuild(rasd.engine, rasd.settings)
    seen.append(corpus(rasd))
    load_fresh(rasd.engine, rasd.settings, [tmp_path], LoadOptions("default"))
    seen.append(corpus(rasd))
    assert [told["paragraphs"] for told in seen] == [3, 2, 2, 1]
    assert [told["reports"] for told in seen] == [2, 2, 2, 1]
    assert [told["to"] for told in seen] == ["2019-12-31", *["2020-02-29"] * 3]
    assert len({told["version"] for told in seen}) == 4
    assert {told["analyzer_version"] for told in seen} == {ANALYZER_VERSION}
    assert all(told["version"].endswith(f"-{ANALYZER_VERSION}") for told in seen)
    assert [told["loaded_at"] for told in seen] == sorted(told["loaded_at"] for told in seen)


@pytest.mark.parametrize("timezone", ["Asia/Damascus", "America/New_York"])
def test_days_are_those_of_the_settings(new_rasd, tmp_path, timezone):
    """The first and last day are those that the reports name, in whatever zone they are meant."""
    with new_rasd(timezone=timezone) as rasd:
        assert str(rasd.settings.zone) == timezone
        rasd.load(write(tmp_path, {"text": "نص", "published": "2019-04-19"}))
        assert (corpus(rasd)["from"], corpus(rasd)["to"]) == ("2019-04-19", "2019-04-19")


def test_an_empty_corpus(rasd, tmp_path):
    """A load of which everything was refused leaves a corpus of nothing, from no day to no day."""
    assert not rasd.load(write(tmp_path, {"published": "2019"})).clean
    assert counted(rasd) == {"paragraphs": 0, "reports": 0, "from": None, "to": None, "undated": 0}


@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError])
def test_counts_after_an_interruption(new_rasd, tmp_path, monkeypatch, fault):
    """Also after Ctrl-C or a fault midway the corpus says what can be searched; a report without its mark is not counted."""
    with new_rasd(load_connections=1) as rasd:  # more would have later batches under way by then
        interrupted(rasd, tmp_path, monkeypatch, fault)


def interrupted(rasd, tmp_path, monkeypatch, fault):
    """Load with a fault in the third batch and look at the counts."""
    monkeypatch.setattr("indexer.batch.PARAGRAPHS", 2)
    before = Loader._mark_complete  # noqa: SLF001  (the last step of a batch)
    batches = []

    def die_in_the_third(loader, batch):
        batches.append(batch)
        if len(batches) == 3:
            raise fault
        return before(loader, batch)

    monkeypatch.setattr(Loader, "_mark_complete", die_in_the_third)
    path = write(tmp_path, *({"text": "نص", "published": f"20{number}"} for number in range(10, 20)))
    with pytest.raises(fault):
        rasd.load(path)
    # Paragraphs of the third batch are there and can be found; their reports are not complete.
    assert counted(rasd) == {"paragraphs": 6, "reports": 4, "from": "2010-01-01", "to": "2013-12-31", "undated": 0}


def test_a_deleted_report_is_not_counted(rasd, tmp_path):
    """A report that was taken down is not one of the corpus."""
    path = write(tmp_path, {"text": "أول", "published": "2010"}, {"text": "ثان", "published": "2019"})
    rasd.load(path)
    hits = rasd.ask("POST", f"/{rasd.aliases.reports}/_search", {})["hits"]["hits"]
    oldest = next(hit["_id"] for hit in hits if hit["_source"]["report"]["published"] == "2010")
    rasd.ask("POST", f"/{rasd.aliases.reports}/_update/{oldest}", {"doc": {"deleted_at": "2020-01-01"}})
    rasd.load(path)
    assert (corpus(rasd)["reports"], corpus(rasd)["from"]) == (1, "2019-01-01")
