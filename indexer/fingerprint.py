"""What near copies of a report have in common: its words in threes, folded, as a MinHash signature and its bands.

Spelling, harakat and digits' shapes are folded away as for search, and the title is left out: the same wire story appears
under many. Two reports that share a band are candidates; how alike they are is estimated from their signatures.
"""

from __future__ import annotations

import array
import base64
import hashlib
import struct
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rensa import RMinHash

SHINGLE = 3
"""Words of a shingle."""
FEWEST_WORDS = 8
"""Words below which a report is nobody's copy: two captions that say the same are no story."""
PERMUTATIONS = 126
ROWS = 3
"""Values of a band: of 42 bands, two reports with a third of their shingles in common share one in 4 of 5 cases."""
BANDS = PERMUTATIONS // ROWS
SEED = 42
_BAND_BYTES = 4 * ROWS


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The signature of a report, empty where it has too few words."""

    values: tuple[int, ...]
    known_bands: tuple[str, ...] | None = field(default=None, compare=False, repr=False)
    """The bands, where they were worked out already: by the process that made the report ready."""

    def bands(self) -> Sequence[str]:
        """Return a term for each band: what candidates are found by."""
        return self.known_bands if self.known_bands is not None else _bands(self.values)

    def likeness(self, other: Fingerprint) -> float:
        """Return the estimated share of shingles that two reports have in common, of all that either has: 0 to 1."""
        if not self.values or not other.values:
            return 0.0
        return sum(map(int.__eq__, self.values, other.values)) / PERMUTATIONS

    def stored(self) -> str:
        """Return the signature as a record holds it."""
        packed = array.array("I", self.values)
        if sys.byteorder == "big":
            packed.byteswap()
        return base64.b64encode(packed.tobytes()).decode()


def fingerprint_of(texts: Iterable[Sequence[str]]) -> Fingerprint:
    """Return the fingerprint of a report; a text is the folded words of a paragraph below the title."""
    counted = 0
    signature = RMinHash(PERMUTATIONS, SEED)
    for words in texts:
        counted += len(words)
        signature.update(list(_shingles(words)))
    if counted < FEWEST_WORDS:
        return Fingerprint(())
    values = tuple(signature.digest())
    return Fingerprint(values, _bands(values))


def stored_fingerprint(stored: str | None) -> Fingerprint:
    """Return the fingerprint that a record holds."""
    packed = array.array("I", base64.b64decode(stored or ""))
    if sys.byteorder == "big":
        packed.byteswap()
    return Fingerprint(tuple(packed))


def _shingles(words: Sequence[str]) -> Iterable[str]:
    if len(words) < SHINGLE:
        return [" ".join(words)]
    return map(" ".join, zip(words, words[1:], words[2:], strict=False))


def _bands(values: Sequence[int]) -> tuple[str, ...]:
    packed = struct.pack(f">{len(values)}I", *values)
    bands = (packed[start : start + _BAND_BYTES] for start in range(0, len(packed), _BAND_BYTES))
    return tuple(f"{number}-{hashlib.blake2b(band, digest_size=6).hexdigest()}" for number, band in enumerate(bands))
