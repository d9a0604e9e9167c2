"""Marks: which words of a verbatim text a query met, each with its place, the typed word and the level.

The engine marks a text in up to three fields, by tags that hold a nonce; here the tags become spans of the verbatim text,
and each span is classified by the same rules that found it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from analyzers.levels import Level
from analyzers.normalize import fold_exact, normalize, normalize_with_offsets
from analyzers.proclitics import attached
from analyzers.stemmer import stem
from analyzers.tokens import tokenize
from api.clauses import bare_of, levels_of
from api.opening import beginnings
from api.parser import OpenEnded, Phrase, Tree, Word

# What the tokenizer counts to a word that it ends: seen with a bidi control at the end of a name.
_OUTER_CONTROLS = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff\u00ad"
)


class Span(NamedTuple):
    """A half-open span of a text, in code points."""

    start: int
    end: int


class Mark(NamedTuple):
    """A marked word: its span, the typed word that it meets, and by which level."""

    span: Span
    surface: str
    word: str
    level: Level


@dataclass(frozen=True)
class TypedWord:
    """A word of the query as each level sees it. Of another name, `shown` is the typed word that it stands for."""

    text: str
    levels: tuple[Level, ...]
    shown: str
    is_verbatim: bool = False

    @cached_property
    def exact(self) -> str:
        """As level `exact` sees it."""
        return fold_exact(self.text).lower()

    @cached_property
    def letters(self) -> str:
        """As level `letters` sees it."""
        return normalize(self.text).lower()

    @cached_property
    def attached(self) -> frozenset[str]:
        """With its proclitics."""
        return frozenset(attached(self.letters))

    @cached_property
    def stem(self) -> str:
        """As level `stem` sees it."""
        return stem(self.letters)

    def level_of(self, exact: str, letters: str) -> Level | None:
        """Return the strictest level by which a surface, folded both ways, meets this word."""
        return next((level for level in self.levels if self._meets(level, exact, letters)), None)

    def _meets(self, level: Level, exact: str, letters: str) -> bool:
        if level is Level.EXACT or self.is_verbatim:
            return exact == self.exact
        if level is Level.LETTERS:
            return letters == self.letters
        if level is Level.STEM:
            return _stemmed(letters) == self.stem
        return letters in self.attached


class OpenWord(TypedWord):
    """A word with an open end: what begins as it does meets it."""

    def _meets(self, level: Level, exact: str, letters: str) -> bool:
        return (exact if level is Level.EXACT else letters).startswith(beginnings(self.text, level))


class Classifier:
    """Tells for each surface which typed word it meets and how. One a request: surfaces repeat from hit to hit."""

    def __init__(self, tree: Tree, loosest: Level) -> None:
        self._loosest = loosest
        self._words = [*_typed_words(tree, loosest), *_bare_words(tree, loosest), *_other_words(tree, loosest)]
        self._known: dict[str, tuple[str, Level] | None] = {}

    def classify(self, surface: str) -> tuple[str, Level]:
        """Return the typed word that a marked surface meets, and the level."""
        # The engine marked it, so it meets a word; where the twin sees that otherwise, say the least of it.
        return self.meets(surface) or (self._words[0].shown, self._loosest)

    def meets(self, surface: str) -> tuple[str, Level] | None:
        """Return the typed word that a word of a text meets, and the level; None where it meets none."""
        if surface not in self._known:
            self._known[surface] = self._met(surface)
        return self._known[surface]

    def _met(self, surface: str) -> tuple[str, Level] | None:
        exact, letters = _folded(surface)
        met = [(level, word.shown) for word in self._words if (level := word.level_of(exact, letters))]
        if not met:
            return None
        level, shown = min(met, key=lambda pair: pair[0].rank)
        return shown, level


@lru_cache(maxsize=20_000)
def _folded(surface: str) -> tuple[str, str]:
    """Return a word of a text as the levels `exact` and `letters` see it: the same few thousand stand in most hits."""
    return fold_exact(surface).lower(), normalize(surface).lower()


@lru_cache(maxsize=20_000)
def _stemmed(letters: str) -> str:
    return stem(letters)


def _typed_words(tree: Tree, loosest: Level) -> list[TypedWord]:
    terms = [term for unit in tree.units for term in unit.terms]
    # Of a word that stands in a phrase and alone, the looser reading holds both.
    opened = [
        OpenWord(term.text, levels_of(term, loosest), term.words[0]) for term in terms if isinstance(term, OpenEnded)
    ]
    terms = [term for term in terms if not isinstance(term, OpenEnded)]
    levels: dict[str, tuple[Level, ...]] = {}
    for term in sorted(terms, key=lambda term: isinstance(term, Phrase)):
        for word in term.words:
            levels.setdefault(word, levels_of(term, loosest))
    return [*(TypedWord(text, allowed, text) for text, allowed in levels.items()), *opened]


def _bare_words(tree: Tree, loosest: Level) -> list[TypedWord]:
    """Return the words that were typed with proclitics as they are without."""
    return [
        TypedWord(word, (Level.CLITICS,), shown)
        for unit in tree.units
        for term in unit.terms
        for bare in bare_of(term, loosest)
        for word, shown in zip(bare.words, term.words, strict=True)
        if word != shown
    ]


def _other_words(tree: Tree, loosest: Level) -> list[TypedWord]:
    if loosest is not Level.VARIANTS:
        return []
    others = {
        (word, unit.terms[0].text, isinstance(term, Word) and term.is_verbatim)
        for unit in tree.units
        for term in unit.alternatives
        for word in term.words
    }
    return [TypedWord(text, (Level.VARIANTS,), shown, verbatim) for text, shown, verbatim in sorted(others)]


def spans_of(text: str, highlighted: dict[str, list[str]], nonce: str) -> list[Span]:
    """Return the marked spans of a verbatim text, in order, from what the engine highlighted in each field."""
    spans = {span for fragments in highlighted.values() for span in _tagged(text, fragments[0], nonce)}
    return _without_overlaps(sorted(spans, key=_begins_first)) if len(spans) > 1 else list(spans)


def _begins_first(span: Span) -> tuple[int, int]:
    return span.start, -span.end


def marks_of(text: str, spans: list[Span], classifier: Classifier) -> list[Mark]:
    """Return the marks of a text, from the engine's spans; where it gave none, from the words of the text."""
    if not spans:
        return _marks_by_word(text, classifier)
    surfaces = [text[span.start : span.end] for span in spans]
    return [Mark(span, surface, *classifier.classify(surface)) for span, surface in zip(spans, surfaces, strict=True)]


