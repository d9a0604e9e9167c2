"""A text read chunk by chunk: between two spaces stands the same thing again and again, so what becomes of it is remembered.

Loading folds and tokenizes every paragraph. Words follow Zipf's law: after some thousand paragraphs nearly every chunk has
been seen, and a look-up takes a hundredth of the time of folding it. No rule reaches across a plain space but that of words
split by tatweels; a text with such words is read as a whole. `tests/test_chunks.py` holds this together with the rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from analyzers.normalize import fold_exact, fold_letters, is_split, normalize
from analyzers.tokens import tokenize

REMEMBERED = 40_000
"""Chunks that are kept, some 400 bytes each."""
LONGEST_REMEMBERED = 40
"""Characters of a chunk that is worth keeping, and of what it becomes (ﷺ becomes 18): a longer one hardly comes again."""

_ONE_WORD = re.compile("([\u0621-\u063a\u0641-\u064a]+)[.,،:;؛!؟]*")
"""Arabic letters and what may stand behind them, as in most pieces: no rule but those of single letters can apply, and the
boundaries of words need not be looked for."""

Chunk = tuple[str, tuple[str, ...], tuple[str, ...]]
"""What a piece of text comes to: folded to `letters`, its spellings in lower case, its words folded and in lower case."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as loading needs it. `forms` are its different spellings as they come, `words` all its folded words in order."""

    normalized: str
    forms: tuple[str, ...]
    words: tuple[str, ...]


def pieces_of(text: str) -> list[str]:
    """Return the parts of a text that are folded each for itself, one space apart: of a text with split words it is one."""
    return [text] if is_split(text) else text.split(" ")


def folded_piece(piece: str) -> str:
    """Return `normalize(piece)`, remembered."""
    return _known[piece][0]


def read_text(text: str) -> ReadText:
    """Return the same as `normalize(text)` and the words of `fold_exact(text)` and of `normalize(text)`."""
    pieces = pieces_of(text)
    normalized, forms, words = zip(*map(_known.__getitem__, pieces), strict=True)
    return ReadText(
        " ".join(normalized), tuple(dict.fromkeys(chain.from_iterable(forms))), tuple(chain.from_iterable(words))
    )


class _Known(dict[str, Chunk]):
    """What was read of pieces."""

    def __missing__(self, piece: str) -> Chunk:
        """Read a piece that is not remembered; where there are too many, begin anew: the common ones are soon back."""
        chunk = _chunk(piece)
        if max(len(piece), len(chunk[0])) <= LONGEST_REMEMBERED:
            if len(self) >= REMEMBERED:
                self.clear()
            self[piece] = chunk
        return chunk


_known = _Known()


def _chunk(text: str) -> Chunk:
    normalized, forms, words = _read(text)
    # Most are one word that is the same three times. Kept once, a look-up reads a third of the memory: it is what it waits for.
    words = (normalized,) if words == (normalized,) else words
    return normalized, words if forms == words else forms, words


def _read(text: str) -> Chunk:
    if word := _ONE_WORD.fullmatch(text):
        folded, form = fold_letters(text), word[1]
        return folded, (form,), (folded[: len(form)],)
    normalized = normalize(text)
    return normalized, _words(fold_exact(text)), _words(normalized)


def _words(folded: str) -> tuple[str, ...]:
    return tuple(token.text.lower() for token in tokenize(folded))
