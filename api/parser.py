"""`q` becomes a small tree: words, phrases, alternatives, exclusions. Nothing of it ever reaches the engine as syntax.

ادلب حلب          two words
"خفض التصعيد"     a phrase (also “ ” and « »);  "مجلس الأمن"~3  the same words at most 3 places apart
-لبنان            without that word (or phrase)
حزيران OR يونيو   either
قصف*              any word that begins so
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzers.levels import Level
from analyzers.normalize import fold_exact, join_split_words
from analyzers.stopwords import is_stop_word
from analyzers.tokens import tokenize
from api.errors import BadRequest, Fault

LONGEST = 1000
MOST_WORDS = 64
WIDEST_SLOP = 20
SHORTEST_OPENED = 3
MOST_OPENED = 4
"""Words with an open end: each stands for up to 64 words."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed, but for harakat.

    `others` are different words that looser levels would mix in: beyond the level `cap` they are kept out. `bare` is what
    it may be without its proclitics: level `clitics` meets these too. `is_verbatim`: met letter by letter at any level.
    """

    text: str
    cap: Level | None = None
    others: tuple[str, ...] = ()
    bare: tuple[Word, ...] = ()
    is_verbatim: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words that this term is made of."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, next to each other; with `slop`, in any order and at most so many places apart.

    `bare` are the same words with one or more of them without their proclitics: level `clitics` meets these too.
    """

    words: tuple[str, ...]
    slop: int = 0
    bare: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """The words with spaces between them."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class OpenEnded:
    """A word with an open end: قصف* is any word of the corpus that begins so.

    `words_at` are these words by level, put in once the corpus was asked; `is_complete` tells whether they are all.
    """

    text: str
    words_at: tuple[tuple[Level, tuple[str, ...]], ...] = ()
    is_complete: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """The word as it was typed."""
        return (f"{self.text}*",)


Term = Word | Phrase | OpenEnded


@dataclass(frozen=True, slots=True)
class Unit:
    """What counts as one when all words are asked for: a term, or terms of which any will do.

    `alternatives` are other names of it, which meet it at level `variants`.
    """

    terms: tuple[Term, ...]
    alternatives: tuple[Term, ...] = ()

    @property
    def is_stop(self) -> bool:
        """Whether the unit is nothing but a function word."""
        return all(isinstance(term, Word) and is_stop_word(term.text) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Tree:
    """A query: any of `units` makes a hit, all of them a whole one, and `excluded` must not match.

    `units` holds no function words, but for a query of nothing else, which is searched as typed. `sequence` holds all
    units as they were typed, in order: a name such as أم درمان begins with a function word.
    """

    units: tuple[Unit, ...]
    excluded: tuple[Term, ...]
    left_out: tuple[str, ...]
    sequence: tuple[Unit, ...] = ()


_PIECE = re.compile(
    r"""
    (?P<minus>(?<!\S)-(?=["“«\w]))?
    (?: ["“”](?P<quoted>[^"“”]*)["“”] | «(?P<guillemets>[^«»]*)» )
    (?:~(?P<slop>\d{1,4}))?
    | (?P<chunk>[^\s"“”«»]+)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A term as it stands in the text, or the operator OR (no terms)."""

    terms: tuple[Term, ...]
    excluded: bool = False
    is_or: bool = False


def parse(q: str) -> Tree:
    """Return the tree of a query; raise BadRequest where there is nothing to search for, or too much."""
    pieces = list(_pieces(q))
    excluded = tuple(term for piece in pieces if piece.excluded for term in piece.terms)
    sequence = _units([piece for piece in pieces if not piece.excluded])
    units = tuple(dict.fromkeys(sequence))
    if not units:
        raise BadRequest(Fault("q", _nothing(excluded)))
    spoken = tuple(unit for unit in units if not unit.is_stop)
    kept = spoken or units
    _check_count(kept, excluded)
    _check_opened(kept, excluded)
    left_out = tuple(term.text for unit in units if unit.is_stop for term in unit.terms) if spoken else ()
    return Tree(kept, tuple(dict.fromkeys(excluded)), left_out, sequence)


def _nothing(excluded: tuple[Term, ...]) -> str:
    if excluded:
        return "it only says what to leave out; write at least one word to search for"
    return "there is no word in it; write at least one letter or digit"


def _check_count(units: tuple[Unit, ...], excluded: tuple[Term, ...]) -> None:
    terms = [*(term for unit in units for term in unit.terms), *excluded]
    different = {word for term in terms for word in term.words}
    if len(different) > MOST_WORDS:
        raise BadRequest(Fault("q", f"it has {len(different)} different words; the most is {MOST_WORDS}"))


def _check_opened(units: tuple[Unit, ...], excluded: tuple[Term, ...]) -> None:
    terms = [*(term for unit in units for term in unit.terms), *excluded]
    opened = {term for term in terms if isinstance(term, OpenEnded)}
    if len(opened) > MOST_OPENED:
        raise BadRequest(Fault("q", f"it has {len(opened)} words with an open end; the most is {MOST_OPENED}"))


def _pieces(q: str) -> Iterator[_Piece]:
    for match in _PIECE.finditer(join_split_words(q)):
        phrase = match["quoted"] or match["guillemets"]
        if phrase is not None:
            yield _quoted(phrase, match)
        elif match["chunk"]:
            yield from _chunk(match["chunk"])


def _quoted(text: str, match: re.Match[str]) -> _Piece:
    words = _words(text)
    slop = min(int(match["slop"] or 0), WIDEST_SLOP)
    # One word in quotes is a phrase too: the quotes say that it is meant as written, without stemming.
    return _Piece((Phrase(words, slop),) if words else (), excluded=match["minus"] is not None)


def _chunk(chunk: str) -> Iterator[_Piece]:
    if chunk == "OR":
        yield _Piece((), is_or=True)
        return
    excluded = chunk.startswith("-")
    words = _words(chunk)
    if words and re.search(r"\w\*$", chunk):
        *whole, last = words
        yield from (_Piece((Word(word),), excluded=excluded) for word in whole)
        yield _Piece((_open_ended(last),), excluded=excluded)
        return
    for word in words:
        yield _Piece((Word(word),), excluded=excluded)


def _open_ended(word: str) -> OpenEnded:
    if len(word) < SHORTEST_OPENED:
        raise BadRequest(Fault("q", f"a word with an open end wants {SHORTEST_OPENED} letters or more before the *"))
    return OpenEnded(word)


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokenize(fold_exact(text)))


def _units(pieces: list[_Piece]) -> tuple[Unit, ...]:
    """Join the terms on both sides of an OR into one unit; an OR with nothing beside it is passed over."""
    groups: list[list[Term]] = []
    joined = False
    for piece in pieces:
        if piece.is_or:
            joined = bool(groups)
        elif piece.terms:
            if joined:
                groups[-1] += piece.terms
            else:
                groups.append(list(piece.terms))
            joined = False
    return tuple(Unit(tuple(dict.fromkeys(group))) for group in groups)
