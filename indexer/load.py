"""Loading: reports come in, batch by batch, and each is whole in the indices before it counts as loaded.

A batch is four requests, whatever the number of its reports: read their records, write the records, write the paragraphs
(and delete the positions that a shorter report no longer has), mark the records complete. A load that is killed anywhere
leaves reports without the mark; the next load writes them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from indexer.batch import Batch, Planned
from indexer.engine import Action, Failure, WritingEngine
from indexer.errors import BadReport
from indexer.forms import FormCounter
from indexer.identity import identity_of
from indexer.paragraphs import published_span
from indexer.readers.given import Given, Refused
from indexer.records import Json, Record, new_record, stored_record
from indexer.report import read_report, repaired_in
from indexer.summary import Outcome, Refusal, Summary, Told
from indexer.takedown import is_tombstone
from settings import Settings


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a load writes: aliases for a load in place, new indices for a fresh one."""

    reports: str
    paragraphs: str
    forms: FormCounter
    require_alias: bool = True


@dataclass(slots=True)
class Loader:
    """One load. `step` is told the bytes of input that are done, `refused` each refusal, `told` each report's outcome."""

    engine: WritingEngine
    settings: Settings
    targets: Targets
    collection: str
    replace_other_roots: bool = False
    restore: bool = False
    summary: Summary = field(default_factory=Summary)
    step: Callable[[int, Summary], None] = lambda _size, _summary: None
    refused: Callable[[Refusal], None] = lambda _refusal: None
    told: Callable[[Told], None] = lambda _told: None
    _seen: dict[str, str] = field(default_factory=dict)
    """The place of each report that this load has taken, by id."""

    def load(self, given: Iterable[Given | Refused]) -> Summary:
        """Load everything that the readers yield and return what became of it."""
        batch = Batch()
        for item in given:
            planned = self._read(item)
            if planned and planned.record.report_id in batch.ids:
                batch = self._flush(batch)
            batch.add(planned, item.size)
            if batch.is_full:
                batch = self._flush(batch)
        self._flush(batch)
        return self.summary

    def _read(self, item: Given | Refused) -> Planned | None:
        """Check one item; what cannot be a report is refused here and now."""
        if isinstance(item, Refused):
            self._refuse(item.place, item.reason)
            return None
        try:
            report = read_report(item.record, self.collection)
            record = new_record(item, report, identity_of(report, item.path))
            published_span(report, self.settings.zone)
        except BadReport as error:
            self._refuse(item.place, str(error))
            return None
        self.summary.repaired += repaired_in(item.record)
        return Planned(record)

    def _flush(self, batch: Batch) -> Batch:
        """Write a batch and count it; return the next one, which is empty."""
        self._compare(batch.planned)
        for planned in batch.planned:
            if planned.is_to_be_written:
                planned.split(self.settings.zone)
        for write in (self._write_records, self._write_paragraphs, self._mark_complete):
            write([planned for planned in batch.planned if planned.is_to_be_written])
        self._count_forms([planned for planned in batch.planned if planned.is_to_be_written])
        self._count(batch.planned)
        self.step(batch.read, self.summary)
        return Batch()

    def _count_forms(self, batch: list[Planned]) -> None:
        for planned in batch:
            if planned.earlier:
                self.targets.forms.remove(planned.earlier.paragraphs(self.settings.zone))
            self.targets.forms.add(planned.paragraphs)

    def _compare(self, batch: list[Planned]) -> None:
        """Decide, from the records that are stored, what each report of the batch is."""
        stored = self.engine.documents(self.targets.reports, [planned.record.report_id for planned in batch])
        for planned in batch:
            report_id = planned.record.report_id
            if is_tombstone(document := stored.get(report_id, {})):
                self._against_tombstone(planned, document)
            elif document:
                self._against(planned, stored_record(report_id, document))
            if planned.outcome is not Outcome.REFUSED:
                self._seen[report_id] = planned.record.place

    def _against_tombstone(self, planned: Planned, tombstone: Json) -> None:
        """What was taken down stays down: the folder it came from is loaded again every night."""
        if self.restore:
            planned.restore(tombstone)
        else:
            planned.outcome = Outcome.TAKEN_DOWN

    def _against(self, planned: Planned, earlier: Record) -> None:
        if planned.record.content_hash == earlier.content_hash and earlier.complete:
            planned.outcome = Outcome.UNCHANGED
        elif reason := self._collision(planned.record, earlier):
            planned.refuse(reason)
        else:
            planned.succeed(earlier)

    def _collision(self, record: Record, earlier: Record) -> str:
        """Say why a different text must not take the place of the stored one, empty where it may."""
        if place := self._seen.get(record.report_id):
            return f"its {record.identity} was given before in this load, with another text ({place})"
        if record.identity == "url" or record.root == earlier.root or self.replace_other_roots:
            return ""
        return (
            f"another text has this {record.identity} already, from {earlier.root}: load one of the two with "
            "--collection NAME, or with --replace where this one is its successor"
        )

    def _write_records(self, batch: list[Planned]) -> None:
        self._bulk(batch, (self._record_action(planned, complete=False) for planned in batch))

    def _write_paragraphs(self, batch: list[Planned]) -> None:
        self._bulk(batch, (action for planned in batch for action in self._paragraph_actions(planned)))

    def _mark_complete(self, batch: list[Planned]) -> None:
        self._bulk(batch, (self._record_action(planned, complete=True) for planned in batch))

    def _bulk(self, batch: list[Planned], actions: Iterator[Action]) -> None:
        """Send actions; a report of which one was refused is refused, and keeps no mark."""
        failures = self.engine.bulk(list(actions), require_alias=self.targets.require_alias)
        reasons = {_report_of(failure, self.targets): failure.reason for failure in failures}
        for planned in batch:
            if reason := reasons.get(planned.record.report_id):
                planned.refuse(reason)

    def _record_action(self, planned: Planned, *, complete: bool) -> Action:
        end = planned.end if complete else planned.record.end
        record = replace(planned.record, complete=complete, end=end)
        return Action(self.targets.reports, record.report_id, record.version, record.document(self.settings.zone))

    def _paragraph_actions(self, planned: Planned) -> Iterator[Action]:
        record = planned.record
        kept = set()
        for document in planned.paragraphs:
            kept.add(document["position"])
            yield self._at(record, document["position"], document)
        for position in range(record.end):
            if position not in kept and record.version > 1:
                yield self._at(record, position, None)

    def _at(self, record: Record, position: int, document: Json | None) -> Action:
        return Action(self.targets.paragraphs, f"{record.report_id}:{position}", record.version, document)

    def _count(self, batch: list[Planned]) -> None:
        for planned in batch:
            if planned.outcome is Outcome.REFUSED:
                self._refuse(planned.record.place, planned.reason)
                continue
            written = len(planned.paragraphs)
            self.summary.add(planned.outcome, written)
            record = planned.record
            self.told(Told(record.place, planned.outcome, record.report_id, record.report.collection, written))

    def _refuse(self, place: str, reason: str) -> None:
        self.refused(self.summary.refuse(place, reason))
        self.told(Told(place, Outcome.REFUSED, reason=reason))


def _report_of(failure: Failure, targets: Targets) -> str:
    document_id = failure.action.id
    return document_id if failure.action.index == targets.reports else document_id.rpartition(":")[0]
