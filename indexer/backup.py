"""Backups: snapshots of the engine that hold all indices of one Rasd, and the way back from them.

The copying is the engine's. What is done here is what a call of its API does not know: which indices belong together, that
nobody writes meanwhile, that what comes back is counted before it is searched, and that nothing comes back that was
taken away since: reports that were taken down, keys that were revoked, collections that were made private.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import stamina

from analyzers.mappings import BOUNDED, INDEX_KINDS
from analyzers.names import ACCESS_ID, Aliases
from indexer.check import BURIED
from indexer.corpus import write_corpus
from indexer.engine import Action, WritingEngine
from indexer.errors import IndexerError
from indexer.forms import LEDGER_ID, FormLedger
from indexer.indices import Indices, stamp
from indexer.lock import LOCK_ID, writing_lock
from indexer.takedown import copy_tombstones
from indexer.vectors import write_embedding
from settings import Settings

Json = dict[str, Any]

OURS = "rasd"
"""Key of what a snapshot says of itself: which Rasd, and how many documents of each kind."""

COUNTED = ("reports", "paragraphs", "forms")
"""Kinds to which nobody writes while the lock is held; the API notes in the state when a key was used."""
_ASKED: Json = {"attempts": None, "timeout": None, "wait_initial": 0.2, "wait_jitter": 0.1, "wait_max": 5.0}
"""How often the engine is asked whether it is done: as long as it takes, for a large index is hours of copying."""


class _NotYet(Exception):
    """The engine is still at it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A snapshot that was made by a backup: of which Rasd (`index`), its indices and how many documents each kind has."""

    name: str
    state: str
    index: str
    indices: dict[str, str]
    counts: dict[str, int]
    since: str

    def sentence(self) -> str:
        """Return it as one line for the terminal."""
        told = ", ".join(f"{self.counts[kind]:,} {kind}" for kind in ("reports", "paragraphs") if kind in self.counts)
        return f"{self.name}: {self.state}, {self.since}, {self.index}: {told}"


def backups(engine: WritingEngine, settings: Settings) -> list[Backup]:
    """Return the backups in the repository, of every Rasd, oldest first; none where there is no repository."""
    if not engine.has_repository(settings.backup_repository):
        return []
    snapshots = engine.snapshots(settings.backup_repository)
    return [_read(told) for told in snapshots if OURS in (told.get("metadata") or {})]


def take_backup(engine: WritingEngine, settings: Settings, name: str) -> Backup:
    """Make a backup of all indices of this Rasd and return it, whole. Nobody writes meanwhile; searches go on."""
    indices = Indices(engine, settings)
    current = {kind: index for kind in INDEX_KINDS if (index := indices.current(kind))}
    if set(current) != set(INDEX_KINDS):
        raise IndexerError("there is nothing to back up: load some reports first")
    with writing_lock(indices, "backup"):
        _make_repository(engine, settings)
        if any(backup.name == name for backup in backups(engine, settings)):
            raise IndexerError(f"there is a backup {name} already: choose another name")
        engine.refresh(*current.values())
        counts = {kind: engine.count(current[kind]) for kind in COUNTED}
        told = {OURS: {"index": settings.index, "counts": counts}}
        body = {"indices": ",".join(current.values()), "include_global_state": False, "metadata": told}
        engine.begin_snapshot(settings.backup_repository, name, body)
        return _wait_until_made(engine, settings, name)


def restore_backup(engine: WritingEngine, settings: Settings, name: str) -> Backup:
    """Bring a backup back into new indices, count them, and swap them in; searches are answered all the while.

    The backup may be of another Rasd: it then becomes this one. What this one has taken down, and its keys, stay as they
    are.
    """
    backup = next((backup for backup in backups(engine, settings) if backup.name == name), None)
    if backup is None or backup.state != "SUCCESS":
        raise IndexerError(f"there is no whole backup {name} in {settings.backup_repository}: see `backup --list`")
    indices = Indices(engine, settings)
    with writing_lock(indices, "restore"):
        indices.clear_away()
        with _restored(indices, backup) as new:
            _wait_until_there(engine, list(new.values()))
            _refuse_incomplete(engine, new, backup)
            for index in new.values():
                engine.set_index(index, {"number_of_replicas": settings.replicas})
            _carry_over(indices, new)
            indices.swap(new)
        FormLedger(indices).mend()
        write_corpus(engine, indices.aliases, settings.zone)
        write_embedding(engine, settings)
    return backup


def _make_repository(engine: WritingEngine, settings: Settings) -> None:
    """Make the repository where there is none: a folder below what the nodes allow (`path.repo`)."""
    name = settings.backup_repository
    if engine.has_repository(name):
        return
    try:
        engine.make_repository(name, {"type": "fs", "settings": {"location": name}})
    except IndexerError as error:
        raise IndexerError(
            f"the engine has no snapshot repository {name} and could not make one ({error}): give its nodes a folder that "
            "all of them see (path.repo), or register a repository and name it in RASD_BACKUP_REPOSITORY"
        ) from error


def _wait_until_made(engine: WritingEngine, settings: Settings, name: str) -> Backup:
    for attempt in stamina.retry_context(_NotYet, **_ASKED):
        with attempt:
            backup = next((backup for backup in backups(engine, settings) if backup.name == name), None)
            if backup is not None and backup.state == "IN_PROGRESS":
                raise _NotYet
    if backup is None or backup.state != "SUCCESS":
        if backup:
            engine.delete_snapshot(settings.backup_repository, name)
        raise IndexerError(f"the backup {name} did not become whole, and was not kept: the node's log says why")
    return backup


@contextmanager
def _restored(indices: Indices, backup: Backup) -> Iterator[dict[str, str]]:
    """Begin to bring indices back under names of today; where what follows fails, delete those no alias points to."""
    made_at = stamp()
    versions = {kind: index.rpartition("-")[2] for kind, index in backup.indices.items()}
    new = {kind: indices.aliases.concrete(kind, made_at, version) for kind, version in versions.items()}
    body = {
        "indices": ",".join(backup.indices.values()),
        "include_global_state": False,
        "include_aliases": False,
        "rename_pattern": rf"^{backup.index}-({'|'.join(INDEX_KINDS)})-\d+t\d+-([0-9a-f]+)$",
        "rename_replacement": f"{indices.aliases.paragraphs}-$1-{made_at}-$2",
        "index_settings": {
            "index.number_of_replicas": 0,
            **{f"index.{name}": value for name, value in BOUNDED.items()},
        },
    }
    try:
        indices.engine.begin_restore(indices.settings.backup_repository, backup.name, body)
        # Killed from here on, the next command that writes clears them away.
        indices.mark_begun(list(new.values()))
        yield new
    except BaseException:
        indices.drop([name for name in indices.orphans() if name in new.values()])
        raise


def _wait_until_there(engine: WritingEngine, names: list[str]) -> None:
    for attempt in stamina.retry_context(_NotYet, **_ASKED):
        with attempt:
            primaries = [shard for shard in engine.shards(names) if shard["prirep"] == "p"]
            if any(shard["unassigned.reason"] == "ALLOCATION_FAILED" for shard in primaries):
                raise IndexerError("the engine could not bring all of it back: the node's log says why")
            if {shard["state"] for shard in primaries} != {"STARTED"}:
                raise _NotYet


def _refuse_incomplete(engine: WritingEngine, new: dict[str, str], backup: Backup) -> None:
    engine.refresh(*new.values())
    for kind, expected in backup.counts.items():
        if (found := engine.count(new[kind])) != expected:
            raise IndexerError(f"of {expected:,} {kind} came back {found:,}: the indices in use were kept as they are")


def _carry_over(indices: Indices, new: dict[str, str]) -> None:
    """Put into what was brought back what must not be undone by it."""
    engine, aliases = indices.engine, indices.aliases
    # The lock of the backup itself is in there: our own is taken anew once the alias has moved.
    _send(engine, [Action(new["state"], LOCK_ID, None)])
    access = engine.documents(aliases.state, [ACCESS_ID])
    _send(engine, [Action(new["state"], ACCESS_ID, None, document) for document in access.values()])
    if indices.current("reports") and copy_tombstones(engine, aliases.reports, new["reports"]):
        # The spellings of what is about to go are counted anew after the swap.
        _send(engine, [Action(new["state"], LEDGER_ID, None, {"body": {"open": True}})])
        _bury(engine, new)


def _bury(engine: WritingEngine, new: dict[str, str]) -> None:
    """Delete the paragraphs of every report that has a tombstone."""
    engine.refresh(new["reports"])
    for page in engine.pages(new["reports"], {"query": BURIED, "_source": ["version", "end"]}):
        for hit in page:
            ids = [f"{hit['_id']}:{position}" for position in range(hit["_source"]["end"])]
            _send(engine, [Action(new["paragraphs"], name, hit["_source"]["version"]) for name in ids])


def _send(engine: WritingEngine, actions: list[Action]) -> None:
    if failures := engine.bulk(actions, require_alias=False):
        raise IndexerError(f"{failures[0].action.id}: {failures[0].reason}; the indices in use were kept as they are")


def _read(told: Json) -> Backup:
    ours = told["metadata"][OURS]
    aliases = Aliases(ours["index"])
    found = {kind: name for kind in INDEX_KINDS for name in told["indices"] if aliases.is_concrete(kind, name)}
    return Backup(told["snapshot"], told["state"], ours["index"], found, ours["counts"], str(told["start_time"]))
