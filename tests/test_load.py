"""Loading on a real engine: nothing is lost, nothing is left over, and what cannot be loaded is named."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from datetime import UTC

import httpx2
import pytest

from analyzers.mappings import INDEX_KINDS, index_body, paragraphs_mapping, version_of
from indexer import load as loading
from indexer import ready
from indexer.commands import LoadOptions, load
from indexer.errors import IndexerError
from indexer.forms import FormCounter
from indexer.identity import Identity
from indexer.indices import Indices
from indexer.load import Loader
from indexer.readers import jsonl
from indexer.readers.sources import find_sources
from indexer.records import record_fields
from indexer.report import read_report
from indexer.summary import Outcome
from indexer.vectors import Keeper
from indexer.workers import Preparation, ready_reports
from settings import CHECKOUT, read_settings


class Corner:
    """A Rasd as one test uses it: with a collection of its own, so that tests can share the indices."""

    def __init__(self, rasd):
        self.rasd = rasd
        self.settings, self.engine, self.aliases, self.ask = rasd.settings, rasd.engine, rasd.aliases, rasd.ask
        self.collection = f"c{secrets.token_hex(4)}"
        self.collections = [self.collection]

    def load(self, *paths, collection=None, replace=False):
        """Load into the test's collection, or into another of the test's."""
        name = f"{self.collection}-{collection}" if collection else self.collection
        self.collections.append(name)
        return self.rasd.load(*paths, collection=name, replace=replace)

    def stored(self, kind="paragraphs"):
        """Return every document of an index by id, with its `_seq_no` and `_version`."""
        alias = self.aliases.of(kind)
        self.ask("POST", f"/{alias}/_refresh")
        query = {"terms": {"collection": self.collections}}
        body = {"size": 1000, "seq_no_primary_term": True, "version": True, "track_total_hits": True, "query": query}
        answer = self.ask("POST", f"/{alias}/_search", body)["hits"]
        assert answer["total"]["value"] == len(answer["hits"])
        return {hit["_id"]: hit for hit in answer["hits"]}

    def count(self):
        """Return how many paragraphs a search finds, without a refresh before it."""
        query = {"terms": {"collection": self.collections}}
        return self.ask("POST", f"/{self.aliases.paragraphs}/_count", {"query": query})["count"]

    def texts(self):
        """Return the text of every paragraph by id."""
        return {name: hit["_source"]["text"] for name, hit in self.stored().items()}

    def records(self):
        """Return what the store says of each report."""
        return {name: hit["_source"] for name, hit in self.stored("reports").items()}


@pytest.fixture
def own(rasd):
    """A corner of the module's indices."""
    return Corner(rasd)


@pytest.fixture
def alone(new_rasd):
    """Indices for one test, which may harm them."""
    with new_rasd() as opened:
        yield Corner(opened)


