"""A backup with the node killed in the middle of it, and what comes back of it (R13)."""

from __future__ import annotations

import hashlib
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from analyzers.mappings import INDEX_KINDS
from analyzers.names import Aliases
from bench.nodes import kill, own_node
from bench.reliability.checks import Seen
from bench.reliability.grounds import ask, child, report, word
from engine import LocalNode
from indexer.backup import backups, restore_backup, take_backup
from indexer.commands import LoadOptions, load
from indexer.engine import WritingEngine
from settings import Settings

REPOSITORY = "rasd"
SLOW = "40kb"
"""Bytes a second that a snapshot may write while it is to be killed in the middle."""

Spoil = Callable[[WritingEngine, Aliases], None]


def survive_backups(reports: int, kills: int, chance: random.Random, spoil: Spoil | None = None) -> Seen:
    """Kill the node in the middle of backups, make one, bring it back under another name, and compare all documents."""
    with _loaded(reports) as (node, settings):
        left = sum(_killed_backup(node, settings, number, chance) for number in range(kills))
        _throttle(settings, None)
        with closing(WritingEngine(settings)) as engine:
            started = time.monotonic()
            # Under the name of one that was killed.
            made = take_backup(engine, settings, "killed-0")
            took = time.monotonic() - started
            other = settings.model_copy(update={"index": "other"})
            started = time.monotonic()
            restore_backup(engine, other, "killed-0")
            back = time.monotonic() - started
            if spoil:
                spoil(engine, Aliases("other"))
            same = [fingerprint(engine, settings, kind) == fingerprint(engine, other, kind) for kind in COMPARED]
        told = (
            f"{kills} kills in the middle of a backup: {left} partial backups left, the next one is {made.state} in "
            f"{took:.1f} s; {made.counts['paragraphs']:,} paragraphs back under another name in {back:.1f} s, "
            f"{'every document the same' if all(same) else 'NOT the same documents'}"
        )
        return Seen(told, not left and made.state == "SUCCESS" and all(same))


COMPARED = [kind for kind in INDEX_KINDS if kind != "state"]
"""The state says when it was loaded, and who writes: it is not the same a moment later."""


def fingerprint(engine: WritingEngine, settings: Settings, kind: str) -> tuple[int, str]:
    """Return the count of documents behind an alias, and one hash over their ids, versions and sources."""
    alias = Aliases(settings.index).of(kind)
    engine.refresh(alias)
    seen = []
    for page in engine.pages(alias, {"version": True}):
        seen += [hashlib.sha256(repr((hit["_id"], hit["_version"], hit["_source"])).encode()).digest() for hit in page]
    return len(seen), hashlib.sha256(b"".join(sorted(seen))).hexdigest()


def lose_one(engine: WritingEngine, aliases: Aliases) -> None:
    """Take one paragraph out of what came back, past everything."""
    found = engine.search(aliases.paragraphs, {"size": 1})["hits"]["hits"][0]
    ask(engine.addresses[0], "DELETE", f"/{aliases.paragraphs}/_doc/{found['_id']}?refresh=true")


@contextmanager
def _loaded(reports: int) -> Iterator[tuple[LocalNode, Settings]]:
    """Start a node, and load reports into it."""
    with own_node() as node, tempfile.TemporaryDirectory() as folder:
        settings = node.settings.model_copy(update={"opensearch_url": node.url, "index": "one"})
        file = Path(folder) / "reports.jsonl"
        lines = (report(number, [word(number), word(number // 2)]) for number in range(reports))
        file.write_text("".join(lines), encoding="utf-8")
        with closing(WritingEngine(settings)) as engine:
            load(engine, settings, [file], LoadOptions("default"))
        _throttle(settings, SLOW)
        yield node, settings


def _throttle(settings: Settings, rate: str | None) -> None:
    """Register the repository; with a rate no snapshot writes faster than that."""
    # Forgotten first: registered over itself it would keep the rate that it had. The files stay.
    ask(settings.opensearch_url or "", "DELETE", f"/_snapshot/{REPOSITORY}")
    own = {"max_snapshot_bytes_per_sec": rate} if rate else {}
    body = {"type": "fs", "settings": {"location": REPOSITORY, **own}}
    status, told = ask(settings.opensearch_url or "", "PUT", f"/_snapshot/{REPOSITORY}", body)
    if status != 200:
        raise AssertionError(told)


def _killed_backup(node: LocalNode, settings: Settings, number: int, chance: random.Random) -> int:
    """Kill the node while it makes a backup, start it again, and return how many partial backups are in the way."""
    own = {"RASD_OPENSEARCH_URL": str(settings.opensearch_url), "RASD_INDEX": settings.index}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with child("indexer", "backup", f"killed-{number}", settings=own, **quiet) as process:
        with closing(WritingEngine(settings)) as engine:
            while not any(backup.state == "IN_PROGRESS" for backup in backups(engine, settings)):
                if process.poll() is not None:
                    raise AssertionError("the backup was over before it could be killed")
                time.sleep(0.05)
        time.sleep(chance.uniform(0, 1))
        kill(node)
        if process.wait() == 0:
            raise AssertionError("a backup whose node was killed said that it was made")
    # On the ports of before.
    node.start()
    with closing(WritingEngine(settings)) as engine:
        return sum(backup.state != "SUCCESS" for backup in backups(engine, settings))
