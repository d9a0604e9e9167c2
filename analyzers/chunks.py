"""A text read chunk by chunk: between two spaces stands the same thing again and again, so what becomes of it is remembered.

Loading folds and tokenizes every paragraph. Words follow Zipf's law: after some thousand paragraphs nearly every chunk has
been seen, and a look-up takes a hundredth of the time of folding it. No rule reaches across a plain space but that of words
split by tatweels; a text with such words is read as a whole. `tests/test_chunks.py` holds this together with the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from analyzers.normalize import fold_exact, is_split, normalize
from analyzers.tokens import tokenize

REMEMBERED = 40_000
"""Chunks that are kept, some 400 bytes each."""
LONGEST_REMEMBERED = 40
"""Characters of a chunk that is worth keeping: a longer one hardly comes again."""


Chunk = tuple[str, tuple[str, ...], tuple[str, ...]]
"""What a piece of text comes to: folded to `letters`, its spellings in lower case, its words folded and in lower case."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as loading needs it. `forms` are its different spellings, `words` all its folded words in order."""

    normalized: str
    forms: frozenset[str]
    words: tuple[str, ...]


def read_text(text: str) -> ReadText:
    """Return the same as `normalize(text)` and the words of `fold_exact(text)` and of `normalize(text)`."""
    pieces = [text] if is_split(text) else text.split(" ")
    read = _remembered if max(map(len, pieces)) <= LONGEST_REMEMBERED else _read
    normalized, forms, words = zip(*map(read, pieces), strict=True)
    return ReadText(" ".join(normalized), frozenset(chain.from_iterable(forms)), tuple(chain.from_iterable(words)))


def _chunk(text: str) -> Chunk:
    normalized = normalize(text)
    return normalized, _words(fold_exact(text)), _words(normalized)


def _words(folded: str) -> tuple[str, ...]:
    return tuple(token.text.lower() for token in tokenize(folded))


_remembered = lru_cache(REMEMBERED)(_chunk)


def _read(text: str) -> Chunk:
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else _chunk(text)
