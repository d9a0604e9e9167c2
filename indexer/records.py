"""The report store: one record a report, with what was given and what it became, and how far its loading has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from indexer.dates import engine_date
from indexer.errors import BadReport
from indexer.paragraphs import paragraph_documents, published_span
from indexer.report import Report, read_report

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """A report in the store.

    `end` is one more than the highest position that may be in the index; `complete` is set last, and a report without it
    counts as not loaded: in a trial a refused paragraph left the record with its hash, and the next load said
    "unchanged".
    """

    report_id: str
    report: Report | None
    identity: str
    root: str
    place: str
    content_hash: str
    version: int = 1
    end: int = 0
    complete: bool = False
    story: str | None = None
    signature: str | None = None
    """What the report is like, see `indexer.fingerprint`."""

    def paragraphs(self, zone: tzinfo) -> list[Json]:
        """Return the report's paragraphs as documents, none of one that never came to be complete."""
        return paragraph_documents(self.report, self.report_id, self.version, zone) if self.report else []


def record_fields(report: Report, given: object, zone: tzinfo) -> Json:
    """Return what a complete record holds of its report. Raises BadReport where its date is none.

    What was `given` is held too where the report does not say the same: where something in it was repaired, say. Twice the
    same text would be more than a third of the store.
    """
    held = {"report": report.model_dump(exclude_defaults=True), **published_span(report, zone)}
    return held if _says_the_same(report, given) else {"given": given, **held}


def without_repetition(record: Json) -> Json:
    """Return a stored record without what was given where its report says the same: earlier versions held both."""
    if "given" not in record or "report" not in record:
        return record
    try:
        report = read_report(record["given"], record["collection"])
    except BadReport:
        return record
    same = report == Report.model_validate(record["report"]) and _says_the_same(report, record["given"])
    return {name: value for name, value in record.items() if name != "given"} if same else record


def _says_the_same(report: Report, given: object) -> bool:
    """Tell whether a record as given holds what the report holds. Not told apart: a text and an object with it, 1 and 1.0."""
    if not isinstance(given, dict):
        return False
    told = {"collection": report.collection, **given}
    if isinstance(parts := told.get("paragraphs"), list):
        told["paragraphs"] = [{"text": part} if isinstance(part, str) else part for part in parts]
    return bool(told == report.model_dump(exclude_unset=True))


def progress_fields(version: int, end: int, *, complete: bool) -> Json:
    """Return how far a record has come; `end` is one more than the highest position that may be in the index."""
    return {"version": version, "end": end, "complete": complete, "changed_at": engine_date(datetime.now(UTC))}


def stored_record(report_id: str, document: Json) -> Record:
    """Return the record that the reports index holds under an id; the report itself may have been left unread.

    A report that was taken down has a tombstone there (`indexer.takedown`), of which no record can be made.
    """
    report = document.get("report")
    return Record(
        report_id=report_id,
        report=Report.model_validate(report) if report else None,
        identity=document["identity"],
        root=document["root"],
        place=document["place"],
        content_hash=document["content_hash"],
        version=document["version"],
        end=document["end"],
        complete=document["complete"],
        story=document.get("story"),
        signature=document.get("signature"),
    )
