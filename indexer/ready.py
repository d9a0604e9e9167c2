"""A report made ready for the indices: checked, identified, cut into paragraphs, rendered. No engine is needed for it.

What takes time in a load is here, as plain functions of what a reader yields, so that processes can do it side by side
(`indexer.workers`). What the engine must be asked for first is left open at the end of each document: the version, the
story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain
from typing import Any

import orjson

from indexer.errors import BadReport
from indexer.fingerprint import Fingerprint, fingerprint_of
from indexer.identity import Identity, identity_of
from indexer.paragraphs import Piece, pieces_of, report_documents
from indexer.readers.given import Findings, Given, Item, Refused, Skipped
from indexer.records import record_fields
from indexer.repair import storable
from indexer.report import Report, read_report, repaired_in

Json = dict[str, Any]

LONGEST_FORM = 64
"""Characters of a spelling that is counted among the forms of the corpus."""
LARGEST_RECORD = 20_971_520
"""Bytes of a report's record: the node closes the connection on a larger request."""
LONGEST_RAW = 1_000_000
"""Characters of a refused record that are kept for the file of refusals."""


@dataclass(frozen=True, slots=True)
class Open:
    """A JSON object without its closing brace, so that fields can still be put in."""

    body: bytes

    def close(self, fields: Json) -> bytes:
        """Return the object with these fields at its end."""
        return self.body + b"," + orjson.dumps(fields)[1:]

    def fields(self) -> Json:
        """Return what the object holds so far."""
        return dict(orjson.loads(self.body + b"}"))


def opened(fields: Json) -> Open:
    """Return an object (of one field at least) to which others are still to come."""
    return Open(orjson.dumps(fields)[:-1])


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The paragraphs of a report: position and document of each, and in how many of them each spelling stands."""

    documents: tuple[tuple[int, Open], ...]
    forms: dict[str, int]

    @property
    def end(self) -> int:
        """One more than the highest position."""
        return self.documents[-1][0] + 1


@dataclass(frozen=True, slots=True)
class Ready:
    """A report on its way to the engine. `size` is its share of the input in bytes, `characters` those of its texts."""

    report_id: str
    head: Json
    """What a record says of itself before it is complete: where from, which content."""
    record: Open
    paragraphs: Paragraphs
    fingerprint: Fingerprint
    size: int
    characters: int
    repaired: int
    findings: Findings
    """What was decided while it was read."""

    @property
    def place(self) -> str:
        """Where it was read, for messages."""
        return str(self.head["place"])


Made = Ready | Refused | Skipped
"""What becomes of an item that a reader yields."""


def make_ready(items: Iterable[Item], collection: str, zone: tzinfo) -> list[Made]:
    """Return, in order, each item ready to be written, or refused with the reason and the record as it was given.

    What was skipped is passed on, for the tally.
    """
    return [_ready(item, collection, zone) if isinstance(item, Given) else item for item in items]


def _ready(given: Given, collection: str, zone: tzinfo) -> Ready | Refused:
    try:
        report = read_report(given.record, collection)
        identity = identity_of(report, given.path)
        report_id = identity.report_id(report.collection)
        pieces = pieces_of(report)
        fingerprint = _fingerprint(pieces)
        paragraphs = _paragraphs(report_documents(report, report_id, zone, pieces))
        record = _record(given, report, fingerprint, zone)
    except BadReport as error:
        raw = None if given.path else _raw(given.record)
        return Refused(given.place, str(error), given.size, raw, given.findings)
    return Ready(
        report_id=report_id,
        head=_head(given, report, identity, report_id),
        record=record,
        paragraphs=paragraphs,
        fingerprint=fingerprint,
        size=given.size,
        characters=sum(map(len, report.texts())),
        repaired=repaired_in(given.record),
        findings=given.findings,
    )


def fingerprint_fields(fingerprint: Fingerprint) -> Json:
    """Return what a record holds for finding near copies: nothing where the report has too few words."""
    return {"bands": fingerprint.bands(), "signature": fingerprint.stored()} if fingerprint.values else {}


def report_fingerprint(report: Report) -> Fingerprint:
    """Return the fingerprint of a report: of its text without the title."""
    return _fingerprint(pieces_of(report))


def _fingerprint(pieces: list[Piece]) -> Fingerprint:
    return fingerprint_of(piece.read.words for piece in pieces if piece.kind != "title")


def _record(given: Given, report: Report, fingerprint: Fingerprint, zone: tzinfo) -> Open:
    fields = record_fields(report, storable(given.record), zone)
    record = opened({**fields, **fingerprint_fields(fingerprint)})
    if len(record.body) > LARGEST_RECORD - 10_000:
        raise BadReport(f"it takes more than {LARGEST_RECORD:,} bytes: split it")
    return record


def _head(given: Given, report: Report, identity: Identity, report_id: str) -> Json:
    return {
        "report_id": report_id,
        "collection": report.collection,
        "identity": identity.kind,
        "root": given.root,
        "place": given.place,
        "content_hash": report.content_hash(),
    }


def _raw(record: object) -> str:
    return orjson.dumps(storable(record)).decode()[:LONGEST_RAW]


def ready_paragraphs(report: Report, report_id: str, zone: tzinfo) -> Paragraphs:
    """Return the paragraphs of a report, rendered, with their spellings counted. Raises BadReport."""
    return _paragraphs(report_documents(report, report_id, zone))


def _paragraphs(documents: list[Json]) -> Paragraphs:
    counted = Counter(chain.from_iterable(document["forms"] for document in documents))
    if max(map(len, counted), default=0) > LONGEST_FORM:
        counted = Counter({form: count for form, count in counted.items() if len(form) <= LONGEST_FORM})
    return Paragraphs(tuple((document["position"], opened(document)) for document in documents), dict(counted))
