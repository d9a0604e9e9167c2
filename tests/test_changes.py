"""`/v1/changes`: a mirror that follows it ends equal to the corpus, whatever happens meanwhile."""

from __future__ import annotations

import json
import time

import pytest
from conftest import Client, serving

from api import changes
from api.answers import ChangesAnswer
from api.changes import Place
from indexer import commands
from indexer.takedown import take_down


class Mirror:
    """A copy of the corpus, by report, kept up by the changes alone."""

    def __init__(self, client):
        self.client = client
        self.reports = {}
        self.cursor = None
        self.told = 0

    def follow(self, size=2):
        """Walk to the end of what is to be told."""
        while True:
            asked = {"size": size, **({"cursor": self.cursor} if self.cursor else {})}
            response = self.client.get("/v1/changes", **asked)
            if response.status_code == 410:
                self.reports, self.cursor = {}, None
                continue
            answer = response.raise_for_status().json()
            ChangesAnswer.model_validate(answer)
            self.cursor = answer["next_cursor"]
            for change in answer["changes"]:
                self.apply(change)
            if not answer["more"]:
                return

    def apply(self, change):
        """Drop or fetch one report."""
        self.told += 1
        self.reports.pop(change["id"], None)
        if not change["deleted"]:
            report = self.client.get(f"/v1/reports/{change['id']}")
            if report.status_code == 200:  # 410: taken down meanwhile, which a later change tells
                self.reports[change["id"]] = [paragraph["text"] for paragraph in report.json()["paragraphs"]]


@pytest.fixture
def alone(new_rasd):
    """A Rasd and a client for one test."""
    with new_rasd() as rasd, serving(rasd.settings) as url:
        client = Client(url)
        with client.http:
            yield rasd, client


