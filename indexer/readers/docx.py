"""Reads .docx: its paragraphs with the kinds that their styles name, its tables row by row, its text boxes and footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml.etree import LxmlError, _Element

from indexer.readers.blocks import CELLS
from indexer.readers.drafts import Draft, paragraph
from indexer.readers.given import Findings, Item, Refused, Source
from indexer.readers.packed import unpacked_size

LARGEST = 256 * 1024 * 1024
"""Bytes of all that a document packs but its pictures."""

_KINDS = (("heading", "heading"), ("caption", "caption"), ("quote", "quote"), ("list", "list"), ("subtitle", "heading"))
_TEXTS = {qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")}
_SPOKEN = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_LEFT_OUT = {qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_NOTES = re.compile(r"/word/(footnotes|endnotes)\d*\.xml")
_EDGES = re.compile(r"/word/(header|footer)\d*\.xml")


def read_docx(source: Source) -> Iterator[Item]:
    """Yield the one report of a document. Running heads and feet are boilerplate; changes are read as if accepted."""
    size = source.path.stat().st_size
    if (unpacked := unpacked_size(source.path, r".*\.xml(\.rels)?")) > LARGEST:
        yield Refused(source.place, f"it unpacks to {unpacked:,} bytes; a document may have {LARGEST:,}", size)
        return
    try:
        document = docx.Document(str(source.path))
    except (KeyError, ValueError, LxmlError, OSError) as error:
        yield Refused(source.place, f"a broken .docx: {type(error).__name__}", size)
        return
    draft = _draft(document)
    dropped = sum(bool(_text(part)) for root in _parts(document, _EDGES) for part in root.iter(qn("w:p")))
    yield draft.given(source, size, Findings(format="docx", dropped=dropped))


def _draft(document: Document) -> Draft:
    draft = Draft(author=document.core_properties.author or "", language=document.core_properties.language or "")
    for element in document.element.body.iter(qn("w:p"), qn("w:tr")):
        if element.tag == qn("w:tr"):
            draft.paragraphs += _row(element)
        elif not _is_in_row(element) and (text := _text(element)):
            _add(draft, text, _kind(Paragraph(element, document)))
    for root in _parts(document, _NOTES):
        draft.paragraphs += [paragraph(text) for part in root.iter(qn("w:p")) if (text := _text(part))]
    return draft


def _add(draft: Draft, text: str, kind: str) -> None:
    """Add a paragraph; the first one of the style Title, or a heading before everything else, is the title."""
    is_title = kind == "title" or (kind == "heading" and not draft.paragraphs)
    if is_title and not draft.title:
        draft.title = text
    else:
        draft.paragraphs.append(paragraph(text, "heading" if kind == "title" else kind))


def _kind(part: Paragraph) -> str:
    name = (part.style.name or "").lower() if part.style is not None else ""
    if name == "title":
        return "title"
    for word, kind in _KINDS:
        if word in name:
            return kind
    return "list" if part._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None else "body"  # noqa: SLF001


def _row(row: Any) -> list[dict[str, Any]]:
    """Return a row of data as one paragraph; of a row that lays out a page, each paragraph of its cells."""
    if row.find(f".//{qn('w:tr')}") is not None or _is_in_row(row.getparent()):
        cells = [[_text(part) for part in cell.iterchildren(qn("w:p"))] for cell in row.iterchildren(qn("w:tc"))]
        return [paragraph(text, "table") for cell in cells for text in cell if text]
    cells = [[text for part in cell.iter(qn("w:p")) if (text := _text(part))] for cell in row.iter(qn("w:tc"))]
    if any(len(cell) > 1 for cell in cells):
        return [paragraph(text, "table") for cell in cells for text in cell]
    text = CELLS.join(" ".join(cell) for cell in cells).strip()
    return [paragraph(text, "table")] if text.replace(CELLS.strip(), "").strip() else []


def _is_in_row(element: Any) -> bool:
    return any(True for _ in element.iterancestors(qn("w:tr")))


def _text(part: Any) -> str:
    """Return the text of a paragraph without that of the text boxes inside it, which have paragraphs of their own."""
    return "".join(
        _SPOKEN.get(node.tag) or node.text or ""
        for node in part.iter(*_TEXTS)
        if next(node.iterancestors(qn("w:p")), None) is part
        and not any(element.tag in _LEFT_OUT for element in node.iterancestors())
    ).strip()


def _parts(document: Document, names: re.Pattern[str]) -> Iterator[_Element]:
    for part in document.part.package.iter_parts():
        if names.fullmatch(str(part.partname)):
            yield parse_xml(part.blob)
