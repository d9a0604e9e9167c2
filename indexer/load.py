"""Loading: reports come in, batch by batch, and each is whole in the indices before it counts as loaded.

A batch is four requests, whatever the number of its reports: read their records, write the records, write the paragraphs
(and delete the positions that a shorter report no longer has), mark the records complete. A load that is killed anywhere
leaves reports without the mark; the next load writes them again.

Batches are compared with the store one after the other and written side by side, so what becomes of a report does not
depend on which request is answered first. Two reports with one id are never under way together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

from indexer.batch import Batch, Planned
from indexer.checksum import Checksum
from indexer.engine import Action, Failure, WritingEngine
from indexer.flight import Flight
from indexer.forms import FormCounter
from indexer.readers.given import Refused
from indexer.ready import Ready
from indexer.records import Json, Record, progress_fields, stored_record
from indexer.seen import Seen
from indexer.story_index import StoryIndex
from indexer.summary import Outcome, Refusal, Summary, Told
from indexer.takedown import is_tombstone
from indexer.vectors import Keeper
from settings import Settings

_COMPARED = ["content_hash", "identity", "root", "place", "version", "end", "complete", "deleted_at"]


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a load writes: aliases for a load in place, new indices for a fresh one."""

    reports: str
    paragraphs: str
    forms: FormCounter
    vectors: Keeper
    require_alias: bool = True
    written: Checksum | None = None
    """Counts the paragraphs that were written, where a new index is to be checked against them."""


