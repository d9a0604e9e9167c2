"""The honest zero: what a search that found no paragraph with all words can say, in one more request.

Which words the corpus does not have, the nearest it has, what the typed letters read as on the other keyboard or in Latin
spelling, how many paragraphs each looser level would find, and what the corpus covers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from analyzers.keyboard import as_arabic, as_latin
from analyzers.levels import LADDER, Level
from analyzers.lexicon import Lexicon
from analyzers.names import TEXT, Aliases
from analyzers.normalize import normalize
from analyzers.skeleton import latin_skeleton
from api.bounds import filter_clauses
from api.clauses import all_met_at, met_at
from api.engine import ReadingEngine
from api.forms import surfaces_of
from api.params import SearchParams
from api.parser import Tree, Unit, Word
from api.scope import Scope

Json = dict[str, Any]

NEAREST = 5
READINGS = 5
SHORTEST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Helper:
    """Makes the `suggestions` of an answer."""

    engine: ReadingEngine
    aliases: Aliases
    zone: tzinfo
    scope: Scope

    async def suggestions(self, params: SearchParams, tree: Tree, lexicon: Lexicon) -> Json:
        """Return what can be said about each word, and the counts at every level."""
        words = [unit for unit in tree.units if _is_word(unit)][:8]
        typed = [unit.terms[0].text for unit in words]
        filters = filter_clauses(params, self.zone)
        queries = [
            (self.aliases.paragraphs, {**_counts_body(tree, filters), **_nearest(typed)}),
            (self.aliases.forms, _forms_body(typed)),
        ]
        counts, forms = await self.engine.searches(queries, self.scope)
        near = await self._seen(_near(counts), params.collection)
        told = counts["aggregations"]
        each = [told["each"]["buckets"][str(number)]["doc_count"] for number in range(len(tree.units))]
        looked = _Looked(_readable(forms, params.collection, self.scope), near, lexicon)
        return {
            "words": [_word_told(unit, count, looked) for unit, count in zip(tree.units, each, strict=True)],
            "levels": {level.value: told["all"]["buckets"][level.value]["doc_count"] for level in LADDER},
        }

    async def _seen(self, near: dict[str, list[Json]], collections: list[str]) -> dict[str, list[Json]]:
        """Return of the nearest words those of the caller's collections, with their counts there.

        The engine finds them in the index as a whole, so where something is kept from the caller they are looked up: a
        third request, in that case alone.
        """
        forms = sorted({told["text"] for options in near.values() for told in options})
        if self.scope.is_whole or not forms:
            return near
        body = {"size": len(forms), "query": {"terms": {"form": forms}}, "_source": ["form", "surfaces"]}
        found = await self.engine.search(self.aliases.forms, body, self.scope)
        sources = [hit["_source"] for hit in found["hits"]["hits"]]
        counts = {form["form"]: sum(surfaces_of(form, collections, self.scope).values()) for form in sources}
        return {
            word: [{**told, "count": counts[told["text"]]} for told in options if counts.get(told["text"])]
            for word, options in near.items()
        }


def _near(counts: Json) -> dict[str, list[Json]]:
    """Return the nearest words of each word, as the engine suggests them."""
    return {
        word: [{"text": option["text"], "count": option["freq"]} for option in told[0]["options"]]
        for word, told in counts.get("suggest", {}).items()
    }


def _is_word(unit: Unit) -> bool:
    return len(unit.terms) == 1 and isinstance(unit.terms[0], Word)


def _counts_body(tree: Tree, filters: list[Json]) -> Json:
    """Return the search that counts all words at each level, and each word at its loosest."""
    each = {str(number): met_at(unit, Level.VARIANTS) for number, unit in enumerate(tree.units)}
    all_words = {level.value: all_met_at(tree, level) for level in LADDER}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": filters}},
        "aggs": {"each": {"filters": {"filters": each}}, "all": {"filters": {"filters": all_words}}},
    }


def _nearest(words: list[str]) -> Json:
    """Return the part of a search that finds the nearest words of the corpus, with the paragraphs that have them."""
    suggest: Json = {}
    for word in words:
        folded = normalize(word).lower()
        if len(folded) >= SHORTEST_NEAR:
            term = {"field": TEXT, "suggest_mode": "always", "max_edits": 2, "prefix_length": 1, "size": NEAREST}
            suggest[word] = {
                "text": folded,
                "term": {**term, "min_word_length": SHORTEST_NEAR, "analyzer": "whitespace"},
            }
    return {"suggest": suggest} if suggest else {}


def _forms_body(words: list[str]) -> Json:
    """Return the search for the forms that the other readings of the words are."""
    typed = sorted({normalize(text).lower() for word in words for _, text in _by_keyboard(word)})
    skeletons = sorted({skeleton for word in words if len(skeleton := latin_skeleton(word)) > 1})
    clauses: list[Json] = [{"terms": {"form": typed}}, {"terms": {"skeleton": skeletons}}]
    query = {"bool": {"should": clauses, "minimum_should_match": 1}}
    return {"size": 200, "query": query, "sort": [{"paragraphs": "desc"}]}


def _by_keyboard(word: str) -> list[tuple[str, str]]:
    readings = [("keyboard", as_arabic(word)), ("keyboard", as_latin(word))]
    return [(kind, text) for kind, text in readings if text]


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the request brought, for all words: the forms of other readings, and the nearest words of each."""

    forms: list[tuple[Json, dict[str, int]]]
    """Each with its spellings and their counts, as the caller may see them."""
    near: dict[str, list[Json]]
    lexicon: Lexicon


def _word_told(unit: Unit, count: int, looked: _Looked) -> Json:
    word = unit.terms[0].text
    told: Json = {"word": word, "count": count, "nearest": [], "readings": []}
    if count or not _is_word(unit):
        return told
    told["nearest"] = looked.near.get(word, [])[:NEAREST]
    names, read = _name_readings(word, looked.lexicon), _corpus_readings(word, looked.forms)
    told["readings"] = [*names, *read][:READINGS]
    return told


def _readable(forms: Json, collections: list[str], scope: Scope) -> list[tuple[Json, dict[str, int]]]:
    sources = [hit["_source"] for hit in forms["hits"]["hits"]]
    return [(form, counts) for form in sources if (counts := surfaces_of(form, collections, scope))]


def _corpus_readings(word: str, forms: list[tuple[Json, dict[str, int]]]) -> list[Json]:
    """Return the words of the corpus that the typed letters stand for, the most frequent first."""
    skeleton = latin_skeleton(word)
    typed = {normalize(text).lower(): kind for kind, text in _by_keyboard(word)}
    readings = []
    for form, counts in forms:
        kind = typed.get(form["form"]) or ("latin" if skeleton and form["skeleton"] == skeleton else None)
        if kind:
            surface = max(counts, key=lambda spelling: counts[spelling])
            readings.append({"kind": kind, "text": surface, "count": sum(counts.values())})
    return sorted(readings, key=lambda reading: reading["kind"] != "keyboard")


def _name_readings(word: str, lexicon: Lexicon) -> list[Json]:
    """Return the names of the lexicon that are spelt so in Latin letters, though the corpus may not have them."""
    folded = (word.lower(),)
    labels = dict.fromkeys(entry.label for entry in lexicon.entries if folded in entry.latin)
    return [{"kind": "name", "text": label, "count": None} for label in labels]
