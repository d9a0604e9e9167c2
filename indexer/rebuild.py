"""A rebuild: new paragraphs from the stored reports. The files they came from are not needed."""

from __future__ import annotations

from collections.abc import Callable

from analyzers.names import Aliases
from indexer.batch import Batch, Planned
from indexer.corpus import LOADED
from indexer.engine import Action, WritingEngine
from indexer.errors import IndexerError
from indexer.forms import FormCounter
from indexer.records import Json, Record, stored_record
from indexer.summary import Outcome, Summary
from settings import Settings


def rebuild_paragraphs(
    engine: WritingEngine, settings: Settings, target: str, forms: FormCounter, step: Callable[[int, Summary], None]
) -> int:
    """Write the paragraphs of every loaded report into the index `target` and return their number.

    Reports that were taken down or never came to be complete are left out, as they are not searched now either.
    """
    summary = Summary()
    loaded = {"query": LOADED, "_source": {"excludes": ["given"]}}
    for page in engine.pages(Aliases(settings.index).reports, loaded):
        records = [stored_record(hit["_id"], hit["_source"]) for hit in page]
        for batch in _batches(records, settings):
            _write(engine, target, batch)
            for planned in batch.planned:
                summary.add(Outcome.REPLACED, len(planned.paragraphs))
                forms.add(planned.paragraphs)
        step(len(page), summary)
    forms.flush()
    return summary.paragraphs


def _batches(records: list[Record], settings: Settings) -> list[Batch]:
    batches = [Batch()]
    for record in records:
        planned = Planned(record)
        planned.split(settings.zone)
        batches[-1].add(planned, 0)
        if batches[-1].is_full:
            batches.append(Batch())
    return batches


def _write(engine: WritingEngine, target: str, batch: Batch) -> None:
    actions = [
        Action(target, f"{planned.record.report_id}:{document['position']}", planned.record.version, document)
        for planned in batch.planned
        for document in planned.paragraphs
    ]
    _send(engine, actions)


def copy_documents(engine: WritingEngine, source: str, target: str, adapt: Callable[[Json], Json]) -> int:
    """Copy every document of one index into another, versions included, and return their number.

    `adapt` makes the new source of a hit.
    """
    copied = 0
    for page in engine.pages(source, {"version": True}):
        _send(engine, [Action(target, hit["_id"], hit["_version"], adapt(hit)) for hit in page])
        copied += len(page)
    return copied


def _send(engine: WritingEngine, actions: list[Action]) -> None:
    if failures := engine.bulk(actions, require_alias=False):
        raise IndexerError(f"{failures[0].action.id}: {failures[0].reason}; the index in use was kept")
