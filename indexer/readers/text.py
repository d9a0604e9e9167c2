"""Reads .txt: each non-empty line is a paragraph and the first is the title."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.readers.given import Given, Refused, Source
from indexer.repair import with_plain_line_ends
from indexer.report import LONGEST_TITLE

LARGEST = 8 * 1024 * 1024
"""Bytes of one text file. A larger one is no report, and its record would pass the engine's 20 MB a request."""


def read_text(source: Source) -> Iterator[Given | Refused]:
    """Yield the one report of a text file in UTF-8, with or without a byte order mark."""
    size = source.path.stat().st_size
    if size > LARGEST:
        yield Refused(source.place, f"the file has {size:,} bytes; a text file may have {LARGEST:,}", size)
        return
    try:
        text = source.path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield Refused(source.place, f"not UTF-8: byte {error.object[error.start]:#04x} at {error.start}", size)
        return
    lines = [line.strip() for line in with_plain_line_ends(text).split("\n")]
    yield Given(source.place, _record([line for line in lines if line]), source.root, size, path=source.below)


def _record(lines: list[str]) -> dict[str, object]:
    if lines and len(lines[0]) <= LONGEST_TITLE:
        return {"title": lines[0], "paragraphs": lines[1:]}
    return {"paragraphs": lines}