@dataclass(slots=True)
class Loader:
    """One load. `step` is told the bytes of input that are done, `refused` each refusal, `told` each report's outcome."""

    engine: WritingEngine
    settings: Settings
    targets: Targets
    replace_other_roots: bool = False
    keep_other_roots: bool = False
    """Whether a report with this address that came from elsewhere stays as it is."""
    restore: bool = False
    summary: Summary = field(default_factory=Summary)
    step: Callable[[int, Summary], None] = lambda _size, _summary: None
    refused: Callable[[Refusal], None] = lambda _refusal: None
    told: Callable[[Told], None] = lambda _told: None
    _seen: Seen = field(init=False)
    """The place of each report that this load has taken, by id."""
    _flight: Flight[Batch] = field(init=False)
    _stories: StoryIndex = field(init=False)

    def load(self, items: Iterable[Ready | Refused]) -> Summary:
        """Load everything that was made ready and return what became of it. After Ctrl-C what was begun is finished."""
        connections = self.settings.load_connections
        with (
            closing(Seen()) as self._seen,
            ThreadPoolExecutor(connections, thread_name_prefix="bulk") as executor,
        ):
            self._flight = Flight(executor, connections, self._write, self._landed)
            self._stories = StoryIndex(self.engine, self.targets.reports)
            self._stories.renew()
            try:
                self._load(items)
            finally:
                self._flight.land()
        return self.summary

    def _load(self, items: Iterable[Ready | Refused]) -> None:
        batch = Batch()
        for item in items:
            if isinstance(item, Refused):
                self._refuse(Refusal(item.place, item.reason, item.raw))
                self.step(item.size, self.summary)
                continue
            if item.report_id in batch.ids:
                batch = self._flush(batch)
            batch.add(Planned(item))
            if batch.is_full:
                batch = self._flush(batch)
        self._flush(batch)

    def _flush(self, batch: Batch) -> Batch:
        """Begin to write a batch; return the next one, which is empty."""
        self._flight.land_while(lambda other: not other.ids.isdisjoint(batch.ids))
        if self._stories.is_full:
            self._flight.land()
            self._stories.renew()
        self._compare(batch.planned)
        self._stories.assign(batch.planned)
        self._flight.begin(batch)
        return Batch()

    def _write(self, batch: Batch) -> None:
        """Write a batch. What the engine refuses on the way is refused, and keeps no mark."""
        self._keep_vectors(batch.to_write())
        for write in (self._write_records, self._write_paragraphs, self._mark_complete):
            if planned := batch.to_write():
                write(planned)

    def _landed(self, batch: Batch) -> None:
        """Count a batch that was written."""
        self._count_forms(batch.to_write())
        if self.targets.written:
            for planned in batch.to_write():
                self.targets.written.add_report(planned.report_id, planned.version, planned.ready.paragraphs)
        self._count(batch.planned)
        self.step(batch.read, self.summary)

    def _keep_vectors(self, batch: list[Planned]) -> None:
        """Keep the vectors of paragraphs that stay as they are in reports that change."""
        is_fresh = not self.targets.require_alias
        for planned in batch:
            if is_fresh or planned.version > 1:
                kept = self.targets.vectors.of(planned.report_id, planned.ready.paragraphs)
                for position, fields in kept.items():
                    planned.added[position] = {**planned.added.get(position, {}), **fields}

    def _count_forms(self, batch: list[Planned]) -> None:
        for planned in batch:
            if planned.earlier:
                self.targets.forms.remove(planned.earlier.paragraphs(self.settings.zone))
            self.targets.forms.add_counts(planned.ready.head["collection"], planned.ready.paragraphs.forms)

    def _compare(self, batch: list[Planned]) -> None:
        """Decide, from the records that are stored, what each report of the batch is."""
        stored = self.engine.documents(self.targets.reports, [planned.report_id for planned in batch], _COMPARED)
        for planned in batch:
            if is_tombstone(document := stored.get(planned.report_id, {})):
                self._against_tombstone(planned, document)
            elif document:
                self._against(planned, stored_record(planned.report_id, document))
            if planned.outcome is not Outcome.REFUSED:
                self._seen.add(planned.report_id, planned.ready.place)
        self._read_replaced([planned for planned in batch if planned.earlier])

    def _read_replaced(self, batch: list[Planned]) -> None:
        """Read the reports that are about to be replaced: their spellings are taken off the counts."""
        stored = self.engine.documents(self.targets.reports, [planned.report_id for planned in batch])
        for planned in batch:
            # Whole, with its text and what it is like.
            planned.earlier = stored_record(planned.report_id, stored[planned.report_id])

    def _against_tombstone(self, planned: Planned, tombstone: Json) -> None:
        """What was taken down stays down: the folder it came from is loaded again every night."""
        if self.restore:
            planned.restore(tombstone)
        else:
            planned.outcome = Outcome.TAKEN_DOWN

    def _against(self, planned: Planned, earlier: Record) -> None:
        if planned.ready.head["content_hash"] == earlier.content_hash and earlier.complete:
            planned.outcome = Outcome.UNCHANGED
        elif self._stays(planned.ready, earlier):
            planned.outcome = Outcome.UNCHANGED
            self.summary.kept += 1
        elif reason := self._collision(planned.ready, earlier):
            planned.refuse(reason)
        else:
            planned.succeed(earlier)

    def _stays(self, ready: Ready, earlier: Record) -> bool:
        # By its address alone: two reports of two places with one id are two, and that is said.
        is_elsewhere = ready.head["identity"] == "url" and ready.head["root"] != earlier.root
        return self.keep_other_roots and earlier.complete and is_elsewhere

    def _collision(self, ready: Ready, earlier: Record) -> str:
        """Say why a different text must not take the place of the stored one, empty where it may."""
        identity = ready.head["identity"]
        if place := self._seen.place(ready.report_id):
            return f"its {identity} was given before in this load, with another text ({place})"
        if identity == "url" or ready.head["root"] == earlier.root or self.replace_other_roots:
            return ""
        return (
            f"another text has this {identity} already, from {earlier.root}: load one of the two with "
            "--collection NAME, or with --replace where this one is its successor"
        )

    def _write_records(self, batch: list[Planned]) -> None:
        # Without the text, which is written once and with the mark: what is not complete is given again anyway.
        actions = []
        for planned in batch:
            begun = progress_fields(planned.version, planned.end, complete=False)
            actions.append(Action(self.targets.reports, planned.report_id, planned.version, planned.ready.head | begun))
        self._bulk(batch, actions)

    def _write_paragraphs(self, batch: list[Planned]) -> None:
        self._bulk(batch, [action for planned in batch for action in self._paragraph_actions(planned)])

    def _mark_complete(self, batch: list[Planned]) -> None:
        actions = []
        for planned in batch:
            done = progress_fields(planned.version, planned.ready.paragraphs.end, complete=True)
            record = planned.ready.record.close({**planned.ready.head, **done, "story": planned.story})
            actions.append(Action(self.targets.reports, planned.report_id, planned.version, record))
        self._bulk(batch, actions)

    def _bulk(self, batch: list[Planned], actions: list[Action]) -> None:
        """Send actions; a report of which one was refused is refused, and keeps no mark."""
        failures = self.engine.bulk(actions, require_alias=self.targets.require_alias)
        reasons = {_report_of(failure, self.targets): failure.reason for failure in failures}
        for planned in batch if reasons else ():
            if reason := reasons.get(planned.report_id):
                planned.refuse(reason)

    def _paragraph_actions(self, planned: Planned) -> Iterator[Action]:
        documents = planned.ready.paragraphs.documents
        shared = {"report_version": planned.version, "story": planned.story}
        for position, document in documents:
            yield self._at(planned, position, document.close({**shared, **planned.added.get(position, {})}))
        if planned.version > 1:
            kept = {position for position, _ in documents}
            for position in range(planned.end):
                if position not in kept:
                    yield self._at(planned, position, None)

    def _at(self, planned: Planned, position: int, document: bytes | None) -> Action:
        return Action(self.targets.paragraphs, f"{planned.report_id}:{position}", planned.version, document)

    def _count(self, batch: list[Planned]) -> None:
        for planned in batch:
            self.summary.repaired += planned.ready.repaired
            if planned.outcome is Outcome.REFUSED:
                self._refuse(Refusal(planned.ready.place, planned.reason))
                continue
            written = len(planned.ready.paragraphs.documents) if planned.is_to_be_written else 0
            self.summary.add(planned.outcome, written)
            head = planned.ready.head
            self.told(Told(head["place"], planned.outcome, head["report_id"], head["collection"], written))

    def _refuse(self, refusal: Refusal) -> None:
        self.summary.refuse(refusal)
        self.refused(refusal)
        self.told(Told(refusal.place, Outcome.REFUSED, reason=refusal.reason))


def _report_of(failure: Failure, targets: Targets) -> str:
    document_id = failure.action.id
    return document_id if failure.action.index == targets.reports else document_id.rpartition(":")[0]
