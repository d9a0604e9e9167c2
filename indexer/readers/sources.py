"""From the paths that a user names to the files that are read, each with its reader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from indexer.errors import IndexerError
from indexer.readers.given import STREAM, Asked, Item, Reader, Refused, Skipped, Source
from indexer.readers.sniffing import HoldsNoText, IsEmpty, NotTaken, format_of

READERS = {
    "text": "text:read_text",
    "jsonl": "jsonl:read_jsonl",
    "json": "documents:read_json",
    "json_feed": "documents:read_json_feed",
    "table": "tables:read_table",
    "xlsx": "workbooks:read_workbook",
    "html": "html:read_html",
    "pdf": "pdf:read_pdf",
    "docx": "docx:read_docx",
    "feed": "feeds:read_feed",
    "warc": "warc:read_warc",
    "zip": "archives:read_zip",
    "tar": "archives:read_tar",
    "packed": "archives:read_packed",
}
"""The readers by format, as `module:function`: a parser is imported when the first file of its format is there."""

LITTER = {"thumbs.db", "desktop.ini", "__macosx"}


def find_sources(paths: list[Path], asked: Asked | None = None) -> list[Source]:
    """Return the files to read, in the order named and sorted within a folder. A path that is not there is an IndexerError."""
    sources: list[Source] = []
    told = asked or Asked()
    for path in paths:
        sources += _below(path.resolve(), told) if path.is_dir() else [_named(path, told)]
    if not sources:
        raise IndexerError(f"there is nothing to load in {', '.join(map(str, paths))}: it holds no file")
    return sources


def _below(folder: Path, asked: Asked) -> list[Source]:
    files = sorted(file for file in folder.rglob("*") if file.is_symlink() or not file.is_dir())
    return [Source(file, _name(folder), _name(file.relative_to(folder)), asked) for file in files]


def _named(path: Path, asked: Asked) -> Source:
    if path == Path(STREAM) and asked.stream:
        return Source(asked.stream, "standard input", asked.name or STREAM, asked, named=True, format=asked.format)
    if not path.is_file():
        raise IndexerError(f"{path}: there is no such file or folder")
    resolved = path.resolve()
    return Source(resolved, _name(resolved.parent), _name(Path(resolved.name)), asked, named=True)


def _name(path: Path) -> str:
    r"""Return a path as ids and messages have it; a byte that is not UTF-8 is written as `\xff`."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def size_of(source: Source) -> int:
    """Return the bytes of a file, 0 where it cannot be asked."""
    try:
        return source.path.stat().st_size
    except OSError:
        return 0


def read(source: Source) -> Iterator[Item]:
    """Yield what a file holds. A file that nobody takes is one refusal, or skipped where it holds no text by its kind.

    Whatever a parser trips over in a hostile file is a refusal too, and never the end of the load.
    """
    if not source.named and (reason := _passed_over(source)):
        yield Skipped(source.place, reason, size_of(source))
        return
    is_empty = True
    try:
        for item in _reader(format_of(source))(source):
            is_empty = False
            yield item
        if is_empty:
            yield Skipped(source.place, "file without a report")
    except IsEmpty as reason:
        yield Skipped(source.place, str(reason))
    except HoldsNoText as kind:
        yield (
            Refused(source.place, f"{kind}: there is no text to load")
            if source.named
            else Skipped(source.place, str(kind), size_of(source))
        )
    except NotTaken as reason:
        yield Refused(source.place, str(reason), size_of(source))
    except OSError as error:
        yield Refused(source.place, f"the file cannot be read: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001  (hostile files: no parser's fault ends the load)
        yield Refused(source.place, f"the reader of this format failed at it: {type(error).__name__}", size_of(source))


def format_told(source: Source) -> str:
    """Return the name of the reader that takes a file, empty where it will be skipped or refused."""
    if not source.named and _passed_over(source):
        return ""
    try:
        return format_of(source)
    except (NotTaken, OSError):
        return ""


def _passed_over(source: Source) -> str:
    parts = source.below.split("/")
    if any(part.lower() in LITTER for part in parts):
        return "left there by a system"
    if any(part.startswith(".") and part not in {".", ".."} for part in parts):
        return "hidden"
    if source.path.is_file() or not (source.path.exists() or source.path.is_symlink()):
        return ""  # also where it vanished: that is a refusal
    return "no regular file"


def _reader(name: str) -> Reader:
    module, function = READERS[name].split(":")
    reader: Reader = getattr(import_module(f"indexer.readers.{module}"), function)
    return reader
