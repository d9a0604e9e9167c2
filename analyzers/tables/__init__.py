"""The reviewed tables of the lexicon, as tab-separated files: one row an entry, with its source."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

FOLDER = Path(str(files(__name__)))

Row = dict[str, str]


def read_table(name: str, folder: Path = FOLDER) -> list[Row]:
    """Return the rows of a table as dicts by column; lists inside a column are separated by `|`."""
    with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def listed(value: str) -> list[str]:
    """Return the members of a list inside a column."""
    return [part.strip() for part in value.split("|") if part.strip()]
