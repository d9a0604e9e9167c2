"""Reads .txt: each non-empty line is a paragraph and the first is the title."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.readers.drafts import Draft, paragraph
from indexer.readers.encodings import Decoded, Undecodable, decode_whole
from indexer.readers.given import Findings, Item, Refused, Source
from indexer.repair import with_plain_line_ends
from indexer.report import LONGEST_TITLE

LARGEST = 8 * 1024 * 1024
"""Bytes of one text file. A larger one is no report, and its record would pass the engine's 20 MB a request."""


def read_text(source: Source) -> Iterator[Item]:
    """Yield the one report of a text file."""
    size = source.path.stat().st_size
    decoded = decoded_file(source, LARGEST, "a text file")
    if isinstance(decoded, Refused):
        yield decoded
        return
    lines = [line.strip() for line in with_plain_line_ends(decoded.text).split("\n")]
    draft = _draft([line for line in lines if line])
    yield draft.given(source, size, Findings(format="text", encoding=decoded.told, mended=decoded.mended))


def decoded_file(source: Source, largest: int, what: str) -> Decoded | Refused:
    """Return a whole file as text, or why not."""
    size = source.path.stat().st_size
    if size > largest:
        return Refused(source.place, f"the file has {size:,} bytes; {what} may have {largest:,}", size)
    try:
        return decode_whole(source.path.read_bytes(), source.charset)
    except Undecodable as error:
        return Refused(source.place, str(error), size)


def _draft(lines: list[str]) -> Draft:
    if lines and len(lines[0]) <= LONGEST_TITLE:
        return Draft(title=lines[0], paragraphs=[paragraph(line) for line in lines[1:]])
    return Draft(paragraphs=[paragraph(line) for line in lines])
