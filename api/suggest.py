"""`/v1/suggest`: completions while typing, in the corpus's commonest spelling."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any

from analyzers.keyboard import as_arabic
from analyzers.lexicon import Lexicon, form_of
from analyzers.mappings import LONGEST_PREFIX
from analyzers.names import Aliases
from analyzers.normalize import fold_exact, normalize
from analyzers.tokens import tokenize
from api.engine import ReadingEngine
from api.forms import begins_with, surfaces_of
from api.lexicon import LexiconWatch
from api.params import SuggestParams
from api.scope import Scope

Json = dict[str, Any]


class Suggester:
    """Answers `/v1/suggest`."""

    def __init__(self, engine: ReadingEngine, lexicon: LexiconWatch, index: str) -> None:
        self._engine = engine
        self._lexicon = lexicon
        self._index = Aliases(index).forms

    async def suggest(self, params: SuggestParams, scope: Scope) -> Json:
        """Return completions of the last word of `q`, names that begin so, and the other keyboard's reading of it."""
        tokens = tokenize(fold_exact(params.q))
        if not tokens or params.q[-1:].isspace():
            return {"q": params.q, "suggestions": []}
        last = tokens[-1].text
        head = " ".join(token.text for token in tokens[:-1])
        typed = {"word": last, "keyboard": as_arabic(last) or ""}
        # A mark alone is folded to nothing.
        read = {kind: folded for kind, text in typed.items() if (folded := normalize(text).lower())}
        if not read:
            return {"q": params.q, "suggestions": []}
        found = await self._engine.search(self._index, _body(read, params, scope), scope)
        suggestions = [
            {"text": f"{head} {surface}".strip(), "count": count, "kind": kind}
            for kind, surface, count in completed(found["hits"]["hits"], params.collection, scope)
        ]
        names = [{"text": name, "count": None, "kind": "name"} for name in _names(params.q, self._lexicon.current)]
        known = {suggestion["text"] for suggestion in suggestions}
        return {
            "q": params.q,
            "suggestions": [*suggestions, *(name for name in names if name["text"] not in known)][: params.size],
        }


def _body(read: dict[str, str], params: SuggestParams, scope: Scope) -> Json:
    # Those of the word as it was typed come first, so they score more.
    begun = [
        {"constant_score": {"filter": _begins(text), "boost": boost, "_name": kind}}
        for boost, (kind, text) in enumerate(reversed(read.items()), 1)
    ]
    named = [{"terms": {"collections": scope.visible(params.collection)}}] if params.collection else []
    return {
        "size": params.size,
        "_source": ["surfaces"],
        "query": {"bool": {"should": begun, "minimum_should_match": 1, "filter": named}},
        "sort": ["_score", {"paragraphs": "desc"}, "form"],
        "track_total_hits": False,
    }


def _begins(text: str) -> Json:
    """Return the query for the forms that begin so, or do behind their article."""
    # The engine counts in units of UTF-16, and refuses a beginning that is longer than those it knows.
    short = text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_PREFIX].decode("utf-16-le", "ignore")
    begins: Json = {"prefix": {"completes": short}}
    if short == text:
        return begins
    whole = [begins_with(text), begins_with(f"ال{text}")]
    return {"bool": {"filter": [begins, {"bool": {"should": whole, "minimum_should_match": 1}}]}}


def completed(hits: list[Json], collections: list[str], scope: Scope) -> list[tuple[str, str, int]]:
    """Return, of each form, by which reading it was found, its commonest spelling and the paragraphs of all its spellings.

    Ordered by what is told: the engine orders by the counts of all collections, which would tell of hidden ones.
    """
    told = [
        (
            "word" if "word" in hit["matched_queries"] else "keyboard",
            max(counts, key=lambda one: counts[one]),
            sum(counts.values()),
        )
        for hit in hits
        if (counts := surfaces_of(hit["_source"], collections, scope))
    ]
    return sorted(told, key=lambda one: (one[0] != "word", -one[2], one[1]))


def _names(typed: str, lexicon: Lexicon) -> list[str]:
    """Return the labels of names that begin as typed, in Arabic or in Latin letters (Idl, خان يو)."""
    words = form_of(typed)
    if not words or len(" ".join(words)) < 2:
        return []
    begun = " ".join(words)
    names = _sorted_names(lexicon)
    following = islice(names, bisect_left(names, (begun,)), None)
    places = {place for _, place in takewhile(lambda name: name[0].startswith(begun), following)}
    return [lexicon.entries[place].label for place in sorted(places)]


@lru_cache(maxsize=2)
def _sorted_names(lexicon: Lexicon) -> list[tuple[str, int]]:
    """Return every form of every name in order, with the place of its entry: looking through all takes 11 ms."""
    return sorted(
        (" ".join(form), place)
        for place, entry in enumerate(lexicon.entries)
        if entry.kind in {"place", "actor"}
        for form in (*entry.forms, *entry.latin)
    )
