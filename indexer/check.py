"""Files against the index: what `load` would make of them, beside what the indices really hold. Nothing is written.

A record says of itself that it is complete; here its paragraphs are read one by one and their texts hashed, so that damage
done behind its back is seen too. A batch of reports is held at a time, and some hundred bytes for each report that was
given.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from indexer.batch import Batch, Planned
from indexer.corpus import LOADED
from indexer.engine import WritingEngine
from indexer.indices import Indices
from indexer.readers.given import Refused
from indexer.ready import Ready
from indexer.seen import Seen
from indexer.takedown import is_tombstone

Json = dict[str, Any]

REPORTS = 200
"""Reports that are compared at once: the engine looks for at most 1,024 ids in one search."""
SHOWN = 10
"""Positions that a line for the terminal names; `--json` names all."""
_RECORD = ["content_hash", "place", "collection", "version", "complete", "deleted_at"]
_PARAGRAPH = ["report_id", "position", "text", "content_hash", "report_version"]
BURIED = {"exists": {"field": "deleted_at"}}


class State(StrEnum):
    """What the comparison of one report came to."""

    SAME = "same"
    """In the index, whole, with the content of the file."""
    MISSING = "missing"
    """Not in the index."""
    INCOMPLETE = "incomplete"
    """Its load was cut off: the next one writes it again."""
    OTHER = "other content"
    """In the index with another content: the file has changed, or another report has its id."""
    DAMAGED = "damaged"
    """The record is as it should be, its paragraphs are not."""
    TAKEN_DOWN = "taken down"
    """Left out, as a load would leave it out."""
    REFUSED = "refused"
    """A load would refuse it."""
    NOT_GIVEN = "not given"
    """In the index, and no file gave it."""


AS_IT_SHOULD_BE = {State.SAME, State.TAKEN_DOWN}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one report. `expected` and `held` count paragraphs: of the file, and in the index.

    `lacking`, `stale` and `extra` are positions: not in the index, there with another text or version, there and not in the
    file.
    """

    state: State
    place: str
    report_id: str | None = None
    expected: int = 0
    held: int = 0
    lacking: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    reason: str = ""

    @property
    def differs(self) -> bool:
        """Whether the index is not what the files would make it."""
        return self.state not in AS_IT_SHOULD_BE

    def sentence(self) -> str:
        """Return it as one line for the terminal."""
        positions = {"not in the index": self.lacking, "stale": self.stale, "not in the file": self.extra}
        told = [f"{what}: {_places(places)}" for what, places in positions.items() if places]
        counts = f"{self.held:,} of {self.expected:,} paragraphs" if self.expected or self.held else ""
        return ": ".join(
            part
            for part in (self.place, self.report_id, self.state, "; ".join(filter(None, [counts, *told, self.reason])))
            if part
        )


@dataclass(slots=True)
class Checked:
    """Counts of one check."""

    states: Counter[State] = field(default_factory=Counter)
    expected: int = 0
    held: int = 0
    tombstones: int = 0
    writing: str | None = None
    """Who has been writing meanwhile, so that what differs may be under way."""

    def add(self, finding: Finding) -> None:
        """Count one finding."""
        self.states[finding.state] += 1
        self.expected += finding.expected
        self.held += finding.held

    @property
    def clean(self) -> bool:
        """Whether nothing differs."""
        return set(self.states) <= AS_IT_SHOULD_BE

    def sentence(self) -> str:
        """Return the counts as one line for the terminal."""
        told = ", ".join(f"{self.states[state]:,} {state}" for state in State if self.states[state])
        return (
            f"{self.states.total():,} reports: {told or 'nothing was given'}; {self.expected:,} paragraphs in the files, "
            f"{self.held:,} of these reports in the index; {self.tombstones:,} reports were taken down"
        )

    def told(self) -> Json:
        """Return the counts for a program."""
        states = {state.replace(" ", "_"): self.states[state] for state in State}
        return {
            "reports": self.states.total(),
            **states,
            "paragraphs": {"expected": self.expected, "held": self.held},
            "tombstones": self.tombstones,
            "writing": self.writing,
        }


