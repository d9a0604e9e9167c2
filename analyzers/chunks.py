"""A text read chunk by chunk: between two spaces stands the same thing again and again, so what becomes of it is remembered.

Loading folds and tokenizes every paragraph. Words follow Zipf's law: after some thousand paragraphs nearly every chunk has
been seen, and a look-up takes a hundredth of the time of folding it. No rule reaches across a plain space but that of words
split by tatweels; a text with a tatweel is read as a whole. `tests/test_chunks.py` holds this together with the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pyarabic import araby

from analyzers.normalize import fold_exact, normalize
from analyzers.tokens import tokenize

REMEMBERED = 40_000
"""Chunks that are kept, some 400 bytes each."""
LONGEST_REMEMBERED = 40
"""Characters of a chunk that is worth keeping: a longer one hardly comes again."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a piece of text comes to: folded to `letters`, its spellings in lower case, its words folded and in lower case."""

    normalized: str
    forms: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as loading needs it. `forms` are its different spellings, `words` all its folded words in order."""

    normalized: str
    forms: frozenset[str]
    words: tuple[str, ...]


def read_text(text: str) -> ReadText:
    """Return the same as `normalize(text)` and the words of `fold_exact(text)` and of `normalize(text)`."""
    pieces = [text] if araby.TATWEEL in text else text.split(" ")
    chunks = [_remembered(piece) if len(piece) <= LONGEST_REMEMBERED else _chunk(piece) for piece in pieces]
    return ReadText(
        " ".join([chunk.normalized for chunk in chunks]),
        frozenset([form for chunk in chunks for form in chunk.forms]),
        tuple([word for chunk in chunks for word in chunk.words]),
    )


def _chunk(text: str) -> Chunk:
    normalized = normalize(text)
    return Chunk(normalized, _words(fold_exact(text)), _words(normalized))


def _words(folded: str) -> tuple[str, ...]:
    return tuple(token.text.lower() for token in tokenize(folded))


_remembered = lru_cache(REMEMBERED)(_chunk)
