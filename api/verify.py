"""Is a quotation in the corpus? Verbatim, but for harakat, but for letters, in part, or not; where, and what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from analyzers import analysis
from analyzers.names import TEXT, Aliases
from analyzers.normalize import Folded, fold_exact, normalize_with_offsets
from analyzers.tokens import Token, tokenize
from api.corpus import Corpus
from api.documents import permalink
from api.engine import ReadingEngine
from api.errors import BadRequest, Fault
from api.hits import paragraph_of, utf16_span
from api.marks import Span, trimmed
from api.request import HIT_FIELDS
from api.scope import Scope

Json = dict[str, Any]

MOST_WORDS = 200
CANDIDATES = 10
LEAST_SHARED = 0.6
"""Share of the quotation's words that must stand in a paragraph, in order, for it to be found in part."""


class Verdict(StrEnum):
    """How a quotation stands in a text, best first."""

    VERBATIM = "verbatim"
    HARAKAT = "harakat"
    LETTERS = "letters"
    PART = "part"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Difference:
    """Words that differ: what the quotation has and what stands there in the text; one of them may be empty."""

    quote: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A quotation held against a text: the verdict, where it stands, what differs, and what share of it is there."""

    verdict: Verdict
    span: Span
    differences: tuple[Difference, ...]
    shared: float


NOT_THERE = Comparison(Verdict.NONE, Span(0, 0), (), 0.0)


@dataclass(frozen=True)
class Words:
    """A text cut into words, with the way back to its letters."""

    text: str
    folded: Folded
    tokens: list[Token]

    @property
    def letters(self) -> list[str]:
        """The words folded to `letters`."""
        return [token.text.lower() for token in self.tokens]

    def verbatim(self, first: int, last: int) -> str:
        """Return the text from word `first` to before word `last`."""
        if first >= last:
            return ""
        span = self.span(first, last)
        return self.text[span.start : span.end]

    def span(self, first: int, last: int) -> Span:
        """Return the span of the words from `first` to before `last` (at least one)."""
        start, end = self.folded.verbatim_span(self.tokens[first].start, self.tokens[last - 1].end)
        return trimmed(self.text, start, end) or Span(start, end)


def words_of(text: str) -> Words:
    """Cut a text into words."""
    folded = normalize_with_offsets(text)
    return Words(text, folded, tokenize(folded.text))


def compare(quote: Words, text: Words) -> Comparison:
    """Hold a quotation against a text."""
    wanted, there = quote.letters, text.letters
    if not wanted or not there:
        return NOT_THERE
    for start in _places(wanted, there):
        span = text.span(start, start + len(wanted))
        return Comparison(_closeness(quote, text, span), span, _spelt(quote, text, start), 1.0)
    return _in_part(quote, text)


def _places(wanted: list[str], there: list[str]) -> Iterator[int]:
    """Yield where the words of `wanted` stand in `there`, in order and next to each other."""
    for start in range(len(there) - len(wanted) + 1):
        if there[start : start + len(wanted)] == wanted:
            yield start


def _closeness(quote: Words, text: Words, span: Span) -> Verdict:
    if quote.text.strip() in text.text:
        return Verdict.VERBATIM
    found = text.text[span.start : span.end]
    same = _exact_words(quote.text) == _exact_words(found)
    return Verdict.HARAKAT if same else Verdict.LETTERS


def _exact_words(text: str) -> list[str]:
    return [token.text for token in tokenize(fold_exact(text))]


def _spelt(quote: Words, text: Words, start: int) -> tuple[Difference, ...]:
    """Return the words that are the same but spelt otherwise."""
    pairs = ((quote.verbatim(n, n + 1), text.verbatim(start + n, start + n + 1)) for n in range(len(quote.tokens)))
    return tuple(Difference(ours, theirs) for ours, theirs in pairs if ours != theirs)


def _in_part(quote: Words, text: Words) -> Comparison:
    matcher = SequenceMatcher(None, quote.letters, text.letters, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    shared = sum(block.size for block in blocks) / len(quote.tokens)
    if shared < LEAST_SHARED:
        return NOT_THERE
    first, last = blocks[0].b, blocks[-1].b + blocks[-1].size
    changes = tuple(
        Difference(quote.verbatim(a1, a2), text.verbatim(max(b1, first), min(b2, last)))
        for tag, a1, a2, b1, b2 in matcher.get_opcodes()
        if tag != "equal"
    )
    real = tuple(change for change in changes if change.quote or change.text)
    return Comparison(Verdict.PART, text.span(first, last), real, round(shared, 3))


class Verifier:
    """Answers `/v1/verify`."""

    def __init__(self, engine: ReadingEngine, corpus: Corpus, index: str) -> None:
        self._engine = engine
        self._corpus = corpus
        self._index = Aliases(index).paragraphs

    async def verify(self, quote: str, scope: Scope) -> Json:
        """Return the verdict and the paragraphs that it rests on, the closest first."""
        words = words_of(quote)
        if not words.tokens:
            raise BadRequest(Fault("quote", "there is no word in it"))
        if len(words.tokens) > MOST_WORDS:
            raise BadRequest(Fault("quote", f"it has {len(words.tokens)} words; the most is {MOST_WORDS}"))
        found = await self._engine.search(self._index, _body(words), scope)
        compared = [(compare(words, words_of(hit["_source"]["text"])), hit["_source"]) for hit in found["hits"]["hits"]]
        order = list(Verdict)
        best = sorted(
            (pair for pair in compared if pair[0].verdict is not Verdict.NONE),
            key=lambda pair: (order.index(pair[0].verdict), -pair[0].shared),
        )
        verdict = best[0][0].verdict if best else Verdict.NONE
        return {"found": verdict, "matches": [_told(*pair) for pair in best], "corpus": self._corpus.told(scope)}


def _body(quote: Words) -> Json:
    """Return the search for candidates: the words as a phrase, else most of them."""
    text = " ".join(token.text for token in quote.tokens)
    phrase = {"match_phrase": {TEXT: {"query": text, "analyzer": analysis.LETTERS, "boost": 1000}}}
    most = {"match": {TEXT: {"query": text, "analyzer": analysis.LETTERS, "minimum_should_match": "60%"}}}
    query = {"bool": {"should": [phrase, most], "minimum_should_match": 1}}
    return {"size": CANDIDATES, "_source": HIT_FIELDS, "query": query, "track_total_hits": False}


def _told(comparison: Comparison, source: Json) -> Json:
    paragraph = paragraph_of(source)
    span, text = comparison.span, source["text"]
    return {
        **paragraph,
        "found": comparison.verdict,
        "shared": comparison.shared,
        "start": span.start,
        "end": span.end,
        **utf16_span(text, span),
        "surface": text[span.start : span.end],
        "differences": [{"quote": change.quote, "text": change.text} for change in comparison.differences],
        "permalink": permalink(paragraph),
    }
