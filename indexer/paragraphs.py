"""A report becomes the documents that are searched: one a paragraph, the title as paragraph 0."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from analyzers.chunks import ReadText, read_text
from analyzers.mappings import LONGEST_NORMALIZED
from analyzers.normalize import normalize
from indexer.dates import Span, engine_date, in_zone, span_of
from indexer.errors import BadReport
from indexer.mentions import mentions_of
from indexer.report import Report
from indexer.tags import names_in

LONGEST_PARAGRAPH = 6000
"""Characters after which a paragraph is cut, at the end of a sentence where there is one."""

_SENTENCE_END = re.compile(r"[.!?؟؛…۔\n]\s")
_CLAUSE_END = re.compile(r"[،,;:]\s")
_ARABIC_LETTERS = re.compile(r"[\u0620-\u064a\u0671-\u06d3\ufb50-\ufdff\ufe70-\ufefc]+")
_LONGEST_LIGATURE = 18
"""Characters that ﷺ becomes."""
_LIGATURE = re.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]")
_LETTERS = re.compile(r"[^\W\d_]+")

Json = dict[str, Any]


def paragraph_documents(report: Report, report_id: str, version: int, zone: tzinfo) -> list[Json]:
    """Return the paragraphs of a report in order, each with its `position`; the id is `<report_id>:<position>`."""
    return [{**document, "report_version": version} for document in report_documents(report, report_id, zone)]


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph as it is cut and read."""

    position: int
    kind: str
    text: str
    read: ReadText
    page: int | None = None


def pieces_of(report: Report) -> list[Piece]:
    """Return the paragraphs of a report in order, the title as number 0."""
    return [Piece(position, kind, text, read_text(text), page) for position, kind, text, page in _placed(report)]


def report_documents(report: Report, report_id: str, zone: tzinfo, pieces: list[Piece] | None = None) -> list[Json]:
    """Return the same without the version and the story, which only the store knows. Raises BadReport."""
    pieces = pieces if pieces is not None else pieces_of(report)
    names = names_in(piece.read.words for piece in pieces)
    day = published_day(report, zone)
    shared = {**_report_fields(report, zone, names), "report_id": report_id}
    return [
        {
            **shared,
            "position": piece.position,
            "kind": piece.kind,
            **_text_fields(piece.text, piece.read),
            **({"page": piece.page} if piece.page else {}),
            **mentions_of(piece.text, piece.read, day),
        }
        for piece in pieces
    ]


def _report_fields(report: Report, zone: tzinfo, names: dict[str, list[str]]) -> Json:
    """Return what every paragraph says of its report: title, where from, when, who. Fields without a value are left out."""
    fields = {
        "title": report.heading(),
        "collection": report.collection,
        "source": report.source,
        "author": report.author,
        "url": report.url,
        "published": report.published,
        "published_text": report.published_text,
        **published_span(report, zone),
        "language": report.language or _language(report),
        "places": report.places or names.get("place"),
        "actors": report.actors or names.get("actor"),
        "tags": report.tags,
    }
    return {name: value for name, value in fields.items() if value}


def published_span(report: Report, zone: tzinfo) -> Json:
    """Return `published_from` and `published_to` of a dated report, `{}` of an undated one. Raises BadReport."""
    if not report.published:
        return {}
    span = _span(report, zone)
    return {"published_from": engine_date(span.first), "published_to": engine_date(span.last)}


def _span(report: Report, zone: tzinfo) -> Span:
    try:
        return span_of(report.published or "", zone)
    except ValueError as error:
        raise BadReport(f"published: {error}; write 2019, 2019-04, 2019-04-19 or 2019-04-19T14:30:00+03:00") from error


def published_day(report: Report, zone: tzinfo) -> date | None:
    """Return the day on which a report was published, None where it names none or a longer time. Raises BadReport."""
    if not report.published or len(report.published) < len("2019-04-19"):
        return None
    return in_zone(_span(report, zone).first, zone).date()


def _placed(report: Report) -> Iterator[tuple[int, str, str, int | None]]:
    if report.heading():
        yield 0, "title", report.heading(), None
    position = 0
    for part in report.body():
        for piece in cut(part.text):
            position += 1
            yield position, part.kind, piece, part.page


def _text_fields(text: str, read: ReadText) -> Json:
    return {
        "text": text,
        "normalized": read.normalized,
        "forms": read.forms,
        "content_hash": hashlib.sha256(text.encode()).hexdigest(),
    }


def cut(text: str, longest: int = LONGEST_PARAGRAPH) -> list[str]:
    """Cut a very long paragraph at the ends of sentences, else of clauses, else at white space.

    Joined, the pieces are the text again.
    """
    pieces = []
    while len(text) > longest or _overlong(text):
        end = _cut_place(text[:longest])
        while _overlong(text[:end]):
            end //= 2
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text] if text else pieces


def _overlong(text: str) -> bool:
    """Tell whether a text of at most `LONGEST_PARAGRAPH` grows beyond the limit: one ligature can be 18 letters."""
    if len(text) * _LONGEST_LIGATURE <= LONGEST_NORMALIZED:
        return False
    return _LIGATURE.search(text) is not None and len(normalize(text)) > LONGEST_NORMALIZED


def _cut_place(head: str) -> int:
    for pattern in (_SENTENCE_END, _CLAUSE_END):
        ends = [match.end() for match in pattern.finditer(head)]
        if ends and ends[-1] > len(head) // 2:
            return ends[-1]
    space = max(head.rfind(" "), head.rfind("\n"))
    return space + 1 if space > len(head) // 2 else len(head)


def _language(report: Report) -> str | None:
    """Say `ar` where most letters are Arabic ones: a text file names no language, and a filter on it should find it."""
    sample = " ".join(report.texts()[:21])[:4000]
    arabic = len(sample) - len(_ARABIC_LETTERS.sub("", sample))
    # Of an Arabic text more than half of all characters are Arabic letters: the others need not be counted.
    return "ar" if arabic * 2 > len(sample) or arabic * 2 > len(sample) - len(_LETTERS.sub("", sample)) else None