def write_lines(path, *records):
    """Write records as lines of JSON; text stands as it is."""
    lines = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def write_text(path, *lines):
    """Write a text file, its folder too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def counts(summary):
    """Return created, replaced, unchanged and refused."""
    named = (Outcome.CREATED, Outcome.REPLACED, Outcome.UNCHANGED, Outcome.REFUSED)
    return tuple(summary.counts[outcome] for outcome in named)


def test_a_text_file_and_lines_of_json(own, tmp_path):
    """The title of a report is paragraph 0 and each further line the next, from a text file as from a line of JSON."""
    write_text(tmp_path / "below/a.txt", "عنوان أول", "نص أول", "نص ثان")
    write_lines(tmp_path / "b.jsonl", {"id": "b-1", "title": "عنوان ثان", "text": "نص ثالث", "published": "2019-04"})
    summary = own.load(tmp_path)
    assert counts(summary) == (2, 0, 0, 0)
    assert (summary.paragraphs, summary.given, summary.clean) == (5, 2, True)
    a = Identity("path", "below/a.txt").report_id(own.collection)
    b = Identity("id", "b-1").report_id(own.collection)
    assert own.texts() == {
        f"{a}:0": "عنوان أول",
        f"{a}:1": "نص أول",
        f"{a}:2": "نص ثان",
        f"{b}:0": "عنوان ثان",
        f"{b}:1": "نص ثالث",
    }


def test_the_report_store(own, tmp_path):
    """The store keeps the record as it was given and as it was understood, where it came from, and that it is complete."""
    given = {"id": "b-1", "title": "عنوان", "paragraphs": ["نص\x00", "", "آخر\r\n"], "published": "2019-04"}
    write_lines(tmp_path / "b.jsonl", given)
    own.load(tmp_path)
    (record,) = own.records().values()
    assert record.pop("changed_at") > "2020"
    assert len(record.pop("content_hash")) == 64
    assert record == {
        "report_id": Identity("id", "b-1").report_id(own.collection),
        "collection": own.collection,
        "identity": "id",
        "root": str(tmp_path),
        "place": "b.jsonl:1",
        "given": given,
        "report": {
            "id": "b-1",
            "collection": own.collection,
            "title": "عنوان",
            "paragraphs": [{"text": "نص\ufffd"}, {"text": ""}, {"text": "آخر\n"}],
            "published": "2019-04",
        },
        "published_from": "2019-04-01T00:00:00.000Z",
        "published_to": "2019-04-30T23:59:59.999Z",
        "version": 1,
        "end": 3,
        "complete": True,
        "story": Identity("id", "b-1").report_id(own.collection),
    }


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ({"id": "g", "paragraphs": ["نص", " آخر "]}, False),
        ({"id": "g", "text": "نص\nآخر", "places": ["إدلب"], "author": None}, False),
        ({"paragraphs": [{"text": "نص", "kind": "caption"}, "نص"], "collection": "k"}, False),
        ({"id": " g", "text": "نص"}, True),
        ({"id": "g", "text": "نص\r\n"}, True),
        ({"id": "g", "paragraphs": ["نص\x00"]}, True),
    ],
)
def test_what_was_given_is_kept_where_it_says_more(given, is_kept):
    """The record as given stands beside the report only where something of it was read otherwise: the text is held once."""
    fields = record_fields(read_report(given, "open"), given, UTC)
    assert ("given" in fields) is is_kept
    assert fields.get("given", given) == given


def test_loading_again_changes_nothing(own, tmp_path):
    """The second load of the same files says unchanged for each and writes to no document."""
    write_text(tmp_path / "a.txt", "عنوان", "نص")
    write_lines(tmp_path / "b.jsonl", *({"id": f"b-{number}", "text": "نص\nآخر"} for number in range(20)))
    own.load(tmp_path)
    before = own.stored(), own.stored("reports")
    summary = own.load(tmp_path)
    assert (counts(summary), summary.paragraphs) == ((0, 0, 21, 0), 0)
    assert (own.stored(), own.stored("reports")) == before


@pytest.mark.parametrize(
    ("before", "after", "positions"),
    [
        (["عنوان", *(f"نص {number}" for number in range(1, 11))], ["عنوان", "نص 1", "جديد", "نص 3"], [0, 1, 2, 3]),
        (["عنوان", "نص"], ["عنوان", "نص", "ثان", "ثالث"], [0, 1, 2, 3]),
        (["عنوان", "نص"], ["عنوان"], [0]),
        (["عنوان", "نص"], ["عنوان آخر", "نص"], [0, 1]),
    ],
)
def test_a_changed_report_leaves_no_tail(own, tmp_path, before, after, positions):
    """A report that is shorter, longer or other than before has exactly its new paragraphs, at once and after a refresh."""
    write_text(tmp_path / "a.txt", *before)
    own.load(tmp_path)
    write_text(tmp_path / "a.txt", *after)
    summary = own.load(tmp_path)
    assert (counts(summary), summary.paragraphs) == ((0, 1, 0, 0), len(after))
    at_once = own.count()
    documents = {hit["_source"]["position"]: hit["_source"] for hit in own.stored().values()}
    assert at_once == own.count() == len(documents) == len(after)
    assert sorted(documents) == positions
    assert [documents[position]["text"] for position in positions] == after
    assert {document["report_version"] for document in documents.values()} == {2}
    (record,) = own.records().values()
    assert (record["version"], record["end"], record["complete"]) == (2, len(after), True)


def test_a_report_that_lost_its_title(own, tmp_path):
    """A report that lost its title has no paragraph 0 any more, and gets it back with the title."""
    path = tmp_path / "a.jsonl"
    for title, positions in ((("عنوان"), [0, 1]), (None, [1]), ("عنوان", [0, 1])):
        write_lines(path, {"id": "a", "title": title, "text": "نص"})
        own.load(path)
        assert sorted(hit["_source"]["position"] for hit in own.stored().values()) == positions


def test_every_paragraph_knows_a_changed_field(own, tmp_path):
    """A change of a field alone is a change of each paragraph: filters would miss it otherwise."""
    path = tmp_path / "a.jsonl"
    for places in (["حلب"], ["إدلب", "حلب"], []):
        write_lines(path, {"id": "a", "title": "عنوان", "text": "نص", "places": places})
        own.load(path)
        assert [hit["_source"].get("places", []) for hit in own.stored().values()] == [places, places]


def test_two_roots(own, tmp_path):
    """Another text with the same path from another folder is refused until it is said what is meant; the same text is not."""
    first = write_text(tmp_path / "one/r.txt", "عنوان", "نص").parent
    same = write_text(tmp_path / "two/r.txt", "عنوان", "نص").parent
    other = write_text(tmp_path / "three/r.txt", "آخر").parent
    assert counts(own.load(first)) == (1, 0, 0, 0)
    assert counts(own.load(same)) == (0, 0, 1, 0)
    refused = own.load(other)
    assert counts(refused) == (0, 0, 0, 1)
    (refusal,) = refused.refusals
    assert refusal.place == "r.txt"
    assert refusal.reason.startswith(f"another text has this path already, from {first}: ")
    assert "--collection NAME" in refusal.reason
    assert sorted(own.texts().values()) == ["عنوان", "نص"]
    assert counts(own.load(other, collection="three")) == (1, 0, 0, 0)
    assert sorted(own.texts().values()) == sorted(["عنوان", "نص", "آخر"])
    assert counts(own.load(other, replace=True)) == (0, 1, 0, 0)
    assert list(own.texts().values()) == ["آخر", "آخر"]
    assert counts(own.load(first)) == (0, 0, 0, 1)


def test_an_id_from_two_roots(own, tmp_path):
    """The same holds for an id that was given; a url is the same report from any folder."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        by_id = {"id": "a", "text": f"نص {folder}"}
        by_url = {"url": "https://example.org/a", "text": f"خبر {folder}"}
        write_lines(tmp_path / folder / "a.jsonl", by_id, by_url)
    assert counts(own.load(tmp_path / "one")) == (2, 0, 0, 0)
    assert counts(own.load(tmp_path / "two")) == (0, 1, 0, 1)
    assert sorted(own.texts().values()) == ["خبر two", "نص one"]


