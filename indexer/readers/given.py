"""What a reader yields: records as given, and what it could not read, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Given:
    """One record as given. `path` is set where the file holds this one report; `size` is its share of the input, in bytes."""

    place: str
    record: object
    root: str
    size: int
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that could not be loaded: where it stands (`file:line`), why, and the line itself where it is text."""

    place: str
    reason: str
    size: int = 0
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: `root` is the folder that was named (of a file: its folder), `below` the path from there."""

    path: Path
    root: str
    below: str

    @property
    def place(self) -> str:
        """The file as messages name it."""
        return self.below


Reader = Callable[[Source], Iterator[Given | Refused]]
"""Reads one file, never raises for what is in it: a fault is a `Refused`, and the rest goes on."""