def write(folder, texts):
    """Write one .jsonl of reports by id."""
    lines = [json.dumps({"id": name, "paragraphs": list(text)}) for name, text in texts.items()]
    (folder / "r.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def corpus(rasd):
    """Return what is searched, by report, as the engine has it."""
    rasd.engine.refresh(rasd.aliases.paragraphs)
    hits = [hit["_source"] for page in rasd.engine.pages(rasd.aliases.paragraphs, {}) for hit in page]
    reports = {}
    for hit in sorted(hits, key=lambda hit: hit["position"]):
        reports.setdefault(hit["report_id"], []).append(hit["text"])
    return reports


def test_a_mirror_follows(alone, tmp_path):
    """Through loads, replacements, deletions, a restored report and a fresh load, the mirror is what the corpus is."""
    rasd, client = alone
    texts = {f"r{number}": [f"نص {number}", "آخر"] for number in range(7)}
    mirror = Mirror(client)
    rasd.load(write(tmp_path, texts))
    mirror.follow()
    assert mirror.reports == corpus(rasd)
    assert len(mirror.reports) == 7
    rasd.load(write(tmp_path, {**texts, "r1": ["بديل"], "r7": ["جديد"]}))
    ids = sorted(mirror.reports)
    take_down(rasd.engine, rasd.settings, ids[2:4])
    mirror.follow()
    assert mirror.reports == corpus(rasd)
    assert not {*ids[2:4]} & {*mirror.reports}
    options = commands.LoadOptions("default", restore=True)
    commands.load(rasd.engine, rasd.settings, [tmp_path], options)
    take_down(rasd.engine, rasd.settings, ids[:1])
    mirror.follow()
    assert mirror.reports == corpus(rasd)
    assert len(mirror.reports) == 7
    commands.load_fresh(rasd.engine, rasd.settings, [write(tmp_path, {"r9": ["وحيد"]})], options)
    mirror.follow()
    assert mirror.reports == corpus(rasd)
    assert len(mirror.reports) == 1


def test_what_is_written_late_is_told(alone, tmp_path):
    """A record that was stamped before the mirror came by, and became visible after it, is told by the next walk."""
    rasd, client = alone
    rasd.load(write(tmp_path, {f"r{number}": ["نص"] for number in range(5)}))
    mirror = Mirror(client)
    mirror.follow(size=2)
    (early, *_) = client.get("/v1/changes").json()["changes"]
    # What a slow bulk request does: a second record, stamped a moment before those that the mirror has read.
    late = rasd.engine.documents(rasd.aliases.reports, [early["id"]])[early["id"]]
    rasd.engine.put(rasd.aliases.reports, "late-1", {**late, "report_id": "late-1"})
    mirror.told = 0
    mirror.apply = lambda change: mirror.reports.update({change["id"]: []})
    mirror.follow(size=2)
    assert "late-1" in mirror.reports


def test_old_changes_are_told_once(alone, tmp_path, monkeypatch):
    """What is older than the overlap is not told again: the second walk tells nothing."""
    monkeypatch.setattr(changes, "OVERLAP", 0.05)
    rasd, client = alone
    rasd.load(write(tmp_path, {f"r{number}": ["نص"] for number in range(5)}))
    time.sleep(0.1)
    mirror = Mirror(client)
    mirror.follow()
    assert mirror.told == 5
    mirror.follow()
    assert mirror.told == 5


def test_the_place_of_the_next_walk():
    """A walk turns back to where the last minutes began when it came into them, however long it then stays there."""
    start = Place("i", 0)
    settled = start.after({"_index": "i", "sort": [1_000, "a"]}, now=1_000_000)
    assert settled.turned() == settled == Place("i", 1_000, "a", None)
    inside = settled.after({"_index": "i", "sort": [990_000, "b"]}, now=1_000_000)
    assert inside == Place("i", 990_000, "b", 700_000)
    later = inside.after({"_index": "i", "sort": [1_990_000, "c"]}, now=2_000_000)
    assert later.turned() == Place("i", 700_000, "", None)
    assert start.after({"_index": "i", "sort": [100, "a"]}, now=200).back == 0


def test_many_of_one_moment(alone):
    """Records that share a moment, more than a page has, are told each once."""
    rasd, client = alone
    rasd.make_indices()
    record = {"collection": "c", "identity": "id", "version": 1, "end": 1, "complete": True, "content_hash": "0"}
    stamped = {**record, "changed_at": "2024-01-01T00:00:00.000Z"}
    for number in range(7):
        rasd.engine.put(rasd.aliases.reports, f"r{number}", {**stamped, "report_id": f"r{number}"})
    told, cursor = [], {}
    while True:
        answer = client.get("/v1/changes", size=2, **cursor).json()
        told += [change["id"] for change in answer["changes"]]
        cursor = {"cursor": answer["next_cursor"]}
        if not answer["more"]:
            break
    assert told == [f"r{number}" for number in range(7)]
    assert client.get("/v1/changes", **cursor).json()["changes"] == []


def test_since_a_moment(alone, tmp_path):
    """`changed_since` leaves out what is older; a moment without its zone is refused."""
    rasd, client = alone
    rasd.load(write(tmp_path, {"a": ["نص"]}))
    assert len(client.get("/v1/changes", changed_since="2020-01-01T00:00:00Z").json()["changes"]) == 1
    assert client.get("/v1/changes", changed_since="2999-01-01T00:00:00+03:00").json()["changes"] == []
    for wrong in ("2020-01-01T00:00:00", "1577836800", "0.5", "2020-01-01"):
        refused = client.get("/v1/changes", changed_since=wrong)
        assert [error["field"] for error in refused.json()["errors"]] == ["changed_since"], wrong


@pytest.mark.parametrize("cursor", ["x", "WzEsImkiLDAsIiIsMF0", "W10", "WzEsInJhc2QtcmVwb3J0cyIsMSwiIixudWxsXQ"])
def test_forged_cursors(alone, cursor):
    """A cursor that is none of ours is a 422."""
    rasd, client = alone
    rasd.make_indices()
    assert client.get("/v1/changes", cursor=cursor).status_code == 422