@pytest.mark.parametrize("between", [0, 3])
def test_the_same_id_twice_in_a_load(own, tmp_path, monkeypatch, between):
    """The second of two texts under one id is refused and the first's place is named; the same text again is unchanged."""
    monkeypatch.setattr("indexer.batch.PARAGRAPHS", 2)  # so that the two are in one batch, and in two
    others = [{"id": f"o-{number}", "text": "نص"} for number in range(between)]
    (tmp_path / "two").mkdir()
    write_lines(tmp_path / "a.jsonl", {"id": "a", "text": "أول"}, *others, {"id": "a", "text": "ثان"})
    write_lines(tmp_path / "two/b.jsonl", {"id": "a", "text": "أول"})
    for expected in ((1 + between, 0, 1, 1), (0, 0, 2 + between, 1)):
        summary = own.load(tmp_path)
        assert counts(summary) == expected
        (refusal,) = summary.refusals
        assert refusal.place == f"a.jsonl:{2 + between}"
        assert refusal.reason == "its id was given before in this load, with another text (a.jsonl:1)"
    assert sorted(own.texts().values()) == sorted(["أول", *["نص"] * between])


def test_the_place_of_the_first_is_of_this_load(own, tmp_path):
    """When the first of two texts under one id has moved within its file, the refusal names where it stands now."""
    path = write_lines(tmp_path / "a.jsonl", {"id": "x", "text": "نص"}, {"id": "a", "text": "أول"})
    own.load(path)
    write_lines(path, {"id": "a", "text": "أول"}, {"id": "a", "text": "ثان"})
    assert own.load(path).refusals[0].reason.endswith("(a.jsonl:1)")