class Checker:
    """One check of what was made ready against the indices in use."""

    def __init__(self, indices: Indices) -> None:
        self.checked = Checked()
        self._indices = indices
        self._engine: WritingEngine = indices.engine
        self._seen = Seen()

    def open(self) -> None:
        """Make visible what was written last. Raises IndexerError where there is nothing to compare with."""
        aliases = self._indices.aliases
        self._engine.refresh(aliases.reports, aliases.paragraphs)
        self.checked.tombstones = self._engine.count(aliases.reports, BURIED)

    def findings(self, items: Iterable[Ready | Refused], *, others: bool = False) -> Iterator[Finding]:
        """Yield what was found of each report that was given; with `others` also of those in the index that were not."""
        for finding in self._given(items):
            self.checked.add(finding)
            yield finding
        for finding in self._not_given() if others else ():
            self.checked.add(finding)
            yield finding

    def _given(self, items: Iterable[Ready | Refused]) -> Iterator[Finding]:
        batch = Batch()
        for item in items:
            if isinstance(item, Refused):
                yield Finding(State.REFUSED, item.place, reason=item.reason)
                continue
            if item.report_id in batch.ids:
                yield from self._compared(batch)
                batch = Batch()
            batch.add(Planned(item))
            if batch.is_full or len(batch.ids) >= REPORTS:
                yield from self._compared(batch)
                batch = Batch()
        yield from self._compared(batch)

    def _compared(self, batch: Batch) -> Iterator[Finding]:
        records = self._engine.documents(self._indices.aliases.reports, list(batch.ids), _RECORD)
        held = self._held(list(batch.ids))
        for planned in batch.planned:
            self._seen.add(planned.report_id, planned.ready.place)
            yield compared(planned.ready, records.get(planned.report_id), held.get(planned.report_id, {}))

    def _held(self, report_ids: list[str]) -> dict[str, dict[int, Json]]:
        """Return the paragraphs that the index holds of some reports: by report and position, without their texts."""
        found: dict[str, dict[int, Json]] = {report_id: {} for report_id in report_ids}
        body = {"query": {"terms": {"report_id": report_ids}}, "_source": _PARAGRAPH}
        for page in self._engine.pages(self._indices.aliases.paragraphs, body) if report_ids else ():
            for paragraph in (hit["_source"] for hit in page):
                paragraph["read_hash"] = hashlib.sha256(paragraph.pop("text").encode()).hexdigest()
                found[paragraph["report_id"]][paragraph["position"]] = paragraph
        return found

    def _not_given(self) -> Iterator[Finding]:
        """Yield the reports that are searched and were in no file, and paragraphs that belong to no report at all."""
        aliases = self._indices.aliases
        for page in self._engine.pages(aliases.reports, {"query": LOADED, "_source": ["place"]}):
            for hit in page:
                if not self._seen.place(hit["_id"]):
                    yield Finding(State.NOT_GIVEN, hit["_source"]["place"], hit["_id"])
        for ids in self._report_ids():
            records = self._engine.documents(aliases.reports, ids, _RECORD)
            for report_id in ids:
                if not self._seen.place(report_id) and not _is_loaded(records.get(report_id)):
                    yield Finding(State.NOT_GIVEN, "", report_id, reason="paragraphs of a report that is not loaded")

    def _report_ids(self) -> Iterator[list[str]]:
        """Yield the reports of all paragraphs that can be searched, each once, in pages."""
        after: Json = {}
        while True:
            pages = {"size": REPORTS, "sources": [{"id": {"terms": {"field": "report_id"}}}], **after}
            body = {"size": 0, "aggs": {"reports": {"composite": pages}}}
            told = self._engine.search(self._indices.aliases.paragraphs, body)["aggregations"]["reports"]
            yield [bucket["key"]["id"] for bucket in told["buckets"]]
            if "after_key" not in told:
                return
            after = {"after": told["after_key"]}


def compared(ready: Ready, record: Json | None, held: dict[int, Json]) -> Finding:
    """Hold a report as it was read against its record and its paragraphs by position."""
    fields = [(position, document.fields()) for position, document in ready.paragraphs.documents]
    wanted = {position: told["content_hash"] for position, told in fields}
    if record is None or is_tombstone(record):
        state = State.TAKEN_DOWN if record and not held else State.MISSING if not held else State.DAMAGED
        expected = 0 if state is State.TAKEN_DOWN else len(wanted)
        return Finding(state, ready.place, ready.report_id, expected, len(held), extra=tuple(sorted(held)))
    found = Finding(
        _state(ready, record),
        ready.place,
        ready.report_id,
        len(wanted),
        len(held),
        lacking=tuple(sorted(wanted.keys() - held.keys())),
        stale=tuple(at for at in sorted(wanted.keys() & held.keys()) if _is_stale(held[at], wanted[at], record)),
        extra=tuple(sorted(held.keys() - wanted.keys())),
    )
    is_damaged = found.state is State.SAME and (found.lacking or found.stale or found.extra)
    return replace(found, state=State.DAMAGED) if is_damaged else found


def _state(ready: Ready, record: Json) -> State:
    if not record["complete"]:
        return State.INCOMPLETE
    return State.SAME if record["content_hash"] == ready.head["content_hash"] else State.OTHER


def _is_stale(paragraph: Json, wanted: str, record: Json) -> bool:
    """Tell whether a paragraph is another text than the file's, says so of itself, or is left from an earlier version."""
    hashes = {paragraph["read_hash"], paragraph["content_hash"]}
    return hashes != {wanted} or paragraph["report_version"] != record["version"]


def _is_loaded(record: Json | None) -> bool:
    return record is not None and bool(record["complete"]) and not is_tombstone(record)


def _places(positions: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, positions[:SHOWN]))
    return f"{shown} and {len(positions) - SHOWN:,} more" if len(positions) > SHOWN else shown
