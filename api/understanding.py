"""A query as it is searched: read, planned by the lexicon, and its open ends filled with the words that the corpus has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analyzers.levels import Level
from analyzers.names import Aliases
from analyzers.normalize import fold_exact
from api.engine import ReadingEngine
from api.errors import BadRequest, Fault
from api.forms import begins_with, surfaces_of
from api.lexicon import LexiconWatch
from api.opening import OPENED_UP_TO, beginnings
from api.parser import OpenEnded, Term, Tree, Unit, parse
from api.plan import plan
from api.scope import Scope

Json = dict[str, Any]

MOST_WORDS = 64
"""Words of the corpus that stand for one with an open end: the most frequent. More are told, not searched for."""


class Understanding:
    """Makes the tree of a query."""

    def __init__(self, engine: ReadingEngine, lexicon: LexiconWatch, index: str) -> None:
        self._engine = engine
        self._lexicon = lexicon
        self._forms = Aliases(index).forms

    async def tree(self, q: str, scope: Scope) -> Tree:
        """Return the tree; raises BadRequest. Only `word*` asks the engine: what begins so, in one request for all."""
        tree = plan(parse(q), self._lexicon.current)
        terms = [*(term for unit in tree.units for term in unit.terms), *tree.excluded]
        opened = list(dict.fromkeys(term for term in terms if isinstance(term, OpenEnded)))
        if not opened:
            return tree
        found = await self._engine.searches([(self._forms, opening_body(term)) for term in opened], scope)
        filled: dict[Term, OpenEnded] = {
            term: _filled(term, answer["hits"]["hits"], scope) for term, answer in zip(opened, found, strict=True)
        }
        for term in tree.excluded:
            if term in filled and not filled[term].is_complete:
                raise BadRequest(
                    Fault("q", f"-{term.words[0]} stands for more than {MOST_WORDS} words; write a longer beginning")
                )
        units = tuple(
            Unit(tuple(filled.get(term, term) for term in unit.terms), unit.alternatives) for unit in tree.units
        )
        return replace(tree, units=units, excluded=tuple(filled.get(term, term) for term in tree.excluded))


def opening_body(term: OpenEnded) -> Json:
    """Return the search for the words of the corpus that begin as a word with an open end does, at any level."""
    starts = dict.fromkeys(start for level in OPENED_UP_TO for start in beginnings(term.text, level))
    query = {"bool": {"should": list(map(begins_with, starts)), "minimum_should_match": 1}}
    return {"size": MOST_WORDS + 1, "query": query, "sort": [{"paragraphs": "desc"}, {"form": "asc"}]}


def _filled(term: OpenEnded, hits: list[Json], scope: Scope) -> OpenEnded:
    """Return the term with the words of the corpus that meet it, by level."""
    documents = [hit["_source"] for hit in hits][:MOST_WORDS]
    typed = fold_exact(term.text).lower()
    surfaces = {fold_exact(surface).lower() for told in documents for surface in surfaces_of(told, [], scope)}
    forms = [told["form"] for told in documents]
    words = {Level.EXACT: tuple(sorted(word for word in surfaces if word.startswith(typed)))}
    for level in OPENED_UP_TO[1:]:
        starts = beginnings(term.text, level)
        words[level] = tuple(form for form in forms if form.startswith(starts))
    return replace(term, words_at=tuple(words.items()), is_complete=len(hits) <= MOST_WORDS)
