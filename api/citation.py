"""A paragraph as a reference: for BibTeX (biblatex), RIS and CSL-JSON, each with its permalink and the hash of its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import rispy
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.middlewares import BlockMiddleware, LatexEncodingMiddleware
from bibtexparser.model import Entry, Field
from pylatexenc.latexencode import RULE_DICT, UnicodeToLatexConversionRule, UnicodeToLatexEncoder

Json = dict[str, Any]

_ARCHIVE = "Rasd"
_ISO_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")

# What is a command to TeX is escaped; all else, Arabic first, stays the UTF-8 that biber reads.
_SPECIAL = {
    ord(char): code
    for char, code in {
        "\\": r"{\textbackslash}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        "{": r"\{",
        "}": r"\}",
        "%": r"\%",
        "&": r"\&",
        "#": r"\#",
        "$": r"\$",
        "_": r"\_",
    }.items()
}
_ENCODER = UnicodeToLatexEncoder(
    conversion_rules=[UnicodeToLatexConversionRule(RULE_DICT, _SPECIAL)],
    unknown_char_policy="keep",
    unknown_char_warning=False,
)


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited: a paragraph, the address that stands for its text, and the day on which it was looked at."""

    paragraph: Json
    permalink: str
    accessed: date

    @property
    def key(self) -> str:
        """A key of a-z, 0-9, `-`, `_` and `.`, which every program takes."""
        return str(self.paragraph["id"]).replace(":", ".")

    @property
    def title(self) -> str:
        """The report's title, else how the paragraph begins."""
        return _one_line(self.paragraph["title"] or self.paragraph["text"][:100])

    @property
    def published(self) -> list[int]:
        """Year, month and day of publication as far as they are known."""
        told = _ISO_DAY.match(self.paragraph["published"] or "")
        return [int(part) for part in told.groups() if part] if told else []

    @property
    def iso_published(self) -> str:
        """The same as `2019-04-19`, `2019-04` or `2019`; empty where it is not known."""
        return "-".join(f"{part:02}" for part in self.published)

    @property
    def hash_note(self) -> str:
        """The hash of the text, by which anyone can check a copy."""
        return f"SHA-256 of the text: {self.paragraph['content_hash']}"


def bibtex(citation: Citation) -> str:
    """Return a biblatex entry `@online`."""
    paragraph = citation.paragraph
    fields = {
        "title": citation.title,
        # In braces of its own: a desk's name is not a first and a last name.
        "author": paragraph["source"],
        "date": citation.iso_published,
        "url": paragraph["url"] or citation.permalink,
        "urldate": citation.accessed.isoformat(),
        "eprint": citation.permalink,
        "eprinttype": _ARCHIVE,
        "abstract": paragraph["text"],
        "note": citation.hash_note,
        "langid": "arabic" if paragraph["language"] == "ar" else None,
    }
    told = [Field(name, _one_line(value)) for name, value in fields.items() if value]
    library = Library([Entry("online", citation.key, told)])
    encoding = LatexEncodingMiddleware(encoder=_ENCODER)
    return write_string(library, prepend_middleware=[encoding, _CorporateAuthor()])


class _CorporateAuthor(BlockMiddleware):
    """Puts an author, once its letters are escaped, into braces of its own."""

    def __init__(self) -> None:
        super().__init__(allow_inplace_modification=True)

    def transform_entry(self, entry: Entry, library: Library) -> Entry:  # noqa: ARG002 (the interface)
        if author := entry.fields_dict.get("author"):
            author.value = f"{{{author.value}}}"
        return entry


def ris(citation: Citation) -> str:
    """Return an RIS record of type ELEC."""
    paragraph = citation.paragraph
    fields = {
        "type_of_reference": "ELEC",
        "id": citation.key,
        "title": citation.title,
        "authors": [_one_line(paragraph["source"])] if paragraph["source"] else None,
        "year": str(citation.published[0]) if citation.published else None,
        "date": citation.iso_published.replace("-", "/"),
        "access_date": citation.accessed.isoformat().replace("-", "/"),
        "language": paragraph["language"],
        "abstract": _one_line(paragraph["text"]),
        "urls": [url for url in (_one_line(paragraph["url"] or ""), citation.permalink) if url],
        "name_of_database": _ARCHIVE,
        "accession_number": paragraph["id"],
        "notes": [citation.hash_note],
    }
    return str(rispy.dumps([{name: value for name, value in fields.items() if value}]))


def csl_json(citation: Citation) -> str:
    """Return a CSL-JSON list with one item of type webpage."""
    paragraph = citation.paragraph
    item = {
        "id": citation.key,
        "type": "webpage",
        "title": citation.title,
        "author": [{"literal": paragraph["source"]}] if paragraph["source"] else None,
        "issued": {"date-parts": [citation.published]} if citation.published else None,
        "accessed": {"date-parts": [[citation.accessed.year, citation.accessed.month, citation.accessed.day]]},
        "URL": paragraph["url"] or citation.permalink,
        "archive": _ARCHIVE,
        "archive_location": citation.permalink,
        "abstract": paragraph["text"],
        "language": paragraph["language"],
        "note": citation.hash_note,
    }
    return orjson.dumps([{name: value for name, value in item.items() if value}]).decode()


def _one_line(text: str) -> str:
    """Return a text as the value of a field: in RIS a line end would begin another field."""
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Style:
    """A format of references: how it is written and what it is called."""

    write: Callable[[Citation], str]
    media_type: str
    suffix: str


STYLES = {
    "bibtex": Style(bibtex, "application/x-bibtex; charset=utf-8", "bib"),
    "ris": Style(ris, "application/x-research-info-systems; charset=utf-8", "ris"),
    "csl-json": Style(csl_json, "application/vnd.citationstyles.csl+json", "json"),
}