BAD_LINES = {
    '{"id": "bad", "text": "نص"': "not JSON: ",
    "ليس سجلا": "not JSON: ",
    '{"text": "نص"}': "id: a record wants an id or a url",
    '{"id": "bad", "text": "نص", "writer": "x"}': "writer: unknown field; known are id, collection, title, ",
    '{"id": "bad", "text": "نص", "published": "19.4.2019"}': "published: '19.4.2019' is not an ISO 8601 date; write ",
    '{"id": "bad", "text": "نص", "published": "2019-02-30"}': "published: day is out of range",
    '{"id": "bad", "text": "نص", "collection": "A B"}': "collection: ",
    '{"id": "bad", "text": ["نص"]}': "text: ",
    '{"id": "bad", "paragraphs": "نص"}': "paragraphs: ",
    '{"id": "bad", "text": "", "title": " "}': "there is no text",
    '{"id": "bad"}': "there is no text",
    '["id", "bad"]': "a record is a JSON object",
    '{"url": "http://[bad", "text": "نص"}': "url: ",
    json.dumps({"id": "bad", "text": "س" * 4000}): "the line is longer than 20,000 bytes",
    "\udcda\udce1": "not UTF-8: byte 0xda at 0",
}


def test_bad_lines_among_good_ones(own, tmp_path, monkeypatch):
    """Each bad line is refused by its number and reason, the rest is loaded, and together they are what was given."""
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 20_000)
    rng = random.Random(5)  # noqa: S311  (a seed, so that a failure can be seen again)
    lines = [json.dumps({"id": f"g-{number}", "text": "نص"}) for number in range(40)] + list(BAD_LINES) * 2
    rng.shuffle(lines)
    path = tmp_path / "a.jsonl"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogateescape"))
    shown = []
    own.rasd.make_indices()
    summary = load_lines(own, path, shown)
    assert counts(summary) == (40, 0, 0, 2 * len(BAD_LINES))
    assert summary.given == len(lines)
    assert {refusal.place: refusal.reason for refusal in summary.refusals}.keys() == {
        f"a.jsonl:{number}" for number, line in enumerate(lines, start=1) if line in BAD_LINES
    }
    for refusal in summary.refusals:
        line = lines[int(refusal.place.rpartition(":")[2]) - 1]
        assert refusal.reason.startswith(BAD_LINES[line])
    assert shown == summary.refusals
    assert len(own.texts()) == 40


@pytest.mark.parametrize("content", [b"\n \r\n", "نص".encode("cp1256")])
def test_a_text_file_without_a_text(own, tmp_path, content):
    """A text file of mere space, or too short to tell its encoding, is refused by name, and what is beside it is loaded."""
    (tmp_path / "bad.txt").write_bytes(content)
    write_text(tmp_path / "good.txt", "نص")
    summary = own.load(tmp_path)
    assert counts(summary) == (1, 0, 0, 1)
    assert summary.refusals[0].place == "bad.txt"
    assert list(own.texts().values()) == ["نص"]


def test_an_empty_file(own, tmp_path):
    """A file without a byte is skipped and said to be, and is no refusal: a day may be without news."""
    (tmp_path / "bad.txt").write_bytes(b"")
    write_text(tmp_path / "good.txt", "نص")
    summary = own.load(tmp_path)
    assert (counts(summary), summary.notes) == ((1, 0, 0, 0), ["skipped: 1 empty file"])


