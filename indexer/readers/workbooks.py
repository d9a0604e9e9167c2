"""Reads .xlsx: each sheet is a table, with its columns as those of a .csv."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl

from indexer.readers.given import Findings, Item, Refused, Source
from indexer.readers.packed import unpacked_size
from indexer.readers.tables import rows_of

LARGEST = 1024 * 1024 * 1024
"""Bytes that a workbook unpacks to."""
LARGEST_STRINGS = 128 * 1024 * 1024
"""Bytes of its table of strings, which is held in memory."""
MOST_COLUMNS = 1000


def read_workbook(source: Source) -> Iterator[Item]:
    """Yield the report of each row of each sheet; the first row of a sheet that is not empty is its header."""
    size = source.path.stat().st_size
    if (unpacked := unpacked_size(source.path)) > LARGEST or unpacked_size(
        source.path, "xl/sharedStrings.xml"
    ) > LARGEST_STRINGS:
        yield Refused(
            source.place, f"it unpacks to {unpacked:,} bytes; a workbook may have {LARGEST:,}: save it as .csv", size
        )
        return
    try:
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(source.path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, TypeError, ParseError, OSError) as error:
        yield Refused(source.place, f"a broken .xlsx: {type(error).__name__}", size)
        return
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            place = replace(source, below=f"{source.below}!{sheet.title}")
            yield from _sheet(
                sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), place, size // len(book.worksheets)
            )
    finally:
        book.close()


def _sheet(rows: Iterator[tuple[object, ...]], source: Source, size: int) -> Iterator[Item]:
    try:
        first = next(((number, cells) for number, cells in _numbered(rows)), None)
        if first is not None:
            yield from rows_of(_from(first, _numbered(rows, first[0] + 1)), source, size, Findings(format="xlsx"))
    except (BadZipFile, KeyError, ValueError, ParseError, EOFError) as error:
        yield Refused(source.place, f"a broken sheet from here on: {type(error).__name__}")


def _from(
    first: tuple[int, Sequence[str]], rest: Iterator[tuple[int, Sequence[str]]]
) -> Iterator[tuple[int, Sequence[str] | str]]:
    yield first
    yield from rest


def _numbered(rows: Iterator[tuple[object, ...]], start: int = 1) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the number and the cells of each row that is not empty."""
    for number, row in enumerate(rows, start=start):
        cells = [_cell(value) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield number, cells


def _cell(value: object) -> str:
    """Return the value of a cell as text: a day without its midnight, a whole number without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.date() if value.time() == time.min else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
