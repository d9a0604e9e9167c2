"""Terms become clauses of the engine: for each unit of a query a group of named clauses, one a level.

A clause is named `<unit>:<level>`, so that each hit says by which level each unit met it.
"""

from __future__ import annotations

import re
from typing import Any

from analyzers import analysis
from analyzers.levels import Level, stricter, up_to
from analyzers.names import NORMALIZED, TEXT, TEXT_EXACT, TEXT_STEM
from analyzers.normalize import normalize
from api.errors import BadRequest, Fault
from api.parser import OpenEnded, Phrase, Term, Tree, Unit, Word

Json = dict[str, Any]

ALL = "all"
"""Name of the clause that a hit meets when it meets every unit."""

_FIELDS: dict[Level, tuple[str, str]] = {
    Level.EXACT: (TEXT_EXACT, analysis.EXACT),
    Level.LETTERS: (TEXT, analysis.LETTERS),
    Level.CLITICS: (TEXT, analysis.CLITICS),
    Level.STEM: (TEXT_STEM, analysis.STEM),
    Level.VARIANTS: (TEXT, analysis.CLITICS),
}
SHORTEST_SUBSTRING = 3
"""Letters: measured on 33,472 paragraphs, three take 6 to 19 ms and two take 340."""
PHRASES_UP_TO = Level.CLITICS
"""Quotes fix the end of each word: a phrase is never stemmed."""
EXCLUSIONS_UP_TO = Level.CLITICS
"""-لبن must not throw out لبنان, which has the same stem."""

# The loosest level of the typed word weighs most because it alone sees every hit; the next stricter one lifts the closer
# spellings. Measured in the design trial with stem and clitics: nDCG@10 .800 to .814 on questions, .369 to .373 on
# headlines.
_WEIGHTS = (1.0, 0.3)
BARE_WEIGHT = 0.5
OTHER_NAME_WEIGHT = 0.3
"""Another name is often rarer than the typed one, and would outrank it: at 1.0 nDCG@10 on arcd fell from .842 to .826."""


def unit_clause(number: int, unit: Unit, loosest: Level) -> Json:
    """Return the group of a unit: met when any of its clauses is; typed words score their sum, other names the best."""
    if loosest is Level.SUBSTRING:
        return {"constant_score": {"filter": met_at(unit, loosest), "_name": f"{number}:{loosest}"}}
    # The engine tells one clause of each name, so that no two may share one.
    typed = [
        term_clause(term, level, boost=_weight(level, levels), name=f"{number}:{level}:{place}")
        for place, term in enumerate(unit.terms)
        for levels in [levels_of(term, loosest)]
        for level in levels
    ]
    typed += [
        term_clause(bare, Level.CLITICS, boost=BARE_WEIGHT, name=f"{number}:{Level.CLITICS}:bare{place}")
        for place, bare in enumerate(bare for term in unit.terms for bare in bare_of(term, loosest))
    ]
    if loosest is not Level.VARIANTS or not unit.alternatives:
        return _any(typed)
    others = [
        term_clause(term, Level.VARIANTS, boost=OTHER_NAME_WEIGHT, name=f"{number}:{Level.VARIANTS}:{place}")
        for place, term in enumerate(unit.alternatives)
    ]
    return {"dis_max": {"queries": [_any(typed), *others]}}


def levels_of(term: Term, loosest: Level) -> tuple[Level, ...]:
    """Return the levels that a typed term is searched at. Other names are no level of the term itself."""
    return up_to(stricter(loosest, PHRASES_UP_TO if isinstance(term, Phrase) else Level.STEM))


def bare_of(term: Term, loosest: Level) -> list[Term]:
    """Return the term without the proclitics that it was typed with, where a search takes proclitics at all."""
    if Level.CLITICS not in levels_of(term, loosest):
        return []
    if isinstance(term, OpenEnded):
        return []
    return [Phrase(words, term.slop) for words in term.bare] if isinstance(term, Phrase) else list(term.bare)


def _weight(level: Level, levels: tuple[Level, ...]) -> float:
    distance = len(levels) - 1 - levels.index(level)
    return _WEIGHTS[distance] if distance < len(_WEIGHTS) else 0.0


def term_clause(term: Term, level: Level, *, boost: float | None = None, name: str | None = None) -> Json:
    """Return the clause of one term at one level; without a boost it is for a filter."""
    if isinstance(term, OpenEnded):
        return _opened_clause(term, level, {"boost": boost} if boost is not None else {}, name)
    field, analyzer = _FIELDS[Level.EXACT if isinstance(term, Word) and term.is_verbatim else level]
    options: Json = {"query": term.text, "analyzer": analyzer}
    if boost is not None:
        options["boost"] = boost
    told = {} if name is None else {"_name": name}
    if isinstance(term, Phrase):
        return {"match_phrase": {field: {**options, "slop": term.slop, **told}}}
    clause: Json = {"match": {field: {**options, "operator": "and"}}}
    if term.cap is None or level.rank <= term.cap.rank:
        clause["match"][field] |= told
        return clause
    return {"bool": {**_apart(term, level, clause), **told}}