def test_poison_is_repaired_and_counted(own, tmp_path):
    """NUL, lone surrogates and odd line ends become U+FFFD and line ends, are counted, and what is stored can be sent on."""
    write_text(tmp_path / "a.txt", "عنوان\x00", "أ\u2028ب\x01\u2029ج")
    line = r'{"id": "b", "title": "س\ud800", "text": "د\u2028ه\u0000", "tags": ["و\udfff"]}'
    write_lines(tmp_path / "b.jsonl", line)
    summary = own.load(tmp_path)
    assert (counts(summary), summary.repaired) == ((2, 0, 0, 0), 5)
    assert "5 harmful characters replaced by U+FFFD" in summary.sentence()
    assert sorted(own.texts().values()) == sorted(["عنوان\ufffd", "أ", "ب\ufffd", "ج", "س\ufffd", "د", "ه\ufffd"])
    for kind in ("paragraphs", "reports"):
        json.dumps(own.stored(kind), ensure_ascii=False).encode()
    assert counts(own.load(tmp_path)) == (0, 0, 2, 0)


def test_dates_at_the_ends_of_the_calendar(own, tmp_path):
    """What databases write for an unknown date is loaded in a zone in which it is no moment in UTC."""
    lines = [{"id": day, "text": "نص", "published": day} for day in ("0001-01-01", "9999-12-31")]
    in_damascus = read_settings(**{**own.settings.model_dump(), "timezone": "Asia/Damascus"})
    path = write_lines(tmp_path / "a.jsonl", *lines)
    assert counts(load(own.engine, in_damascus, [path], LoadOptions(own.collection))) == (2, 0, 0, 0)
    first = {hit["_source"]["published_from"][:10] for hit in own.stored().values()}
    assert first == {"0001-01-01", "9999-12-30"}


def test_long_paragraphs(own, tmp_path):
    """A paragraph that is too long is stored in pieces that joined are the text again, also a flood of one ligature."""
    long = "وصلت القافلة إلى المدينة. " * 700
    flood = "\ufdfa" * 5000
    write_lines(tmp_path / "a.jsonl", {"id": "a", "text": long}, {"id": "b", "text": flood})
    assert own.load(tmp_path).clean
    hits = sorted((hit["_source"] for hit in own.stored().values()), key=lambda source: source["position"])
    for name, text in (("a", long.strip()), ("b", flood)):
        pieces = [hit["text"] for hit in hits if hit["report_id"].startswith(name)]
        assert len(pieces) > 1
        assert "".join(pieces) == text
    # A piece that is over the limit of `normalized` would be left out of it without a word.
    kept = {"bool": {"filter": [{"exists": {"field": "normalized"}}, {"term": {"collection": own.collection}}]}}
    assert own.ask("POST", f"/{own.aliases.paragraphs}/_count", {"query": kept})["count"] == len(hits)


def test_a_report_that_is_larger_than_a_request(own, tmp_path, monkeypatch):
    """A record that no request can hold is refused by name, and the reports beside it are loaded."""
    # The readers' own limits come first today; this one holds whatever they let through.
    monkeypatch.setattr(ready, "LARGEST_RECORD", 110_000)
    write_text(tmp_path / "a.txt", "عنوان", "نص")
    write_text(tmp_path / "b.txt", '"' * 60_000)
    write_text(tmp_path / "c.txt", "آخر")
    summary = own.load(tmp_path)
    assert counts(summary) == (2, 0, 0, 1)
    assert summary.refusals[0].place == "b.txt"
    assert "bytes: split it" in summary.refusals[0].reason
    assert len(own.texts()) == 3
    assert len(own.records()) == 2


