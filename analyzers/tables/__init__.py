"""The reviewed tables of the lexicon, as tab-separated files: one row an entry, with its source."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

FOLDER = Path(str(files(__name__)))

COLUMNS: dict[str, tuple[str, ...]] = {
    "places": ("id", "country", "kind", "name", "spellings", "latin", "lat", "lon", "source", "note"),
    "actors": ("id", "kind", "country", "label", "label_en", "aliases", "latin", "source", "note"),
    "months": ("number", "names", "source"),
    "hijri_months": ("number", "names", "source"),
    "words": ("forms", "gloss", "source"),
    "collisions": ("word", "other", "reason", "cap"),
    "whole": ("word", "reason"),
    "overrides": ("form", "stem", "reason"),
    "casualties": ("kind", "role", "forms", "reason"),
    "people": ("number", "forms", "reason"),
}

Row = dict[str, str]


def read_table(name: str, folder: Path = FOLDER) -> list[Row]:
    """Return the rows of a table as dicts by column; lists inside a column are separated by `|`.

    Raises ValueError where the columns are not the table's own, or a row has more or fewer.
    """
    with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [dict(row) for row in reader]
    if tuple(reader.fieldnames or ()) != COLUMNS[name]:
        raise ValueError(f"{name}.tsv wants the columns {', '.join(COLUMNS[name])}")
    if any(None in row or None in row.values() for row in rows):
        raise ValueError(f"{name}.tsv has a row with a column too many or too few")
    return rows


def listed(value: str) -> list[str]:
    """Return the members of a list inside a column."""
    return [part.strip() for part in value.split("|") if part.strip()]
