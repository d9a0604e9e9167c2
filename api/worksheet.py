"""A batch as a table: CSV with a search a row comes in, CSV with the counts and the first hits of each goes out."""

from __future__ import annotations

import csv
import io
from typing import Any

from analyzers.levels import LADDER
from api.batch import Answered
from api.cells import guarded, unguarded
from api.errors import BadRequest, Fault
from api.params import MOST_QUERIES, SearchParams

Json = dict[str, Any]

HITS = 3
"""Hits of each search that its row holds."""
_OF_A_HIT = ("id", "title", "published", "text")
LONGEST_CELL = 100_000
"""Characters, far beyond any query: a quote that was not closed has swallowed the rest."""
_NO_TABLE = "this is not CSV: a quote is not closed, or a cell is too long"
_LISTS = {field.alias or name for name, field in SearchParams.model_fields.items() if field.default == []}
_COUNTS = ("total", "any", *(level.value for level in LADDER))
_COLUMNS = ("name", "q", "error", *_COUNTS, *(f"hit{n}_{field}" for n in range(1, HITS + 1) for field in _OF_A_HIT))


def queries_of(content: bytes) -> list[object]:
    """Return the searches of a table: its first row names the columns, as parameters are called; several values by `|`.

    Rows without a `name` are called by their numbers. Raises BadRequest where this is no such table.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong("this is not UTF-8; a spreadsheet saves it as `CSV UTF-8`") from None
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error:
        raise _wrong(_NO_TABLE) from None
    # The module's own limit is one for the process, and whoever reads tables of reports has raised it.
    if any(len(cell) > LONGEST_CELL for row in rows for cell in row.values() if isinstance(cell, str)):
        raise _wrong(_NO_TABLE)
    queries: list[object] = [_query(number, row) for number, row in enumerate(rows, 1) if any(row.values())]
    if not rows or "q" not in rows[0]:
        raise _wrong("the first row names the columns, one of them `q`; each further row is a search")
    if len(queries) > MOST_QUERIES:
        raise _wrong(f"a batch has up to {MOST_QUERIES} searches; this has {len(queries):,}")
    return queries


def _wrong(message: str) -> BadRequest:
    return BadRequest(Fault("body", message))


def _delimiter(text: str) -> str:
    """Return what separates the columns: spreadsheets write a semicolon where the comma is for decimals."""
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)


def _query(number: int, row: dict[Any, Any]) -> object:
    """Return the search of a row, or what is wrong with the row."""
    if None in row:
        return BadRequest(Fault("body", f"row {number} has more cells than columns; put quotes around a comma"))
    cells = {str(name).strip(): unguarded(value) for name, value in row.items() if value}
    given = {name: value.split("|") if name in _LISTS else value for name, value in cells.items()}
    return {"name": str(number), "size": HITS, **given}


def worksheet(queries: list[object], answers: list[Answered], faults: list[str]) -> bytes:
    """Return a row for each search, in UTF-8 with the mark by which Excel knows it; `faults` is empty where one worked."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for query, answered, fault in zip(queries, answers, faults, strict=True):
        writer.writerow(map(guarded, _row(query, answered, fault)))
    return file.getvalue().encode("utf-8-sig")


def _row(query: object, answered: Answered, fault: str) -> list[object]:
    """Return the cells of a search, as many as there are columns."""
    answer = answered.answer or {}
    total, levels = answer.get("total", {}), answer.get("levels", {})
    hits = [hit.get(field) for hit in answer.get("hits", [])[:HITS] for field in _OF_A_HIT]
    row = [
        answered.name,
        query.get("q") if isinstance(query, dict) else None,
        fault,
        total.get("value"),
        total.get("any"),
    ]
    row += [*(levels.get(level.value) for level in LADDER), *hits]
    return row + [None] * (len(_COLUMNS) - len(row))
