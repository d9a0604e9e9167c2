"""Writes that must not happen: past a missing alias, over a tombstone, beside another indexer."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path

from bench.reliability.checks import Seen
from bench.reliability.trial import Trial, opened, reports, write_lines
from indexer.engine import Action
from indexer.errors import EngineRefused, IndexerError
from indexer.lock import LOCK_ID
from indexer.takedown import take_down
from settings import Settings

REPORTS = 20
TOLD_WITHIN = 1.0
"""Seconds in which a load says that an alias is missing."""
REFUSED_WITHIN, FREE_WITHIN = 5.0, 60.0
"""Seconds in which a second indexer is refused, with the start of Python, and in which another is through after a kill."""


@contextmanager
def _loaded(settings: Settings, chance: random.Random) -> Iterator[tuple[Trial, str]]:
    with opened(settings) as trial, tempfile.TemporaryDirectory() as folder:
        write_lines(Path(folder) / "a.jsonl", reports(chance, REPORTS, 2))
        trial.load(folder)
        yield trial, folder


def missing_alias(settings: Settings, chance: random.Random) -> Seen:
    """Take each alias away in turn and load: it ends with an error, makes no index and writes nothing."""
    faults, slowest = [], 0.0
    for kind in ("paragraphs", "reports", "forms"):
        with _loaded(settings, chance) as (trial, folder):
            name, alias = str(trial.indices.current(kind)), trial.aliases.of(kind)
            write_lines(Path(folder) / "b.jsonl", [{"id": "late", "text": "نص"}])
            trial.engine.move_aliases([{"remove": {"index": name, "alias": alias}}])
            before, count = trial.names(), _documents(trial)
            code, _said, error = trial.run("load", folder)
            slowest = max(slowest, _told_after(trial, folder))
            if code != 1 or alias not in error or trial.names() != before:
                faults.append(f"{kind}: {error.strip()[-200:]}")
            if _documents(trial) != count:
                faults.append(f"{kind}: something was written")
    figure = f"3 aliases taken away: {len(faults)} loads that went on; told within {slowest:.2f} s"
    return Seen("; ".join([figure, *faults]), not faults and slowest <= TOLD_WITHIN)


def _told_after(trial: Trial, folder: str) -> float:
    """Return after how many seconds a load says so, without the start of Python: in this process; infinite if it does not."""
    started = time.monotonic()
    try:
        trial.load(folder)
    except IndexerError:
        return time.monotonic() - started
    return inf


def _documents(trial: Trial) -> int:
    """Return how many documents there are, with aliases or without; the lock comes and goes, so not of the state."""
    patterns = ",".join(trial.aliases.concrete_pattern(kind) for kind in ("paragraphs", "reports", "forms"))
    trial.engine.refresh(patterns)
    return trial.engine.count(patterns)


def stray_index(settings: Settings, chance: random.Random, *, require_alias: bool = True) -> Seen:
    """Lose the alias in the middle of a load, on an engine that makes indices by itself."""
    with _loaded(settings, chance) as (trial, _folder):
        alias = trial.aliases.paragraphs
        trial.engine.move_aliases([{"remove": {"index": str(trial.indices.current("paragraphs")), "alias": alias}}])
        before = trial.names()
        allow = "action.auto_create_index"
        trial.ask("PUT", "/_cluster/settings", {"transient": {allow: f"+{alias}"}})
        try:
            refused = len(trial.engine.bulk([Action(alias, "late:1", 1, {"text": "x"})], require_alias=require_alias))
        finally:
            trial.ask("PUT", "/_cluster/settings", {"transient": {allow: None}})
        stray = trial.names() - before
        with suppress(EngineRefused):
            trial.engine.delete_index(alias)
    return Seen(f"{refused} of 1 late write refused, {len(stray)} stray indices", refused == 1 and not stray)


def late_write(settings: Settings, chance: random.Random, *, versions: bool = True) -> Seen:
    """Take reports down, and let a write come in that a load had sent before; `versions` is what keeps it out."""
    with _loaded(settings, chance) as (trial, _folder):
        complete = trial.complete()
        old = [
            Action(trial.aliases.paragraphs, f"{report_id}:1", 2 if versions else None, _document(trial, report_id))
            for report_id in complete
        ]
        take_down(trial.engine, trial.settings, sorted(complete))
        refused = len(trial.engine.bulk(old))
        left = len(trial.paragraphs())
    figure = f"{len(old)} late writes after a takedown: {refused} refused (409), {left} paragraphs back"
    return Seen(figure, refused == len(old) and not left)


def _document(trial: Trial, report_id: str) -> dict[str, object]:
    """Return the first paragraph of a report as it is stored."""
    return dict(trial.engine.documents(trial.aliases.paragraphs, [f"{report_id}:1"])[f"{report_id}:1"])


UNLOCKED = """
import sys
from indexer.lock import Lock
Lock.acquire = lambda self: None
Lock.check = lambda self: None
Lock.release = lambda self: None
from indexer.__main__ import main
main()
"""
"""The indexer as it would be without its lock."""


def two_indexers(
    settings: Settings, chance: random.Random, *, elsewhere: bool = True, program: tuple[str, ...] = ("-m", "indexer")
) -> Seen:
    """Start a second indexer while one is at work, kill that one, and see when another can go on.

    `elsewhere` waits as a second machine has to, which cannot see that the process has ended.
    """
    with _loaded(settings, chance) as (trial, folder):
        holder = trial.start("load", "-", "--json-outcomes")
        for _ in range(600):
            if trial.engine.stored(trial.aliases.state, LOCK_ID):
                break
            time.sleep(0.05)
        try:
            started = time.monotonic()
            code, _said, error = trial.run("load", folder, program=program)
            refused_after = time.monotonic() - started
        finally:
            holder.kill()
            holder.communicate()
        if elsewhere and (found := trial.engine.stored(trial.aliases.state, LOCK_ID)):
            body = {**found.source["body"], "process": ""}
            trial.engine.put_stored(trial.aliases.state, LOCK_ID, {**found.source, "body": body}, found)
        started = time.monotonic()
        while trial.run("load", folder)[0] and time.monotonic() - started < 120:
            pass
        free_after = time.monotonic() - started
    is_one = code == 1 and "only one writes at a time" in error
    figure = (
        f"the second indexer {'refused' if is_one else 'wrote'} after {refused_after:.1f} s (with the start of Python); "
        f"after SIGKILL of the first another {'machine' if elsewhere else 'process'} was through in {free_after:.1f} s"
    )
    return Seen(figure, is_one and refused_after <= REFUSED_WITHIN and free_after <= FREE_WITHIN)
