"""What a file is, told by its first bytes; its name decides only between formats that look alike."""

from __future__ import annotations

import re
import zipfile
from typing import NamedTuple

import orjson

from indexer.readers.encodings import Undecodable, decode
from indexer.readers.given import Source

HEAD = 64 * 1024
"""Bytes that are looked at."""


class NotTaken(Exception):
    """No reader takes the file; the message is the reason of the refusal."""


class HoldsNoText(NotTaken):
    """A picture, a film, a style sheet: in a folder it is skipped, named by itself it is refused."""


class IsEmpty(NotTaken):
    """There is not one byte: skipped, also where it was named, for a day without news is no fault."""


class Signature(NamedTuple):
    """The bytes at an offset, and what they say: a format of ours, or what the file is to a person."""

    offset: int
    magic: bytes
    format: str = ""
    skipped: str = ""
    refused: str = ""


_OLD_OFFICE = "an old Office file (.doc, .xls, .ppt): save it as .docx or .xlsx"
SIGNATURES = (
    Signature(0, b"PK\x03\x04", "zip"),
    Signature(0, b"PK\x05\x06", "zip"),
    Signature(0, b"\x1f\x8b", "packed"),
    Signature(0, b"BZh", "packed"),
    Signature(0, b"\xfd7zXZ\x00", "packed"),
    Signature(257, b"ustar", "tar"),
    Signature(0, b"WARC/", "warc"),
    Signature(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", refused=_OLD_OFFICE),
    Signature(0, b"Rar!", refused="a RAR archive: unpack it, or pack it as .zip"),
    Signature(0, b"7z\xbc\xaf\x27\x1c", refused="a 7z archive: unpack it, or pack it as .zip"),
    Signature(0, b"{\\rtf", refused="rich text: save it as .docx"),
    Signature(0, b"SQLite format 3\x00", refused="a database: export its table as .csv"),
    Signature(0, b"%!PS", refused="PostScript: save it as .pdf"),
    Signature(0, b"\xff\xd8\xff", skipped="picture"),
    Signature(0, b"\x89PNG", skipped="picture"),
    Signature(0, b"GIF8", skipped="picture"),
    Signature(0, b"BM", skipped="picture"),
    Signature(0, b"II*\x00", skipped="picture"),
    Signature(0, b"MM\x00*", skipped="picture"),
    Signature(0, b"\x00\x00\x01\x00", skipped="picture"),
    Signature(8, b"WEBP", skipped="picture"),
    Signature(4, b"ftyp", skipped="film or sound"),
    Signature(0, b"\x1aE\xdf\xa3", skipped="film or sound"),
    Signature(0, b"OggS", skipped="film or sound"),
    Signature(0, b"ID3", skipped="film or sound"),
    Signature(0, b"fLaC", skipped="film or sound"),
    Signature(0, b"RIFF", skipped="film or sound"),
    Signature(0, b"wOFF", skipped="part of a web page"),
    Signature(0, b"wOF2", skipped="part of a web page"),
)
_PARTS_OF_PAGES = {".css", ".js", ".mjs", ".woff", ".woff2", ".ttf", ".eot", ".svg", ".map"}
_TEXT = {"", ".txt", ".text", ".md", ".asc"}
_TABLES = {".csv", ".tsv", ".tab"}
_LINES = {".jsonl", ".ndjson"}
_PAGES = {".html", ".htm", ".xhtml"}
_ELEMENT = re.compile(r"<([A-Za-z][\w:.-]*)")
_ROOTS = {"rss": "feed", "feed": "feed", "rdf:RDF": "feed", "channel": "feed", "svg": ""}
_FLOW = {
    "html",
    "head",
    "body",
    "div",
    "p",
    "article",
    "main",
    "section",
    "table",
    "h1",
    "h2",
    "meta",
    "title",
    "span",
    "a",
}


def format_of(source: Source) -> str:
    """Return the name of the reader that takes a file. Raises NotTaken, OSError."""
    if source.format:
        return source.format
    with source.path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise IsEmpty("empty file")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for signature in SIGNATURES:
        if head.startswith(signature.magic, signature.offset):
            return _signed(signature, source)
    if source.suffix in _PARTS_OF_PAGES:
        raise HoldsNoText("part of a web page")
    return _format_of_text(head, source)


def _signed(signature: Signature, source: Source) -> str:
    if signature.skipped:
        raise HoldsNoText(signature.skipped)
    if signature.refused:
        raise NotTaken(signature.refused)
    return _packed_office(source) if signature.format == "zip" else signature.format


def _packed_office(source: Source) -> str:
    """Tell a document or workbook from an archive by the members it must have."""
    try:
        with zipfile.ZipFile(source.path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise NotTaken(f"a broken .zip, .docx or .xlsx: {error}") from error
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        raise NotTaken("an OpenDocument file: save it as .docx or .xlsx")
    if "ppt/presentation.xml" in names:
        raise NotTaken("a presentation: save it as .pdf")
    return "zip"


def _format_of_text(head: bytes, source: Source) -> str:
    text = peek(head)
    start = text.lstrip("\ufeff \t\r\n")
    if source.suffix in _LINES:
        return "jsonl"
    if found := _format_of_markup(start, source) or _format_of_json(start):
        return found
    if source.suffix in _TABLES or "event_id_cnty" in text[:2000].partition("\n")[0]:
        return "table"
    if source.suffix in _PAGES:
        return "html"
    if source.suffix in _TEXT:
        return "text"
    raise NotTaken(f"no format that is known here ({source.suffix}); known are {', '.join(KNOWN)}")


def peek(head: bytes) -> str:
    """Return the beginning of a text in whatever encoding: its markup is ASCII in each of them."""
    try:
        return decode(head if len(head) < HEAD else head[: HEAD // 2]).text
    except Undecodable:
        return head.decode("latin-1")


def _format_of_markup(start: str, source: Source) -> str:
    if not start.startswith("<"):
        is_page = re.search(r"<html[\s>]", start[:4096], re.IGNORECASE)
        return "html" if is_page else ""
    bare = re.sub(r"<!--.*?-->|<\?.*?\?>", "", start, flags=re.DOTALL)
    if re.match(r"\s*<!doctype html", bare, re.IGNORECASE):
        return "html"
    element = _ELEMENT.search(re.sub(r"<!DOCTYPE[^>\[]*(\[.*?\]\s*)?>", "", bare, flags=re.DOTALL | re.IGNORECASE))
    root = element[1] if element else ""
    if root in _ROOTS or root.lower() in {"rss", "feed"}:
        return _ROOTS.get(root, "feed") or _no_text()
    if root.lower() in _FLOW or source.suffix in _PAGES:
        return "html"
    if start.startswith("<?xml") or source.suffix == ".xml":
        raise NotTaken(f"XML of a kind that is not known here (<{root[:40]}>); known are RSS and Atom")
    return ""


def _no_text() -> str:
    raise HoldsNoText("picture")


def _format_of_json(start: str) -> str:
    """Tell one document of JSON from lines of it; a text that begins with a bracket is neither."""
    if not re.match(r'\{\s*["}]|\[\s*[\[{"\]]', start):
        return ""
    first, _, rest = start.partition("\n")
    try:
        whole = isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        whole = False
    return "jsonl" if whole and rest.lstrip().startswith("{") else "json"


KNOWN = (
    ".txt",
    ".jsonl",
    ".ndjson",
    ".json",
    ".csv",
    ".tsv",
    ".xlsx",
    ".html",
    ".pdf",
    ".docx",
    "RSS and Atom",
    ".warc",
    ".zip",
    ".tar",
    ".gz",
)