def test_a_refused_paragraph_refuses_its_report_alone(alone, tmp_path):
    """A report of which the engine refuses a paragraph is refused, keeps no mark, and is written when the engine takes it."""
    indices = Indices(alone.engine, alone.settings)
    indices.make_missing()
    indices.drop([indices.current("paragraphs")])
    # Without the field `tags`: the strict mapping refuses what it does not know.
    mapping = paragraphs_mapping()
    tags = mapping["properties"].pop("tags")
    body = index_body("paragraphs")
    narrow = {**body, "mappings": mapping, "aliases": {alone.aliases.paragraphs: {}}}
    name = alone.aliases.concrete("paragraphs", "20200101t000000000000", "00000000")
    alone.ask("PUT", f"/{name}", narrow)
    records = [{"id": "a", "text": "نص"}, {"id": "b", "text": "نص", "tags": ["غريب"]}, {"id": "c", "text": "نص"}]
    path = write_lines(tmp_path / "a.jsonl", *records)
    shown = []
    assert counts(load_lines(alone, path, shown)) == (2, 0, 0, 1)
    assert [(refusal.place, refusal.reason) for refusal in shown] == [
        ("a.jsonl:2", "the engine refused a part of it (strict_dynamic_mapping_exception)")
    ]
    complete = {record["place"]: record["complete"] for record in alone.records().values()}
    assert complete == {"a.jsonl:1": True, "a.jsonl:2": False, "a.jsonl:3": True}
    alone.ask("PUT", f"/{name}/_mapping", {"properties": {"tags": tags}})
    assert counts(load_lines(alone, path, shown)) == (1, 0, 2, 0)
    assert all(record["complete"] for record in alone.records().values())


def load_lines(rasd, path, shown):
    """Load a file into the indices as they are, whatever rules they were made by."""
    forms = FormCounter(rasd.engine, rasd.aliases.forms)
    no_vectors = Keeper(rasd.engine, "", None)
    targets = loading.Targets(rasd.aliases.reports, rasd.aliases.paragraphs, forms, no_vectors)
    loader = Loader(rasd.engine, rasd.settings, targets, refused=shown.append)
    return loader.load(ready_reports(find_sources([path]), Preparation(rasd.collection, rasd.settings.zone), 0))


@pytest.mark.parametrize("step", ["_write_records", "_write_paragraphs", "_mark_complete", "_count"])
def test_a_crash_between_the_steps(own, tmp_path, monkeypatch, step):
    """Whatever step a load dies before, the next load writes what is not complete, and ends as if nothing had happened."""
    path = write_text(tmp_path / "a.txt", "عنوان", *(f"نص {number}" for number in range(9)))
    own.load(path)
    write_text(path, "عنوان", "جديد")
    second = write_text(tmp_path / "b.txt", "عنوان", "نص")

    def die(*_arguments):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Loader, step, die)
        with pytest.raises(RuntimeError, match="killed"):
            own.load(tmp_path)
    after = own.load(tmp_path)
    expected = {"_write_records": (1, 1, 0, 0), "_count": (0, 0, 2, 0)}
    assert counts(after) == expected.get(step, (2, 0, 0, 0))
    assert sorted(own.texts().values()) == sorted(["عنوان", "جديد", "عنوان", "نص"])
    assert [record["complete"] for record in own.records().values()] == [True, True]
    assert counts(own.load(second)) == (0, 0, 1, 0)


def test_a_report_without_the_mark_is_not_loaded(own, tmp_path):
    """A record that has its hash and lacks the mark is written again: a hash alone proves nothing."""
    path = write_text(tmp_path / "a.txt", "عنوان", "نص")
    own.load(path)
    (report_id,) = own.records()
    own.ask("POST", f"/{own.aliases.reports}/_update/{report_id}", {"doc": {"complete": False}})
    for name in own.stored():
        own.ask("DELETE", f"/{own.aliases.paragraphs}/_doc/{name}")
    assert own.texts() == {}
    assert counts(own.load(path)) == (1, 0, 0, 0)
    assert sorted(own.texts().values()) == ["عنوان", "نص"]


def test_a_stale_load_changes_nothing(own, tmp_path):
    """A paragraph that a newer load has written is not written over by one that read the store before it."""
    path = write_text(tmp_path / "a.txt", "عنوان", "نص")
    own.load(path)
    (report_id,) = own.records()
    for name, hit in own.stored().items():
        query = f"/{own.aliases.paragraphs}/_doc/{name}?version=7&version_type=external&refresh=true"
        own.ask("PUT", query, {**hit["_source"], "text": "أحدث", "report_version": 7})
    write_text(path, "عنوان", "أقدم")
    summary = own.load(path)
    assert counts(summary) == (0, 0, 0, 1)
    assert summary.refusals[0].reason == "a newer version of this report has been written meanwhile"
    assert list(own.texts().values()) == ["أحدث", "أحدث"]
    assert own.records()[report_id]["complete"] is False


