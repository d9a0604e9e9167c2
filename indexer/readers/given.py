"""What a reader yields: records as given, and what it could not read or left out, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

STREAM = "-"
"""What standard input is called where it was given no name: a report from it has no path that it could be known by."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was decided while a record was read: told in the summary, so that nothing is mended or left out in silence.

    `file` is where the record was found (`a.zip/b.html`), `dropped` are blocks of boilerplate, `mended` texts that had been
    encoded twice, `remarks` what a person should know.
    """

    file: str = ""
    format: str = ""
    encoding: str = ""
    dropped: int = 0
    mended: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """One record as given. `path` is set where the file holds this one report; `size` is its share of the input, in bytes."""

    place: str
    record: object
    root: str
    size: int
    path: str | None = None
    findings: Findings = field(default_factory=Findings)


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that could not be loaded: where it stands (`file:line`), why, and the line itself where it is text.

    `findings` are those of a record that was read, and refused only when it was checked.
    """

    place: str
    reason: str
    size: int = 0
    raw: str | None = None
    findings: Findings | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that holds no report by its kind (a picture, a hidden file): counted, and no fault."""

    place: str
    reason: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of the input: which column is which field of a report, and what standard input is.

    `stream` is the file that standard input was written to, `name` what it is called, `format` the reader that takes it.
    """

    columns: tuple[tuple[str, str], ...] = ()
    stream: Path | None = None
    name: str = ""
    format: str = ""


@dataclass(slots=True)
class Allowance:
    """What one archive, with all that is packed inside it, may still unpack."""

    bytes: int
    members: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: `root` is the folder that was named (of a file: its folder), `below` the path from there.

    `named` tells that the user named this very file, `format` the reader that the user wants for it. `charset` and `url` are
    what a web archive says of it; `level` counts the archives around it, `allowance` is what they may still unpack.
    """

    path: Path
    root: str
    below: str
    asked: Asked = field(default_factory=Asked)
    named: bool = False
    format: str = ""
    charset: str = ""
    url: str = ""
    level: int = 0
    allowance: Allowance | None = None

    @property
    def place(self) -> str:
        """The file as messages name it."""
        return self.below

    @property
    def suffix(self) -> str:
        """The end of the name, in lower case: `.txt`, empty where there is none."""
        return Path(self.below).suffix.lower()


Item = Given | Refused | Skipped

Reader = Callable[[Source], Iterator[Item]]
"""Reads one file, never raises for what is in it: a fault is a `Refused`, and the rest goes on."""
