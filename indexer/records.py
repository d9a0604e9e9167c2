"""The report store: one record a report, with what was given, what it became, and how far its loading has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from indexer.dates import engine_date
from indexer.identity import Identity
from indexer.paragraphs import paragraph_documents, published_span
from indexer.readers.given import Given
from indexer.repair import storable
from indexer.report import Report

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """A report in the store.

    `end` is one more than the highest position that may be in the index; `complete` is set last, and a report without it
    counts as not loaded: in a trial a refused paragraph left the record with its hash, and the next load said
    "unchanged".
    """

    report_id: str
    report: Report
    identity: str
    root: str
    place: str
    given: Json
    content_hash: str
    version: int = 1
    end: int = 0
    complete: bool = False

    def document(self, zone: tzinfo) -> Json:
        """Return the record as the reports index holds it."""
        return {
            "report_id": self.report_id,
            "collection": self.report.collection,
            "identity": self.identity,
            "root": self.root,
            "place": self.place,
            "given": self.given,
            "report": self.report.model_dump(exclude_defaults=True),
            "content_hash": self.content_hash,
            **published_span(self.report, zone),
            "version": self.version,
            "end": self.end,
            "complete": self.complete,
            "changed_at": engine_date(datetime.now(UTC)),
        }

    def paragraphs(self, zone: tzinfo) -> list[Json]:
        """Return the report's paragraphs as documents."""
        return paragraph_documents(self.report, self.report_id, self.version, zone)


def new_record(given: Given, report: Report, identity: Identity) -> Record:
    """Return the record of a report that was just read."""
    return Record(
        report_id=identity.report_id(report.collection),
        report=report,
        identity=identity.kind,
        root=given.root,
        place=given.place,
        given=storable(given.record),
        content_hash=report.content_hash(),
    )


def stored_record(report_id: str, document: Json) -> Record:
    """Return the record that the reports index holds under an id; what was given may have been left unread.

    A report that was taken down has a tombstone there (`indexer.takedown`), of which no record can be made.
    """
    return Record(
        report_id=report_id,
        report=Report.model_validate(document["report"]),
        identity=document["identity"],
        root=document["root"],
        place=document["place"],
        given=document.get("given", {}),
        content_hash=document["content_hash"],
        version=document["version"],
        end=document["end"],
        complete=document["complete"],
    )
