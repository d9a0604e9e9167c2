"""A takedown: nothing of a report can be read any more, anywhere, and it does not come back by itself."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import closing

import pytest
from click.testing import CliRunner
from conftest import Client, serving

from analyzers.mappings import INDEX_KINDS
from indexer import commands
from indexer.__main__ import main
from indexer.engine import Action, WritingEngine
from indexer.errors import LockHeld
from indexer.forms import FormLedger
from indexer.indices import Indices
from indexer.lock import writing_lock
from indexer.rebuild import whole_record
from indexer.summary import Outcome
from indexer.takedown import Fate, take_down

CANARY = "كناريالفريد"
OTHER = "هدنة"


@pytest.fixture
def alone(new_rasd, tmp_path):
    """A Rasd with a report that holds a canary word in everything that it says, and one that stays."""
    with new_rasd() as rasd:
        load(rasd, tmp_path)
        yield rasd


def load(rasd, folder, **how):
    """Load the two reports."""
    canary = dict.fromkeys(("title", "source"), CANARY) | {"places": [CANARY], "actors": [CANARY], "tags": [CANARY]}
    records = [
        {
            "id": "canary",
            **canary,
            "paragraphs": [f"نص {CANARY} أول", f"آخر {CANARY}"],
            "url": f"https://e.example/{CANARY}",
        },
        {"id": "stays", "text": OTHER},
    ]
    (folder / "r.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return commands.load(rasd.engine, rasd.settings, [folder], commands.LoadOptions("default", **how))


def report_of(rasd, text):
    """Return the id of the report that a text is in."""
    found = rasd.engine.search(rasd.aliases.paragraphs, {"query": {"match": {"text": text}}})["hits"]["hits"]
    return found[0]["_source"]["report_id"] if found else None


def everything(rasd):
    """Return all that the indices hold, documents and what is kept beside them to be read by columns, as one text."""
    told = []
    for kind in INDEX_KINDS:
        for name in rasd.engine.indices(rasd.aliases.concrete_pattern(kind)):
            rasd.engine.refresh(name)
            columns = ["forms"] if kind == "paragraphs" else []
            for page in rasd.engine.pages(name, {"docvalue_fields": columns}):
                told += page
    return json.dumps(told, ensure_ascii=False)


def outlets(client, report_id, hit):
    """Yield what each address says that could tell of the report."""
    asked = {"q": CANARY}
    # Without the echo of the query: its word is the canary.
    yield json.dumps(client.search(CANARY)["hits"], ensure_ascii=False)
    for path in ("search.csv", "search.ndjson", "search.atom", "search.feed.json"):
        yield client.get(f"/v1/{path}", q=f"{OTHER} OR نص OR آخر").text
    archive = client.http.post("/v1/evidence", json={"q": "نص"}).content
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        yield opened.read("hits.ndjson").decode()
    yield json.dumps(client.get("/v1/forms", **asked).json()["forms"], ensure_ascii=False)
    yield json.dumps(client.get("/v1/suggest", q=CANARY[:5]).json()["suggestions"], ensure_ascii=False)
    yield json.dumps(client.get("/v1/verify", quote=f"نص {CANARY} أول").json()["matches"], ensure_ascii=False)
    yield client.get("/v1/changes").text
    yield client.get(f"/v1/reports/{report_id}").text
    yield client.get(f"/v1/paragraphs/{hit['id']}").text
    yield client.get(f"/v1/paragraphs/{hit['id']}", v=hit["content_hash"]).text
    yield client.get(f"/v1/paragraphs/{hit['id']}/citation", style="csl-json").text


def test_nothing_of_it_is_left(alone):
    """No address and no document of any index holds a word of it; all but changes tell it before, and 410 after."""
    report_id = report_of(alone, CANARY)
    with serving(alone.settings) as url:
        client = Client(url)
        with client.http:
            hit = client.search(CANARY)["hits"][0]
            before = [CANARY in told for told in outlets(client, report_id, hit)]
            assert (len(before), before.count(False)) == (14, 1)
            (told,) = take_down(alone.engine, alone.settings, [report_id])
            assert (told.fate, told.paragraphs) == (Fate.DELETED, 3)
            assert [CANARY in told for told in outlets(client, report_id, hit)] == [False] * 14
            assert client.get(f"/v1/reports/{report_id}").status_code == 410
            assert client.get(f"/v1/paragraphs/{hit['id']}").status_code == 410
            last = client.get("/v1/changes").json()["changes"][-1]
            assert (last["id"], last["deleted"], last["content_hash"]) == (report_id, True, None)
            assert client.search(OTHER)["total"]["value"] == 1
    assert CANARY not in everything(alone)
    assert OTHER in everything(alone)


def test_it_stays_down(alone, tmp_path):
    """Loaded again it is left out and said to be, also by a fresh load and after a rebuild; `--restore` takes it in."""
    report_id = report_of(alone, CANARY)
    take_down(alone.engine, alone.settings, [report_id])
    summary = load(alone, tmp_path)
    assert summary.clean
    assert "1 left out (taken down earlier; --restore takes them in again)" in summary.sentence()
    commands.rebuild(alone.engine, alone.settings)
    assert CANARY not in everything(alone)
    commands.load_fresh(alone.engine, alone.settings, [tmp_path], commands.LoadOptions("default"))
    assert CANARY not in everything(alone)
    assert report_of(alone, OTHER)
    assert "left out" not in load(alone, tmp_path, restore=True).sentence()
    assert report_of(alone, CANARY) == report_id
    assert load(alone, tmp_path).counts[Outcome.TAKEN_DOWN] == 0


def test_a_late_write_is_kept_out(alone):
    """A load that read the report before its takedown cannot write it back, nor a paragraph that it never had."""
    report_id = report_of(alone, CANARY)
    record = alone.engine.documents(alone.aliases.reports, [report_id])[report_id]
    take_down(alone.engine, alone.settings, [report_id])
    paragraph = {"report_id": report_id, "position": 1, "text": CANARY, "collection": "default"}
    late = [
        Action(alone.aliases.paragraphs, f"{report_id}:1", 2, paragraph),
        Action(alone.aliases.reports, report_id, 2, {**record, "version": 2}),
    ]
    assert [failure.reason for failure in alone.engine.bulk(late)] == [
        "a newer version of this report has been written meanwhile"
    ] * 2
    assert CANARY not in everything(alone)
    (name,) = alone.engine.indices(alone.aliases.paragraphs)
    assert alone.engine.indices(name)[name]["settings"]["index.gc_deletes"] == "1h"


@pytest.mark.parametrize("step", ["_indexed", "_deletion", "FormCounter.flush"])
def test_killed_midway(alone, monkeypatch, step):
    """Killed between any two steps, the same command again ends it, counts of forms included."""
    report_id = report_of(alone, CANARY)

    def die(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(f"indexer.takedown.{step}", die)
        with pytest.raises(KeyboardInterrupt):
            take_down(alone.engine, alone.settings, [report_id])
    (told,) = take_down(alone.engine, alone.settings, [report_id])
    assert told.fate is Fate.DELETED
    assert CANARY not in everything(alone)
    (told,) = take_down(alone.engine, alone.settings, [report_id])
    assert told.fate is Fate.DELETED_EARLIER


def test_on_the_command_line(alone):
    """`delete` says of each report what became of it, for people or for programs; an unknown id is exit code 1."""
    report_id = report_of(alone, CANARY)
    environment = {"RASD_OPENSEARCH_URL": alone.settings.opensearch_url, "RASD_INDEX": alone.settings.index}

    def run(*arguments):
        return CliRunner().invoke(main, ["delete", *arguments], env=environment)

    told = run(report_id)
    assert (told.exit_code, told.output) == (0, f"{report_id}: deleted (3 paragraphs)\n")
    told = run("--json", report_id, "no-such-report", report_id)
    assert told.exit_code == 1
    assert [json.loads(line) for line in told.output.splitlines()] == [
        {"report_id": report_id, "fate": "deleted earlier", "paragraphs": 0},
        {"report_id": "no-such-report", "fate": "unknown", "paragraphs": 0},
    ]


def test_a_rebuild_during_it_brings_nothing_back(alone, monkeypatch):
    """While a report is taken down no rebuild can begin, and none can be under way when a takedown begins."""
    report_id = report_of(alone, CANARY)
    begin = FormLedger.open

    def begin_beside_a_rebuild(ledger):
        with closing(WritingEngine(alone.settings)) as other, pytest.raises(LockHeld, match="`delete`"):
            commands.rebuild(other, alone.settings)
        begin(ledger)

    with (
        writing_lock(Indices(alone.engine, alone.settings), "rebuild"),
        closing(WritingEngine(alone.settings)) as other,
        pytest.raises(LockHeld, match="`rebuild`"),
    ):
        take_down(other, alone.settings, [report_id])
    monkeypatch.setattr(FormLedger, "open", begin_beside_a_rebuild)
    (told,) = take_down(alone.engine, alone.settings, [report_id])
    assert told.fate is Fate.DELETED
    assert CANARY not in everything(alone)
    commands.rebuild(alone.engine, alone.settings)
    assert CANARY not in everything(alone)


def test_what_it_was_like_is_gone(alone, tmp_path):
    """Nothing is left of what near copies are found by: a guess at the text could be held to it. Also not after a rebuild."""
    words = " ".join(f"كلمة{number}" for number in range(20))
    (tmp_path / "r.jsonl").write_text(json.dumps({"id": "long", "text": words}), encoding="utf-8")
    commands.load(alone.engine, alone.settings, [tmp_path], commands.LoadOptions("default"))
    report_id = report_of(alone, words)
    like = {"bands", "signature", "story", "content_hash"}
    assert like <= alone.engine.documents(alone.aliases.reports, [report_id])[report_id].keys()
    take_down(alone.engine, alone.settings, [report_id])
    assert not like & alone.engine.documents(alone.aliases.reports, [report_id])[report_id].keys()
    copied = whole_record({"_id": report_id, "_source": {"deleted_at": "2026-01-01", "complete": True}})
    assert copied == {"report_id": report_id, "deleted_at": "2026-01-01", "complete": True}
