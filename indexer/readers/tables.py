"""Reads .csv and .tsv: one report a row, the columns by the command's `--columns` or by a known header."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from indexer.readers.columns import Columns, UnknownColumns, columns_of
from indexer.readers.encodings import Decoded, Undecodable, decode
from indexer.readers.given import Findings, Item, Refused, Source
from indexer.readers.mojibake import mend

LONGEST_CELL = 8 * 1024 * 1024
"""Characters of one cell: the module's own limit of 131,072 is shorter than a long report."""
SAMPLE = 1024 * 1024
"""Bytes from which the encoding is told; the rest must be in it too."""
_SEPARATORS = ",;\t|"

csv.field_size_limit(LONGEST_CELL)


def read_table(source: Source) -> Iterator[Item]:
    """Yield the report of each row, or why not; the first row is the header."""
    size = source.path.stat().st_size
    try:
        decoded = _decision(source)
        codec = "utf-8-sig" if decoded.encoding == "UTF-8" else decoded.encoding
        _check(source.path, codec)
    except Undecodable as error:
        yield Refused(source.place, str(error), size)
        return
    with source.path.open(encoding=codec, newline="") as file:
        first = file.readline()
        file.seek(0)
        separator = "\t" if source.suffix in {".tsv", ".tab"} else max(_SEPARATORS, key=first.count)
        yield from rows_of(
            _rows(csv.reader(file, delimiter=separator)), source, size, Findings(format="table", encoding=decoded.told)
        )


def _decision(source: Source) -> Decoded:
    with source.path.open("rb") as file:
        sample = file.read(SAMPLE)
    whole = len(sample) < SAMPLE
    return decode(sample if whole else sample[: sample.rfind(b"\n") + 1] or sample, source.charset)


def _check(path: Path, codec: str) -> None:
    """Decode a file without keeping it, so that a broken byte is told by its position before the first row is loaded."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    position = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(SAMPLE)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = position + len(chunk) - len(error.object) + error.start
                raise Undecodable(
                    f"not {codec.removesuffix('-sig').upper()}: byte {error.object[error.start]:#04x} at {at}"
                ) from error
            position += len(chunk)
            if not chunk:
                return


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, Sequence[str] | str]]:
    """Yield the number and the cells of each row that is not empty, or what is wrong with it."""
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield number, f"no row: {error}"
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, cells


def rows_of(
    rows: Iterator[tuple[int, Sequence[str] | str]], source: Source, size: int, findings: Findings
) -> Iterator[Item]:
    """Yield the reports of numbered rows, of which the first is the header; without a known header one refusal."""
    _, header = next(rows, (0, ""))
    if isinstance(header, str):
        yield Refused(source.place, header or "the table has no row", size)
        return
    try:
        columns = columns_of(header, source.asked.columns)
    except UnknownColumns as error:
        yield Refused(source.place, str(error), size)
        return
    if columns.left:
        findings = replace(findings, remarks=(f"columns not taken: {', '.join(columns.left)[:500]}",))
    for number, cells in rows:
        yield _row((number, cells), columns, source, len(header), findings)
        findings = replace(findings, remarks=())


def _row(
    row: tuple[int, Sequence[str] | str], columns: Columns, source: Source, width: int, findings: Findings
) -> Item:
    number, cells = row
    place = f"{source.place}:{number}"
    if isinstance(cells, str):
        return Refused(place, cells)
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        return Refused(place, f"the row has {len(cells)} cells and the header {width}")
    size = sum(map(len, cells)) + len(cells)
    whole = list(map(mend, cells))
    findings = replace(findings, mended=sum(cell != other for cell, other in zip(cells, whole, strict=True)))
    return columns.draft(whole, place).given(source, size, findings, place, is_file=False)
