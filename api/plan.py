"""The lexicon's part of a query: other names of what was typed, and words that must be kept apart from others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice, product

from analyzers.lexicon import Lexicon
from analyzers.normalize import fold_exact, normalize
from analyzers.tokens import tokenize
from api.parser import OpenEnded, Phrase, Term, Tree, Unit, Word

MOST_ALTERNATIVES = 12
"""Other names of one thing that are searched for."""
MOST_BARE = 3
"""What one word may be without its proclitics."""
MOST_BARE_PHRASES = 15
MOST_BARED = 16
"""Units of a query of which the bare words are looked for: a pasted page would cost three times as much."""
_NO_WORD = "\0"


@dataclass(frozen=True, slots=True)
class Capped:
    """A typed word that is not searched more loosely, and the query in which it would be."""

    word: str
    level: str
    looser: str


def plan(tree: Tree, lexicon: Lexicon) -> Tree:
    """Return the tree with alternatives on the units that are names, and caps on the words that collide."""
    others = _alternatives(tree, lexicon)
    units = tuple(
        _planned(unit, others.get(unit, ()), lexicon, bared=number < MOST_BARED)
        for number, unit in enumerate(tree.units)
    )
    excluded = tuple(_capped(term, lexicon) for term in tree.excluded)
    return replace(tree, units=units, excluded=excluded)


def _planned(unit: Unit, alternatives: tuple[Term, ...], lexicon: Lexicon, *, bared: bool) -> Unit:
    terms = tuple(_capped(term, lexicon) for term in unit.terms)
    return Unit(tuple(_bared(term, lexicon) for term in terms) if bared else terms, alternatives)


def _bared(term: Term, lexicon: Lexicon) -> Term:
    """Return a term with what it is without proclitics. An excluded word has none: -بغزة is not to throw out غزة."""
    if isinstance(term, OpenEnded):
        return term
    if isinstance(term, Phrase):
        readings = product(*([word, *lexicon.bare(word)[:MOST_BARE]] for word in term.words))
        return replace(term, bare=tuple(islice(readings, 1, MOST_BARE_PHRASES + 1)))
    bare = [_capped(Word(stump), lexicon) for stump in lexicon.bare(term.text)[:MOST_BARE] if stump not in term.others]
    return replace(term, bare=tuple(word for word in bare if isinstance(word, Word)))


def _capped(term: Term, lexicon: Lexicon) -> Term:
    if isinstance(term, Word) and (collision := lexicon.collision(term.text)):
        return replace(term, cap=collision.cap, others=collision.others)
    return term


def _alternatives(tree: Tree, lexicon: Lexicon) -> dict[Unit, tuple[Term, ...]]:
    """Return the other names by unit. Each word of تنظيم الدولة is met by داعش, so that all of them are."""
    others: dict[Unit, dict[Term, None]] = {}
    for found in lexicon.find([_folded(unit) for unit in tree.sequence]):
        units = tree.sequence[found.start : found.end]
        typed = tuple(_folded(unit) for unit in units)
        terms = [_term(written) for form, written in found.other_names(MOST_ALTERNATIVES) if form != typed]
        attached = [Word(text, is_verbatim=True) for text in found.attached_to_short(units[0].terms[0].text)]
        for unit in units:
            others.setdefault(unit, {}).update(dict.fromkeys([*attached, *terms]))
    return {unit: tuple(terms)[:MOST_ALTERNATIVES] for unit, terms in others.items()}


def _folded(unit: Unit) -> str:
    """Return the one word of a unit as the lexicon compares it; a phrase or an alternative is part of no name."""
    term = unit.terms[0]
    return normalize(term.text).lower() if len(unit.terms) == 1 and isinstance(term, Word) else _NO_WORD


def _term(written: str) -> Term:
    words = tuple(token.text for token in tokenize(fold_exact(written)))
    return Word(words[0]) if len(words) == 1 else Phrase(words)


def capped_words(q: str, tree: Tree, lexicon: Lexicon) -> list[Capped]:
    """Return the words of a planned tree that were capped, each with the query that mixes in what it collides with."""
    capped = []
    typed = {word for unit in tree.sequence for term in unit.terms for word in term.words}
    for word in (term for unit in tree.units for term in unit.terms if isinstance(term, Word) and term.cap):
        collision = lexicon.collision(word.text)
        if collision and word.text in q and not set(collision.others) <= typed:
            looser = q.replace(word.text, " OR ".join([word.text, *collision.others]), 1)
            capped.append(Capped(word.text, collision.cap, looser))
    return capped
