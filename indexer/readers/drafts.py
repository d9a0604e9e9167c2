"""A record in the making: what a reader found, brought into the form of a report, its date read or kept as written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from indexer.dates import Ambiguous
from indexer.readers.given import STREAM, Findings, Given, Refused, Source
from indexer.readers.mojibake import mend_record
from indexer.readers.written_dates import dated
from indexer.report import LONGEST_TITLE, MOST_PARAGRAPHS

MOST_CHARACTERS = 4_000_000
"""Characters of one report: in UTF-8, with what is made of them, they stay below the engine's 20 MB a request."""
LONGEST_NAME = 1000
LONGEST_WRITTEN_DATE = 200

_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN_LANGUAGES = {"en", "fr", "de", "es", "it", "nl", "sv", "tr", "pt"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

Paragraph = dict[str, Any]


def paragraph(text: str, kind: str = "body", page: int | None = None) -> Paragraph:
    """Return a paragraph as a record holds it."""
    return {"text": text, "kind": kind} | ({"page": page} if page else {})


@dataclass(slots=True)
class Draft:
    """What was found of one report; `published` as it is written there."""

    title: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    id: str = ""
    source: str = ""
    author: str = ""
    url: str = ""
    published: str = ""
    language: str = ""
    places: list[str] = field(default_factory=list)
    actors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return the record, without what has no value; a title as long as a paragraph becomes one."""
        title, paragraphs = self.title.strip(), [part for part in self.paragraphs if part["text"].strip()]
        if len(title) > LONGEST_TITLE:
            title, paragraphs = "", [paragraph(title, "heading"), *paragraphs]
        fields = {
            "id": _name(self.id),
            "title": title,
            "source": _name(self.source),
            "author": _name(self.author),
            "url": self._url(),
            **self._published(),
            "language": self._language(),
            "places": _names(self.places),
            "actors": _names(self.actors),
            "tags": _names(self.tags),
        }
        return {name: value for name, value in fields.items() if value} | {"paragraphs": list(map(_short, paragraphs))}

    def _language(self) -> str:
        """Return the language that was named; none where a template says English of a text in Arabic letters."""
        language = self.language.strip()
        if not _LANGUAGE.fullmatch(language):
            return ""
        sample = "".join([self.title, *(part["text"] for part in self.paragraphs[:20])])[:4000]
        is_arabic = len(_ARABIC.findall(sample)) * 2 > len(_LETTER.findall(sample))
        return "" if is_arabic and language.partition("-")[0] in _LATIN_LANGUAGES else language

    def _url(self) -> str:
        """Return the url where it is a whole address: a report is known by it for ever."""
        url = self.url.strip()
        return url if re.fullmatch(r"https?://\S{3,990}", url) else ""

    def _published(self) -> dict[str, str]:
        written = " ".join(self.published.split())[:LONGEST_WRITTEN_DATE]
        if not written:
            return {}
        try:
            read = dated(written)
        except Ambiguous as doubt:
            self.remarks.append(f"published: {written!r} may be {doubt}; kept as it is written")
        except (ValueError, OverflowError):
            self.remarks.append(f"published: {written!r} is no date that could be read; kept as it is written")
        else:
            if read.note:
                self.remarks.append(f"published: {written!r} is taken as {read.note}")
            return {"published": read.iso}
        return {"published_text": written}

    def given(
        self, source: Source, size: int, findings: Findings, place: str = "", *, is_file: bool = True
    ) -> Given | Refused:
        """Return the record for the load, or the reason why it is too large for one."""
        record, mended = mend_record(self.record())
        place = place or source.place
        parts = record["paragraphs"]  # type: ignore[index]
        if len(parts) > MOST_PARAGRAPHS:
            return Refused(place, f"it has {len(parts):,} paragraphs; a report may have {MOST_PARAGRAPHS:,}", size)
        if (characters := sum(len(_text(part)) for part in parts)) > MOST_CHARACTERS:
            return Refused(place, f"it has {characters:,} characters; a report may have {MOST_CHARACTERS:,}", size)
        remarks = (*findings.remarks, *self.remarks)
        told = replace(findings, file=source.below, mended=findings.mended + mended, remarks=remarks)
        path = source.below if is_file and source.below != STREAM else None
        return Given(place, record, source.root, size, path=path, findings=told)


def _short(part: Paragraph) -> Paragraph | str:
    """Return a paragraph of the body without a page as the bare string that it is in a record."""
    return part["text"] if part["kind"] == "body" and "page" not in part else part


def _text(part: Paragraph | str) -> str:
    return part if isinstance(part, str) else part["text"]


def _name(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]


def _names(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(name for text in texts if (name := _name(text))))
