"""`/v1/suggest`: completions while typing, in the corpus's commonest spelling."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
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
from api.forms import surfaces_of
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
        read = {"word": last, **({"keyboard": other} if (other := as_arabic(last)) else {})}
        read = {kind: normalize(text).lower() for kind, text in read.items()}
        found = await self._engine.search(self._index, _body(read, params, scope), scope)
        suggestions = [
            {"text": f"{head} {surface}".strip(), "count": count, "kind": kind}
            for kind, surface, count in _completed(found["hits"]["hits"], read, params.collection, scope)
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
        {
            "constant_score": {
                "filter": {"prefix": {"completes": text[:LONGEST_PREFIX]}},
                "boost": boost,
                "_name": kind,
            }
        }
        for boost, (kind, text) in enumerate(reversed(read.items()), 1)
    ]
    named = [{"terms": {"collections": scope.visible(params.collection)}}] if params.collection else []
    return {
        "size": params.size,
        "_source": ["form", "surfaces"],
        "query": {"bool": {"should": begun, "minimum_should_match": 1, "filter": named}},
        "sort": ["_score", {"paragraphs": "desc"}],
        "track_total_hits": False,
    }


def _completed(
    hits: list[Json], read: dict[str, str], collections: list[str], scope: Scope
) -> Iterator[tuple[str, str, int]]:
    """Yield, of each form, by which reading it was found, its commonest spelling and the paragraphs of all its spellings."""
    for hit in hits:
        kind = next(kind for kind in read if kind in hit["matched_queries"])
        form = hit["_source"]["form"]
        # Of a longer word only so much was asked for.
        is_begun = form.startswith(read[kind]) or form.removeprefix("ال").startswith(read[kind])
        if is_begun and (counts := surfaces_of(hit["_source"], collections, scope)):
            yield kind, max(counts, key=lambda surface: counts[surface]), sum(counts.values())


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
