"""Reads .pdf: pdfium gives the glyphs and where they stand; lines and paragraphs are put together from there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2

from indexer.readers.drafts import Draft, paragraph
from indexer.readers.given import Findings, Item, Refused, Source
from indexer.readers.pdf_glyphs import PageLines, lines_of_page
from indexer.readers.pdf_paragraphs import body_size, paragraphs_of

LARGEST = 512 * 1024 * 1024
MOST_PAGES = 5000

LONGEST_HEAD = 120
"""Characters of a running head."""
_DIGITS = re.compile(r"\d{1,6}")
EDGE_LINES = 2
"""Lines at the top and at the foot of a page that may be running heads."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the file says of itself."""

    title: str
    author: str


def read_pdf(source: Source) -> Iterator[Item]:
    """Yield the one report of a file; each of its paragraphs carries the number of the page that it begins on."""
    size = source.path.stat().st_size
    if size > LARGEST:
        yield Refused(source.place, f"the file has {size:,} bytes; a PDF may have {LARGEST:,}", size)
        return
    try:
        document = pypdfium2.PdfDocument(source.path)
    except pypdfium2.PdfiumError as error:
        protected = "password" in str(error).lower()
        reason = "protected by a password: save it without one" if protected else "a broken PDF: it cannot be opened"
        yield Refused(source.place, reason, size)
        return
    try:
        yield _read(document, source, size)
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument, source: Source, size: int) -> Item:
    if (count := len(document)) > MOST_PAGES:
        return Refused(source.place, f"it has {count:,} pages; a PDF may have {MOST_PAGES:,}", size)
    pages, broken = _pages(document)
    if not any(page.lines for page in pages):
        what = "page" if count == 1 else "pages"
        return Refused(source.place, f"{count:,} {what} without a text: pictures of pages want OCR first", size)
    draft, dropped = _draft(pages, _told(document))
    if empty := [page.number for page in pages if not page.lines]:
        draft.remarks.append(f"pages without a text: {_listed(empty)}")
    if broken:
        draft.remarks.append(f"pages that could not be read: {_listed(broken)}")
    if unread := sum(page.unread for page in pages):
        draft.remarks.append(f"{unread:,} glyphs whose letters the file does not tell")
    return draft.given(source, size, Findings(format="pdf", dropped=dropped))


def _pages(document: pypdfium2.PdfDocument) -> tuple[list[PageLines], list[int]]:
    pages, broken = [], []
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
            pages.append(lines_of_page(page, number))
            page.close()
        except pypdfium2.PdfiumError:
            broken.append(number)
    return pages, broken


def _told(document: pypdfium2.PdfDocument) -> Told:
    told = document.get_metadata_dict()
    return Told(told.get("Title", "").strip(), told.get("Author", "").strip())


def _draft(pages: list[PageLines], told: Told) -> tuple[Draft, int]:
    dropped = _drop_running_heads(pages)
    size = body_size(pages)
    parts = paragraphs_of(pages, size)
    title = ""
    if parts and parts[0].kind == "heading" and parts[0].page == pages[0].number:
        title = parts.pop(0).text
    elif told.title and any(told.title in part.text for part in parts[:5]):
        # Programs write their own name or the template's here: only a title that the text has is believed.
        title = told.title
    return Draft(title, [paragraph(part.text, part.kind, part.page) for part in parts], author=told.author), dropped


def _drop_running_heads(pages: list[PageLines]) -> int:
    """Take the lines off that stand at the edge of most pages, but for the page's number, and return how many."""
    counted = Counter(line for page in pages for line in {*_marks(page.edges(EDGE_LINES), page.number)})
    least = max(3, len(pages) // 2)
    repeated = {line for line, count in counted.items() if count >= least}
    return sum(_drop(page, repeated) for page in pages)


def _drop(page: PageLines, repeated: set[str]) -> int:
    return page.drop(lambda text: not repeated.isdisjoint(_marks([text], page.number)), EDGE_LINES)


def _marks(texts: list[str], number: int) -> Iterator[str]:
    """Yield what a line may share with its like on other pages: its text, and that with a number counted from the page's.

    That number is the line's first or last. Others stay as they are: a form that is filled in on every page is no head.
    """
    for text in texts:
        if len(text) <= LONGEST_HEAD:
            yield text
            found = list(_DIGITS.finditer(text))
            for told in (*found[:1], *found[-1:]):
                yield f"{text[: told.start()]}#{int(told.group()) - number}{text[told.end() :]}"


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return f"{shown} and {len(numbers) - 10:,} more" if len(numbers) > 10 else shown