def _opened_clause(term: OpenEnded, level: Level, options: Json, name: str | None) -> Json:
    """Return the clause of a word with an open end: any of the corpus's words that meet it at the level, scored alike."""
    named = {} if name is None else {"_name": name}
    words = dict(term.words_at).get(level, ())
    if not words:
        return {"match_none": named}
    field, analyzer = _FIELDS[level if level is Level.EXACT else Level.LETTERS]
    any_of_them = {"match": {field: {"query": " ".join(words), "analyzer": analyzer}}}
    return {"constant_score": {"filter": any_of_them, **options, **named}}


def _apart(term: Word, level: Level, clause: Json) -> Json:
    """Return the parts of a clause that keeps other words out: علي, whose fold is that of على.

    Its own proclitics are met on the letters as typed; by the fold only paragraphs that do not hold the other word.
    """
    kept: Json = {"must": [clause], "must_not": [_holds(other) for other in term.others]}
    if term.cap is not Level.EXACT or level is not Level.CLITICS:
        return kept
    typed = {"match": {TEXT_EXACT: {"query": term.text, "analyzer": analysis.EXACT_CLITICS, "operator": "and"}}}
    return {"should": [typed, {"bool": kept}], "minimum_should_match": 1}


def _holds(other: str) -> Json:
    return {"match": {TEXT_EXACT: {"query": other, "analyzer": analysis.EXACT_CLITICS, "operator": "and"}}}


def met_at(unit: Unit, level: Level) -> Json:
    """Return a filter that a paragraph passes when the unit meets it at `level` or stricter.

    A stricter level meets nothing that the looser ones on the same words would not, but for stems: the stemmer takes no
    ب off a word that does not begin with ال, so clitics stand beside it.
    """
    if level is Level.SUBSTRING:
        return _any([substring_clause(term) for term in unit.terms])
    clauses = []
    for term in unit.terms:
        loosest = levels_of(term, level)[-1]
        clauses.append(term_clause(term, loosest))
        if loosest is Level.STEM:
            clauses.append(term_clause(term, Level.CLITICS))
        clauses += [term_clause(bare, Level.CLITICS) for bare in bare_of(term, level)]
    if level is Level.VARIANTS:
        clauses += [term_clause(term, Level.VARIANTS) for term in unit.alternatives]
    return _any(clauses)


def substring_clause(term: Term) -> Json:
    """Return the clause of a run of characters anywhere in the folded text, inside words and across them.

    A wildcard query, on a field made for it.
    """
    folded = normalize(term.text)
    if len(folded) < SHORTEST_SUBSTRING:
        raise BadRequest(Fault("q", f"match=substring wants {SHORTEST_SUBSTRING} letters or more in each word"))
    return {"wildcard": {NORMALIZED: {"value": f"*{escaped(folded)}*", "case_insensitive": True}}}


def escaped(text: str) -> str:
    """Return a text as a wildcard query takes it for itself: its own `*`, `?` and backslashes are none of the pattern's."""
    return re.sub(r"([*?\\])", r"\\\1", text)


def all_met_at(tree: Tree, level: Level) -> Json:
    """Return a filter that a paragraph passes when every unit meets it at `level` or stricter."""
    return {"bool": {"filter": [met_at(unit, level) for unit in tree.units]}}


def any_met_at(tree: Tree, level: Level) -> Json:
    """Return a filter that a paragraph passes when at least one unit meets it at `level` or stricter."""
    return _any([met_at(unit, level) for unit in tree.units])


def exclusions(tree: Tree, loosest: Level) -> list[Json]:
    """Return the clauses that no hit may meet."""
    if loosest is Level.SUBSTRING:
        return [substring_clause(term) for term in tree.excluded]
    level = stricter(loosest, EXCLUSIONS_UP_TO)
    return [term_clause(term, levels_of(term, level)[-1]) for term in tree.excluded]


def forms_left_out(forms: list[str]) -> list[Json]:
    """Return the clauses of spellings that no hit may hold, letter by letter."""
    return [{"match": {TEXT_EXACT: {"query": form, "analyzer": analysis.EXACT, "operator": "and"}}} for form in forms]


def _any(clauses: list[Json]) -> Json:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses, "minimum_should_match": 1}}
