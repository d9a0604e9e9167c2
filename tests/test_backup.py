"""Backups: what is brought back is what was there, and nothing that was taken away since."""

from __future__ import annotations

import json
import random
import secrets
from contextlib import closing

import pytest
from click.testing import CliRunner
from conftest import Client, serving

from bench.reliability.backup import fingerprint, survive_backups
from indexer.__main__ import main
from indexer.backup import OURS, backups, restore_backup, take_backup
from indexer.engine import WritingEngine
from indexer.errors import IndexerError, LockHeld
from indexer.indices import Indices
from indexer.lock import writing_lock
from indexer.takedown import take_down

REPORTS = 6
WORD = "هدنة"


@pytest.fixture
def kept(new_rasd, tmp_path):
    """A Rasd with six reports, and a repository of its own that is forgotten afterwards."""
    lines = [{"id": f"r{number}", "paragraphs": [f"{WORD} {number}", "فقرة"]} for number in range(REPORTS)]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with new_rasd(backup_repository=f"b{secrets.token_hex(5)}") as rasd:
        rasd.load(tmp_path)
        yield rasd
        if rasd.engine.has_repository(rasd.settings.backup_repository):
            rasd.ask("DELETE", f"/_snapshot/{rasd.settings.backup_repository}")


def run(rasd, *arguments):
    """Run a command of the indexer and return its result."""
    environment = {
        "RASD_OPENSEARCH_URL": rasd.settings.opensearch_url,
        "RASD_INDEX": rasd.settings.index,
        "RASD_BACKUP_REPOSITORY": rasd.settings.backup_repository,
    }
    return CliRunner().invoke(main, list(map(str, arguments)), env=environment)


def ids(rasd):
    """Return the ids of all reports, those too that were taken down."""
    rasd.engine.refresh(rasd.aliases.reports)
    return sorted(hit["_id"] for page in rasd.engine.pages(rasd.aliases.reports, {}) for hit in page)


def test_a_backup_comes_back_under_another_name(kept, new_rasd, tmp_path):
    """Restored as another Rasd, every document is the same, searches find it, and the files check out against it."""
    assert run(kept, "backup", "monday").stdout.startswith("monday: SUCCESS, ")
    assert run(kept, "backup", "--list").stdout.count("\n") == 1
    with new_rasd(backup_repository=kept.settings.backup_repository) as other:
        restored = run(other, "restore", "monday")
        assert restored.exit_code == 0, restored.output
        for kind in ("reports", "paragraphs", "forms"):
            assert fingerprint(kept.engine, kept.settings, kind) == fingerprint(other.engine, other.settings, kind)
        assert run(other, "check", tmp_path, "--others").exit_code == 0
        with serving(other.settings) as url:
            client = Client(url)
            with client.http:
                assert client.search(WORD)["total"]["value"] == REPORTS
        assert not Indices(other.engine, other.settings).orphans()
        # And it can be written to: the lock of the backup did not come back with it.
        assert run(other, "load", tmp_path).exit_code == 0


def test_what_was_lost_comes_back_and_what_was_taken_away_does_not(kept):
    """A restore mends damage; a report that was taken down since stays so, and so do the keys of today."""
    engine, settings = kept.engine, kept.settings
    engine.put(kept.aliases.state, "access", {"body": {"keys": {"old": {}}, "private": []}})
    take_backup(engine, settings, "before")
    gone = ids(kept)[0]
    take_down(engine, settings, [gone])
    kept.ask("DELETE", f"/{kept.aliases.paragraphs}/_doc/{ids(kept)[1]}:1?refresh=true")
    engine.put(kept.aliases.state, "access", {"body": {"keys": {}, "private": ["sources"]}})

    restore_backup(engine, settings, "before")

    engine.refresh(kept.aliases.paragraphs)
    assert engine.count(kept.aliases.paragraphs) == 2 * (REPORTS - 1)
    assert engine.count(kept.aliases.paragraphs, {"term": {"report_id": gone}}) == 0
    assert "deleted_at" in engine.documents(kept.aliases.reports, [gone])[gone]
    access = engine.documents(kept.aliases.state, ["access"])["access"]
    assert access["body"] == {"keys": {}, "private": ["sources"]}
    form = engine.documents(kept.aliases.forms, [WORD]) or engine.documents(kept.aliases.forms, ["هدنه"])
    assert next(iter(form.values()))["paragraphs"] == REPORTS - 1


def test_the_keys_come_back_where_there_are_none(kept, new_rasd):
    """After a loss of everything the marks of private collections are those of the backup."""
    kept.engine.put(kept.aliases.state, "access", {"body": {"keys": {}, "private": ["sources"]}})
    take_backup(kept.engine, kept.settings, "all")
    with new_rasd(backup_repository=kept.settings.backup_repository) as other:
        restore_backup(other.engine, other.settings, "all")
        access = other.engine.documents(other.aliases.state, ["access"])["access"]
        assert access["body"]["private"] == ["sources"]


def test_what_does_not_count_up_is_not_swapped_in(kept):
    """A snapshot that holds less than it says is refused: the indices in use stay, and nothing is left behind."""
    engine, settings = kept.engine, kept.settings
    take_backup(engine, settings, "good")
    (good,) = backups(engine, settings)
    told = {OURS: {"index": good.index, "counts": {**good.counts, "paragraphs": 99}}}
    body = {"indices": ",".join(good.indices.values()), "include_global_state": False, "metadata": told}
    engine.begin_snapshot(settings.backup_repository, "short?wait_for_completion=true", body)
    before = Indices(engine, settings).current("paragraphs")
    result = run(kept, "restore", "short")
    assert result.exit_code == 1
    assert "of 99 paragraphs came back 12" in result.stderr
    assert Indices(engine, settings).current("paragraphs") == before
    assert not Indices(engine, settings).orphans()


def test_what_a_user_can_do_wrong(kept):
    """A name that is taken, a backup that is not there, and another indexer at work end with 1 and a sentence."""
    assert run(kept, "restore", "nothing").exit_code == 1
    assert run(kept, "backup", "Not A Name").exit_code == 2
    assert run(kept, "backup", "twice").exit_code == 0
    again = run(kept, "backup", "twice")
    assert (again.exit_code, "already" in again.stderr) == (1, True)
    with writing_lock(Indices(kept.engine, kept.settings), "load"), closing(WritingEngine(kept.settings)) as other:
        for command in (take_backup, restore_backup):
            with pytest.raises(LockHeld):
                command(other, kept.settings, "twice" if command is restore_backup else "late")


def test_a_repository_that_cannot_be_made(kept):
    """Where the engine allows no such folder, the message says what to do."""
    elsewhere = kept.settings.model_copy(update={"backup_repository": "elsewhere"})
    made = kept.engine.make_repository
    kept.engine.make_repository = lambda name, _body: made(
        name, {"type": "fs", "settings": {"location": "/nowhere/at/all"}}
    )
    with pytest.raises(IndexerError, match="RASD_BACKUP_REPOSITORY"):
        take_backup(kept.engine, elsewhere, "x")


def test_a_node_killed_in_the_middle_of_a_backup():
    """After the kill no partial backup is in the way, the next one is whole, and all of it comes back."""
    seed = secrets.randbelow(2**31)
    seen = survive_backups(300, 1, random.Random(seed))  # noqa: S311  (the same faults again are wanted, not secrets)
    assert seen.kept, f"{seen.figure} (seed {seed})"
