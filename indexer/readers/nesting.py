"""A stream of JSON that stops where it is nested deeper than any export: the parser's memory grows with the square of it."""

from __future__ import annotations

import re
from typing import IO

DEEPEST = 200
LONGEST_STRING = 64 * 1024 * 1024
"""Bytes of one string, which is held until its end is there."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Shallow:
    """A stream that raises ValueError from where its JSON is too deep."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._rest = b""
        self._depth = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        chunk = self._file.read(size)
        bare = _STRING.sub(b"", self._rest + chunk)
        quote = bare.find(b'"')
        bare, self._rest = (bare, b"") if quote < 0 else (bare[:quote], bare[quote:])
        if len(self._rest) > LONGEST_STRING:
            raise ValueError(f"a string of more than {LONGEST_STRING:,} bytes")
        for bracket in bare.translate(None, _ALL_BUT_BRACKETS):
            self._depth += 1 if bracket in b"[{" else -1
            if self._depth > DEEPEST:
                raise ValueError(f"nested more than {DEEPEST} deep")
        return chunk

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._file.tell()
