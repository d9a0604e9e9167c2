"""From the paths that a user names to the files that are read, each with its reader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from indexer.errors import IndexerError
from indexer.readers.given import Given, Reader, Refused, Source
from indexer.readers.jsonl import read_jsonl
from indexer.readers.text import read_text

STANDARD_INPUT = Path("-")
READERS: dict[str, Reader] = {".txt": read_text, ".jsonl": read_jsonl, ".ndjson": read_jsonl}


def find_sources(paths: list[Path]) -> list[Source]:
    """Return the files to read, in the order named and sorted within a folder. A path that is not there is an IndexerError.

    In a folder only files of a known format are taken; a file that is named itself must be of one.
    """
    sources: list[Source] = []
    for path in paths:
        sources += _below(path.resolve()) if path.is_dir() else [_named(path)]
    if not sources:
        raise IndexerError(f"there is nothing to load in {', '.join(map(str, paths))}: looked for {_known()}")
    return sources


def _below(folder: Path) -> list[Source]:
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in READERS and file.is_file())
    shown = (file for file in files if not any(part.startswith(".") for part in file.relative_to(folder).parts))
    return [Source(file, _name(folder), _name(file.relative_to(folder))) for file in shown]


def size_of(source: Source) -> int:
    """Return the bytes of a source, 0 for standard input, which does not say."""
    return 0 if source.path == STANDARD_INPUT else source.path.stat().st_size


def _named(path: Path) -> Source:
    if path == STANDARD_INPUT:
        return Source(path, "-", "-")
    if not path.is_file():
        raise IndexerError(f"{path}: there is no such file or folder")
    if path.suffix.lower() not in READERS:
        raise IndexerError(f"{path}: unknown format; known are {_known()}")
    resolved = path.resolve()
    return Source(resolved, _name(resolved.parent), _name(Path(resolved.name)))


def _name(path: Path) -> str:
    r"""Return a path as ids and messages have it; a byte that is not UTF-8 is written as `\xff`."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _known() -> str:
    return ", ".join(READERS)


def read(source: Source) -> Iterator[Given | Refused]:
    """Yield what a file holds; a file that cannot be opened is one refusal."""
    try:
        yield from READERS[source.path.suffix.lower()](source)
    except OSError as error:
        yield Refused(source.place, f"the file cannot be read: {error.strerror}")