@pytest.mark.parametrize("kind", ["reports", "paragraphs"])
def test_writing_wants_the_alias(alone, tmp_path, monkeypatch, kind):
    """When an alias vanishes during a load, the load fails, and no index of the alias's own name comes to be."""
    before = Loader._flush  # noqa: SLF001  (the moment between making the indices and writing)

    def lose_alias(loader, batch):
        alone.engine.delete_index(Indices(alone.engine, alone.settings).current(kind))
        return before(loader, batch)

    monkeypatch.setattr(Loader, "_flush", lose_alias)
    with pytest.raises(IndexerError, match="index_not_found_exception"):
        alone.load(write_text(tmp_path / "a.txt", "نص"))
    assert alone.aliases.of(kind) not in alone.engine.indices("*")


def test_a_stray_index_of_the_aliass_name(alone, tmp_path):
    """An index that has the alias's own name is named in the message, and nothing is written to it."""
    alone.ask("PUT", f"/{alone.aliases.paragraphs}", {})
    try:
        with pytest.raises(IndexerError, match=f"^{alone.aliases.paragraphs} is an index and not an alias"):
            alone.load(write_text(tmp_path / "a.txt", "نص"))
        assert alone.engine.count(alone.aliases.paragraphs) == 0
    finally:
        alone.engine.delete_index(alone.aliases.paragraphs)


def test_paragraphs_that_are_gone(alone, tmp_path):
    """When the paragraphs were deleted, the load says what mends it; "unchanged" would be untrue."""
    path = write_text(tmp_path / "a.txt", "نص")
    alone.load(path)
    alone.engine.delete_index(Indices(alone.engine, alone.settings).current("paragraphs"))
    with pytest.raises(IndexerError, match=r"its reports are still stored: run `python -m indexer rebuild`"):
        alone.load(path)


@pytest.mark.parametrize("kind", INDEX_KINDS)
def test_indices_of_other_rules(own, tmp_path, kind):
    """An index that was made by other rules is not written to, and the message says what mends it."""
    own.rasd.make_indices()
    name = Indices(own.engine, own.settings).current(kind)
    said = rf"^{name} was made by other rules .00000000; .*`python -m indexer rebuild`"
    own.ask("PUT", f"/{name}/_mapping", {"_meta": {"version": "00000000"}})
    try:
        with pytest.raises(IndexerError, match=said):
            own.load(write_text(tmp_path / "a.txt", "نص"))
    finally:
        own.ask("PUT", f"/{name}/_mapping", {"_meta": {"version": version_of(kind)}})
    assert own.stored() == own.stored("reports") == {}


