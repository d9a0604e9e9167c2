"""The honest zero: what a search that found no paragraph with all words can say, in one more request.

Which words the corpus does not have, the nearest it has, what the typed letters read as on the other keyboard or in Latin
spelling, how many paragraphs each looser level would find, and what the corpus covers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analyzers.keyboard import as_arabic, as_latin
from analyzers.levels import LADDER, Level
from analyzers.lexicon import Lexicon
from analyzers.names import TEXT, Aliases
from analyzers.normalize import normalize
from analyzers.skeleton import latin_skeleton
from api.clauses import all_met_at, met_at
from api.engine import ReadingEngine
from api.forms import surfaces_of
from api.params import SearchParams
from api.parser import Tree, Unit, Word

Json = dict[str, Any]

NEAREST = 5
READINGS = 5
SHORTEST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Helper:
    """Makes the `suggestions` of an answer."""

    engine: ReadingEngine
    aliases: Aliases

    async def suggestions(self, params: SearchParams, tree: Tree, filters: list[Json], lexicon: Lexicon) -> Json:
        """Return what can be said about each word, and the counts at every level."""
        words = [unit for unit in tree.units if _is_word(unit)][:8]
        typed = [unit.terms[0].text for unit in words]
        queries = [
            (self.aliases.paragraphs, {**_counts_body(tree, filters), **_nearest(typed)}),
            (self.aliases.forms, _forms_body(typed)),
        ]
        counts, forms = await self.engine.searches(queries)
        told = counts["aggregations"]
        each = [told["each"]["buckets"][str(number)]["doc_count"] for number in range(len(tree.units))]
        looked = _Looked(forms, counts.get("suggest", {}), lexicon, params.collection)
        return {
            "words": [_word_told(unit, count, looked) for unit, count in zip(tree.units, each, strict=True)],
            "levels": {level.value: told["all"]["buckets"][level.value]["doc_count"] for level in LADDER},
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

    forms: Json
    near: Json
    lexicon: Lexicon
    collections: list[str]


def _word_told(unit: Unit, count: int, looked: _Looked) -> Json:
    word = unit.terms[0].text
    told: Json = {"word": word, "count": count, "nearest": [], "readings": []}
    if count or not _is_word(unit):
        return told
    options = looked.near.get(word, [{"options": []}])[0]["options"]
    told["nearest"] = [{"text": option["text"], "count": option["freq"]} for option in options]
    names, read = _name_readings(word, looked.lexicon), _corpus_readings(word, looked.forms, looked.collections)
    told["readings"] = [*names, *read][:READINGS]
    return told


def _corpus_readings(word: str, forms: Json, collections: list[str]) -> list[Json]:
    """Return the words of the corpus that the typed letters stand for, the most frequent first."""
    skeleton = latin_skeleton(word)
    typed = {normalize(text).lower(): kind for kind, text in _by_keyboard(word)}
    readings = []
    for hit in forms["hits"]["hits"]:
        form = hit["_source"]
        counts = surfaces_of(form, collections)
        kind = typed.get(form["form"]) or ("latin" if skeleton and form["skeleton"] == skeleton else None)
        if kind and counts:
            surface = max(counts, key=lambda spelling: counts[spelling])
            readings.append({"kind": kind, "text": surface, "count": sum(counts.values())})
    return sorted(readings, key=lambda reading: reading["kind"] != "keyboard")


def _name_readings(word: str, lexicon: Lexicon) -> list[Json]:
    """Return the names of the lexicon that are spelt so in Latin letters, though the corpus may not have them."""
    folded = (word.lower(),)
    labels = dict.fromkeys(entry.label for entry in lexicon.entries if folded in entry.latin)
    return [{"kind": "name", "text": label, "count": None} for label in labels]
