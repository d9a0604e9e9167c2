"""`/v1/forms`: every spelling in the corpus that a query reaches, with its level and count."""

from __future__ import annotations

from typing import Any

from analyzers.levels import LADDER, Level
from analyzers.names import Aliases
from analyzers.normalize import normalize
from analyzers.proclitics import attached
from analyzers.stemmer import stem
from api.clauses import bare_of, escaped, levels_of
from api.engine import ReadingEngine
from api.lexicon import LexiconWatch
from api.marks import Classifier
from api.opening import beginnings
from api.params import FormsParams
from api.parser import OpenEnded, Phrase, Term, Tree, parse
from api.plan import plan
from api.scope import Scope

Json = dict[str, Any]

MOST_FORMS = 1000


class FormsReader:
    """Answers `/v1/forms`."""

    def __init__(self, engine: ReadingEngine, lexicon: LexiconWatch, index: str) -> None:
        self._engine = engine
        self._lexicon = lexicon
        self._index = Aliases(index).forms

    async def forms(self, params: FormsParams, scope: Scope) -> Json:
        """Return the spellings, the most frequent first, with the typed word that each meets and how."""
        tree = plan(parse(params.q), self._lexicon.current)
        found = await self._engine.search(self._index, forms_body(tree, params.match), scope)
        documents = [hit["_source"] for hit in found["hits"]["hits"]]
        classifier = Classifier(tree, params.match)
        forms: list[Json] = [
            {"surface": surface, "word": met[0], "level": met[1], "count": count}
            for document in documents
            for surface, count in surfaces_of(document, params.collection, scope).items()
            if (met := classifier.meets(surface))
        ]
        forms.sort(key=lambda form: (-form["count"], form["surface"]))
        return {"q": params.q, "match": params.match, "forms": forms, "complete": len(documents) < MOST_FORMS}


def surfaces_of(document: Json, collections: list[str], scope: Scope) -> dict[str, int]:
    """Return the spellings of a form's document with their paragraphs, in some collections or (none given) in all.

    A form may be of collections that the caller does not see as well: of these neither spelling nor count is told.
    """
    counts: dict[str, int] = {}
    for surface, collection, count in document["surfaces"]:
        if scope.sees(collection) and (not collections or collection in collections):
            counts[surface] = counts.get(surface, 0) + count
    return counts


def forms_body(tree: Tree, match: Level) -> Json:
    """Return the search for the forms that a query can reach."""
    terms = [term for unit in tree.units for term in unit.terms if not isinstance(term, OpenEnded)]
    opened = [term for unit in tree.units for term in unit.terms if isinstance(term, OpenEnded)]
    clauses: list[Json] = [{"terms": {"form": sorted({form for term in terms for form in _reached(term, match)})}}]
    if match.rank >= Level.STEM.rank:
        words = [normalize(word).lower() for term in terms if not isinstance(term, Phrase) for word in term.words]
        clauses.append({"terms": {"stem": sorted({stem(word) for word in words})}})
    if match is Level.VARIANTS:
        terms_of = (term for unit in tree.units for term in unit.alternatives)
        others = {normalize(word).lower() for term in terms_of for word in term.words}
        clauses.append({"terms": {"form": sorted({form for word in others for form in attached(word)})[:1000]}})
    starts = {start for term in opened for level in levels_of(term, match) for start in beginnings(term.text, level)}
    folded = sorted({normalize(start).lower() for start in starts})
    clauses += map(begins_with, folded)
    query = {"bool": {"should": clauses, "minimum_should_match": 1}}
    return {"size": MOST_FORMS, "query": query, "sort": [{"paragraphs": "desc"}], "_source": ["surfaces"]}


def begins_with(start: str) -> Json:
    """Return the clause of the forms that begin so. No `prefix`: our nodes refuse it on a keyword, as an expensive query."""
    return {"wildcard": {"form.wildcard": {"value": f"{escaped(start)}*"}}}


def _reached(term: Term, match: Level) -> set[str]:
    """Return the folded forms of a term's words, with proclitics where its levels take them."""
    folded = [normalize(word).lower() for word in term.words]
    if Level.CLITICS in levels_of(term, min(match, LADDER[-1], key=lambda level: level.rank)):
        folded += [normalize(word).lower() for bare in bare_of(term, match) for word in bare.words]
        return {form for word in folded for form in attached(word)}
    return set(folded)