def test_ctrl_c_keeps_what_was_written(own, tmp_path, monkeypatch):
    """A load that is interrupted keeps the batches that it wrote, and the next load does the rest."""
    monkeypatch.setattr("indexer.batch.PARAGRAPHS", 5)
    path = write_lines(tmp_path / "a.jsonl", *({"id": f"a-{number}", "text": "نص"} for number in range(20)))
    interrupt_after(2, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        own.load(path)
    assert len(own.texts()) == 10
    monkeypatch.undo()
    assert counts(own.load(path)) == (10, 0, 10, 0)


def interrupt_after(batches, monkeypatch):
    """Let Ctrl-C come after some batches."""
    before = Loader._flush  # noqa: SLF001  (the moment between two batches)
    flushed = []

    def flush(loader, batch):
        if len(flushed) == batches:
            raise KeyboardInterrupt
        flushed.append(batch)
        return before(loader, batch)

    monkeypatch.setattr(Loader, "_flush", flush)


def test_a_killed_indexer_loses_nothing(alone, tmp_path):
    """An indexer that is killed at any moment and started again ends with every report complete and none twice."""
    rng = random.Random(11)  # noqa: S311  (a seed, so that a failure can be seen again)
    numbers = range(2000)
    reports = [
        {"id": f"r-{number}", "title": f"عنوان {number}", "paragraphs": [f"نص {number} {line}" for line in range(4)]}
        for number in numbers
    ]
    write_lines(tmp_path / "a.jsonl", *reports)
    killed_at = [kill_at_random(alone, tmp_path, rng) for _ in range(3)]
    assert any(0 < documents < 12_000 for documents in killed_at)
    assert indexer(alone, tmp_path).wait(timeout=120) == 0
    body = {"_source": ["text"], "query": {"match_all": {}}}
    found = [(hit["_id"], hit["_source"]["text"]) for hit in everything(alone, alone.aliases.paragraphs, body)]
    ids = [Identity("id", f"r-{number}").report_id("default") for number in numbers]
    expected = {f"{ids[number]}:0": f"عنوان {number}" for number in numbers}
    expected |= {f"{ids[number]}:{line + 1}": f"نص {number} {line}" for number in numbers for line in range(4)}
    assert len(found) == len(expected) == 10_000
    assert dict(found) == expected
    states = [hit["_source"]["complete"] for hit in everything(alone, alone.aliases.reports, {"_source": ["complete"]})]
    assert states == [True] * 2000
    assert counts(alone.rasd.load(tmp_path)) == (0, 0, 2000, 0)


def everything(rasd, alias, body):
    """Return every hit of a search."""
    return [hit for page in rasd.engine.pages(alias, body, size=1000) for hit in page]


def indexer(rasd, path):
    """Start `python -m indexer load` as a process of its own."""
    environment = {"RASD_OPENSEARCH_URL": rasd.settings.opensearch_url, "RASD_INDEX": rasd.settings.index}
    return subprocess.Popen(
        [sys.executable, "-m", "indexer", "load", str(path)],
        env={**os.environ, **environment},
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_at_random(rasd, path, rng):
    """Start an indexer, kill it when some more documents are there, and return how many there are."""
    wanted = written(rasd) + rng.randint(0, 2500)
    process = indexer(rasd, path)
    while written(rasd) <= wanted and process.poll() is None:
        time.sleep(0.01)
    time.sleep(rng.random() / 10)
    process.kill()
    process.wait()
    return written(rasd)


def written(rasd, names="*"):
    """Return how many documents can be found now, none while the indices are made."""
    url = f"{rasd.settings.opensearch_url}/{rasd.aliases.paragraphs}{names}"
    httpx2.post(f"{url}/_refresh", timeout=30)
    answer = httpx2.get(f"{url}/_count", timeout=30)
    return answer.json()["count"] if answer.status_code == 200 else 0


def test_ctrl_c_of_a_big_load(alone, tmp_path):
    """Ctrl-C of a load with processes of its own ends it in order, and the same command again does what is left."""
    reports = (
        {"id": f"r-{number}", "paragraphs": [f"نص {number} {line}" for line in range(4)]} for number in range(1500)
    )
    write_lines(tmp_path / "a.jsonl", *reports)
    settings = {"RASD_OPENSEARCH_URL": alone.settings.opensearch_url, "RASD_INDEX": alone.settings.index}
    environment = {**os.environ, **settings, "RASD_LOAD_PROCESSES": "1", "RASD_LOAD_CONNECTIONS": "2"}
    command = [sys.executable, "-m", "indexer", "load", str(tmp_path)]
    # In a group of its own, as a terminal has it: Ctrl-C goes to the helpers too.
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    while written(alone, "-paragraphs-*") == 0 and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    said, error = process.communicate(timeout=120)
    assert (process.returncode, said) == (130, "")
    assert error == "\nstopped: the same command again does what is left\n"
    loaded = sum(record["_source"]["complete"] for record in everything(alone, alone.aliases.reports, {}))
    assert 0 < loaded < 1500
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert f"1,500 reports: {1500 - loaded:,} created, 0 replaced, {loaded:,} unchanged, 0 refused" in done.stdout
    assert len(everything(alone, alone.aliases.paragraphs, {})) == 6000
