"""Marks of `match=substring`: the engine says which paragraphs hold a run of characters, here is found where."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.levels import Level
from analyzers.normalize import normalize, normalize_with_offsets
from analyzers.tokens import Token, tokenize
from api.marks import Mark, Span, trimmed
from api.parser import Tree


def substring_marks(text: str, tree: Tree) -> list[Mark]:
    """Return a mark for each word of a text that holds a typed run of characters, or a part of one.

    Whole words, although less was typed: a mark inside a word breaks the joining of its letters.
    """
    folded = normalize_with_offsets(text)
    words = tokenize(folded.text)
    marks: dict[Span, Mark] = {}
    for term in (term for unit in tree.units for term in unit.terms):
        for token in _touched(folded.text.lower(), normalize(term.text).lower(), words):
            span = trimmed(text, *folded.verbatim_span(token.start, token.end)) or Span(0, 0)
            marks.setdefault(span, Mark(span, text[span.start : span.end], term.text, Level.SUBSTRING))
    return [marks[span] for span in sorted(marks, key=lambda span: span.start)]


def _touched(text: str, run: str, words: list[Token]) -> Iterator[Token]:
    """Yield the words that an occurrence of `run` touches."""
    start = text.find(run)
    while start >= 0:
        yield from (token for token in words if token.start < start + len(run) and token.end > start)
        start = text.find(run, start + 1)