def _marks_by_word(text: str, classifier: Classifier) -> list[Mark]:
    """Return the marks that the rules see: ﷺ is four words to the engine, of which three have no width to be marked."""
    folded = normalize_with_offsets(text)
    marks: dict[Span, Mark] = {}
    for token in tokenize(folded.text):
        span = trimmed(text, *folded.verbatim_span(token.start, token.end))
        if span and (met := classifier.meets(token.text)):
            marks.setdefault(span, Mark(span, text[span.start : span.end], *met))
    return list(marks.values())


def _tagged(text: str, highlighted: str, nonce: str) -> list[Span]:
    # Not by a regular expression: compiled for each nonce anew, it costs more than all the rest of the marks.
    pieces = highlighted.replace(f"</{nonce}>", f"<{nonce}>").split(f"<{nonce}>")
    # The unified highlighter trims outer white space, which would shift every offset.
    position = text.find("".join(pieces))
    if position < 0:
        return []
    spans = []
    for number, piece in enumerate(pieces):
        if number % 2 and (span := trimmed(text, position, position + len(piece))):
            spans.append(span)
        position += len(piece)
    return spans


def trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the span without the controls at its ends, None where nothing is left."""
    while start < end and text[start] in _OUTER_CONTROLS:
        start += 1
    while start < end and text[end - 1] in _OUTER_CONTROLS:
        end -= 1
    return Span(start, end) if start < end else None


def _without_overlaps(spans: list[Span]) -> list[Span]:
    """Keep, of spans that overlap, the first and longest: fields that tokenize alike mark alike."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
