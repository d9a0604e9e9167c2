"""Reads standard input: one record a line, as in .jsonl, for a program that has reports and no file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from indexer.readers.given import Item, Source
from indexer.readers.jsonl import read_lines

STREAM = Source(Path("-"), "-", "-")


def read_stream(file: BinaryIO, longest: int) -> Iterator[Item]:
    """Yield each line's record as it comes; a line of more than `longest` bytes is refused, and the next is read."""
    yield from read_lines(file, STREAM, longest)
