"""Reads .jsonl and .ndjson: one record a line, in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import orjson

from indexer.readers.given import Findings, Given, Item, Refused, Source
from indexer.readers.mojibake import mend_record

LONGEST_LINE = 8 * 1024 * 1024
"""Bytes of one line. A longer one is refused and passed over without being held in memory."""


def read_jsonl(source: Source) -> Iterator[Item]:
    """Yield each line's record; a bad line is refused with its number, and the next is read."""
    with source.path.open("rb") as file:
        yield from read_lines(file, source, LONGEST_LINE)


def read_lines(file: BinaryIO, source: Source, longest: int) -> Iterator[Item]:
    """Yield the record of each line of an open file; a line of more than `longest` bytes is refused."""
    findings = Findings(source.place, "jsonl", "UTF-8")
    for number, line in enumerate(_lines(file, longest), start=1):
        place = f"{source.place}:{number}"
        size = len(line)
        if size > longest:
            yield Refused(place, f"the line is longer than {longest:,} bytes", size)
        elif line.strip():
            yield _parsed(line, place, source.root, findings)


def _lines(file: BinaryIO, longest: int) -> Iterator[bytes]:
    """Yield lines; of one that is too long only the first part, one byte over the limit."""
    first = True
    while line := file.readline(longest + 1):
        if len(line) > longest and not line.endswith(b"\n"):
            while (rest := file.readline(longest)) and not rest.endswith(b"\n"):
                pass
        yield line.removeprefix(b"\xef\xbb\xbf") if first else line
        first = False


def _parsed(line: bytes, place: str, root: str, findings: Findings) -> Given | Refused:
    try:
        record = _loads(line)
    except UnicodeDecodeError as error:
        return Refused(
            place, f"not UTF-8: byte {error.object[error.start]:#04x} at {error.start}", len(line), _raw(line)
        )
    except json.JSONDecodeError as error:
        return Refused(place, f"not JSON: {error.msg} at character {error.pos + 1}", len(line), _raw(line))
    except (ValueError, RecursionError) as error:
        return Refused(place, f"not JSON: {error}", len(line), _raw(line))
    mended, count = mend_record(record)
    return Given(place, mended, root, len(line), findings=replace(findings, mended=count) if count else findings)


def _raw(line: bytes) -> str:
    r"""Return a line as the file of refusals shows it; a byte that is not UTF-8 is written as `\xff`."""
    return line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")


def _loads(line: bytes) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        # The standard library also takes a lone surrogate (`\\ud800`), which is then repaired and not lost.
        return json.loads(line.decode("utf-8"))
