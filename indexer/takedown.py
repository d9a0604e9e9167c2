"""A takedown: a report leaves everything that can be read; a tombstone without text says that it was there.

Killed anywhere, it is finished by the same command again: the tombstone comes first and is marked `complete` last, and
forms whose counts were not in are counted anew by the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from indexer.corpus import write_corpus
from indexer.dates import engine_date
from indexer.engine import Action, WritingEngine
from indexer.errors import IndexerError
from indexer.forms import FormCounter, FormLedger
from indexer.indices import Indices
from indexer.lock import writing_lock
from indexer.records import Json
from settings import Settings

VERSION_STEP = 1000
"""What a tombstone's version lies above the record's. A load that read the record before writes the next version or two,
and must not be able to write over the tombstone."""


class Fate(StrEnum):
    """What a takedown made of a report."""

    DELETED = "deleted"
    DELETED_EARLIER = "deleted earlier"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Takedown:
    """A report that was to be taken down, what became of it, and how many paragraphs left the index."""

    report_id: str
    fate: Fate
    paragraphs: int = 0


@dataclass(slots=True)
class _Burial:
    """A stored record on its way out: its tombstone, and the paragraphs that are searched now."""

    report_id: str
    tombstone: Json
    paragraphs: list[Json] = field(default_factory=list)
    is_counted: bool = True
    """Whether its forms are in the counts: those of a report that never came to be complete are not."""


def is_tombstone(document: Json) -> bool:
    """Tell whether a document of the report store stands for a report that was taken down."""
    return "deleted_at" in document


def take_down(engine: WritingEngine, settings: Settings, report_ids: list[str]) -> list[Takedown]:
    """Take reports out of search, forms, suggestions and the store; return what became of each, in the order given.

    Idempotent. What was deleted stays so until a load with `--restore` brings it back. Raises LockHeld where another indexer
    writes: a rebuild that read the report before would bring its text back.
    """
    indices = Indices(engine, settings)
    with writing_lock(indices, "delete"):
        return _take_down(indices, list(dict.fromkeys(report_ids)))


def _take_down(indices: Indices, report_ids: list[str]) -> list[Takedown]:
    engine = indices.engine
    indices.ensure()
    indices.clear_away()
    ledger = FormLedger(indices)
    ledger.mend()
    stored = engine.documents(indices.aliases.reports, report_ids)
    burials = {
        id_: _Burial(id_, _tombstone(id_, record), is_counted=is_tombstone(record) or record["complete"])
        for id_, record in stored.items()
        if not _is_buried(record)
    }
    if burials:
        ledger.open()
        _bury(indices, list(burials.values()))
        ledger.close()
        write_corpus(engine, indices.aliases, indices.settings.zone)
    return [_told(report_id, burials.get(report_id), is_known=report_id in stored) for report_id in report_ids]


def copy_tombstones(engine: WritingEngine, source: str, target: str) -> int:
    """Copy what is known of reports that were taken down into a new store, so that a fresh load keeps them out."""
    copied = 0
    for page in engine.pages(source, {"version": True, "query": {"exists": {"field": "deleted_at"}}}):
        _send(
            engine, [Action(target, hit["_id"], hit["_version"], hit["_source"]) for hit in page], require_alias=False
        )
        copied += len(page)
    return copied


def _is_buried(record: Json) -> bool:
    return is_tombstone(record) and bool(record["complete"])


def _tombstone(report_id: str, record: Json) -> Json:
    """Return what stays of a record: nothing of its text, of where it came from, or a hash that a guess could be held to."""
    now = engine_date(datetime.now(UTC))
    return {
        "report_id": report_id,
        "collection": record["collection"],
        "version": record["version"] if is_tombstone(record) else record["version"] + VERSION_STEP,
        "end": record["end"],
        "complete": False,
        "changed_at": now,
        "deleted_at": record.get("deleted_at", now),
    }


def _bury(indices: Indices, burials: list[_Burial]) -> None:
    """Write the tombstones, delete the paragraphs, take their forms out of the counts, and say that it is done."""
    engine, aliases = indices.engine, indices.aliases
    _write_tombstones(indices, burials, complete=False)
    engine.refresh(aliases.paragraphs)
    forms = FormCounter(engine, aliases.forms)
    for burial in burials:
        burial.paragraphs = list(_indexed(indices, burial.report_id))
        _send(engine, [_deletion(indices, burial, position) for position in _positions(burial)])
        if burial.is_counted:
            forms.remove(burial.paragraphs)
    forms.flush()
    _write_tombstones(indices, burials, complete=True)


def _write_tombstones(indices: Indices, burials: list[_Burial], *, complete: bool) -> None:
    reports = indices.aliases.reports
    _send(
        indices.engine,
        [
            Action(reports, burial.report_id, burial.tombstone["version"], {**burial.tombstone, "complete": complete})
            for burial in burials
        ],
    )


def _indexed(indices: Indices, report_id: str) -> Iterable[Json]:
    """Yield position, collection and forms of the paragraphs as they are indexed: what the counts of forms hold of them."""
    wanted = {"query": {"term": {"report_id": report_id}}, "docvalue_fields": ["position", "collection", "forms"]}
    for page in indices.engine.pages(indices.aliases.paragraphs, {**wanted, "_source": False}):
        for hit in page:
            fields = hit["fields"]
            yield {
                "position": fields["position"][0],
                "collection": fields["collection"][0],
                "forms": fields.get("forms", []),
            }


def _positions(burial: _Burial) -> list[int]:
    """Return every position that is or may come to be indexed: a deleted version keeps a late write out."""
    return sorted({*range(burial.tombstone["end"]), *(paragraph["position"] for paragraph in burial.paragraphs)})


def _deletion(indices: Indices, burial: _Burial, position: int) -> Action:
    return Action(indices.aliases.paragraphs, f"{burial.report_id}:{position}", burial.tombstone["version"])


def _send(engine: WritingEngine, actions: list[Action], *, require_alias: bool = True) -> None:
    if failures := engine.bulk(actions, require_alias=require_alias):
        raise IndexerError(f"{failures[0].action.id}: {failures[0].reason}; the same command again does what is left")


def _told(report_id: str, burial: _Burial | None, *, is_known: bool) -> Takedown:
    if burial:
        return Takedown(report_id, Fate.DELETED, len(burial.paragraphs))
    return Takedown(report_id, Fate.DELETED_EARLIER if is_known else Fate.UNKNOWN)
