"""A rebuild: new paragraphs from the stored reports. The files they came from are not needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from analyzers.names import Aliases
from indexer.checksum import Checksum
from indexer.corpus import LOADED
from indexer.engine import Action, WritingEngine
from indexer.errors import IndexerError
from indexer.load import Targets
from indexer.ready import Paragraphs, fingerprint_fields, ready_paragraphs, report_fingerprint
from indexer.records import Record, stored_record, without_repetition
from indexer.report import Report
from indexer.summary import Outcome, Summary
from settings import Settings

Json = dict[str, Any]


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild read, and what it wrote."""

    reports: int = 0
    written: Checksum = field(default_factory=Checksum)
    damaged: int = 0
    """Reports whose content is not that of the hash they were stored with."""
    first_damaged: str = ""

    def read(self, record: Record, report: Report) -> None:
        """See one stored report."""
        self.reports += 1
        if report.content_hash() != record.content_hash:
            self.damaged += 1
            self.first_damaged = self.first_damaged or record.report_id


def rebuild_paragraphs(
    engine: WritingEngine, settings: Settings, targets: Targets, step: Callable[[int, Summary], None]
) -> Rebuilt:
    """Write the paragraphs of every loaded report into the index of the targets and return what was read and written.

    Reports that were taken down or never came to be complete are left out, as they are not searched now either.
    """
    summary, rebuilt = Summary(), Rebuilt()
    loaded = {"query": LOADED, "_source": {"excludes": ["given"]}}
    for page in engine.report_pages(Aliases(settings.index).reports, loaded):
        actions: list[Action] = []
        for record in (stored_record(hit["_id"], hit["_source"]) for hit in page):
            if record.report:
                paragraphs = ready_paragraphs(record.report, record.report_id, settings.zone)
                actions += _actions(targets, record, paragraphs)
                summary.add(Outcome.REPLACED, len(paragraphs.documents))
                targets.forms.add_counts(record.report.collection, paragraphs.forms)
                rebuilt.read(record, record.report)
                rebuilt.written.add_report(record.report_id, record.version, paragraphs)
        _send(engine, actions)
        step(len(page), summary)
    targets.forms.flush()
    return rebuilt


def _actions(targets: Targets, record: Record, paragraphs: Paragraphs) -> Iterator[Action]:
    vectors = targets.vectors.of(record.report_id, paragraphs)
    for position, document in paragraphs.documents:
        # The story is kept as the load gave it: a rebuild changes no group.
        shared = {"report_version": record.version, "story": record.story or record.report_id}
        body = document.close({**shared, **vectors.get(position, {})})
        yield Action(targets.paragraphs, f"{record.report_id}:{position}", record.version, body)


def copy_documents(
    engine: WritingEngine, source: str, target: str, adapted: Callable[[Json], Json] | None = None
) -> Checksum:
    """Copy every document of one index into another, versions included, and return the checksum of what was written.

    `adapted` makes of a hit the document that is written.
    """
    copied = Checksum()
    for page in engine.report_pages(source, {"version": True}):
        documents = [(hit, adapted(hit) if adapted else hit["_source"]) for hit in page]
        _send(engine, [Action(target, hit["_id"], hit["_version"], document) for hit, document in documents])
        for hit, document in documents:
            copied.add_document(hit["_id"], hit["_version"], document)
    return copied


def whole_record(hit: Json) -> Json:
    """Return a record as it is held now: with its id and what near copies are found by, and its text once.

    A tombstone, and a record that never came to be complete, have no text that could be like another.
    """
    source: Json = without_repetition({"report_id": hit["_id"], **hit["_source"]})
    if "report" not in source or source.get("story"):
        return source
    fingerprint = report_fingerprint(Report.model_validate(source["report"]))
    return {**source, **fingerprint_fields(fingerprint), "story": hit["_id"]}


def _send(engine: WritingEngine, actions: list[Action]) -> None:
    if failures := engine.bulk(actions, require_alias=False):
        raise IndexerError(f"{failures[0].action.id}: {failures[0].reason}; the index in use was kept")
