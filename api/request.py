"""A search becomes the body that is sent to the engine: plain dicts from small functions.

Words rank (`or`), all words count: a paragraph with any word is a hit, one with all of them comes first, and the counts
are those of paragraphs with all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from analyzers.levels import Level, up_to
from analyzers.names import TEXT, TEXT_EXACT, TEXT_GRAMS, TEXT_STEM, TITLE
from api import filters
from api.clauses import ALL, all_met_at, exclusions, forms_left_out, unit_clause
from api.params import FilterParams, SearchParams
from api.parser import Tree

Json = dict[str, Any]

TITLE_WEIGHT = 0.3
GRAMS_WEIGHT = 0.5
RESCORED = 50
"""Hits that the 4-grams put in order again: as good as in the main query (nDCG) and without measurable cost. Constant,
so that the order is the same on every page."""
MOST_HITS = 1000
HIGHLIGHT_LIMIT = 99_999

HIT_FIELDS = [
    "report_id",
    "position",
    "kind",
    "title",
    "text",
    "collection",
    "source",
    "url",
    "published",
    "language",
    "places",
    "actors",
    "tags",
    "content_hash",
    "story",
]


@dataclass(frozen=True, slots=True)
class Looser:
    """A query that is offered beside the one that was typed, and is counted with it."""

    q: str
    tree: Tree


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search: the hits before it, the tag name of its marks, and the queries that are counted beside it."""

    offset: int
    nonce: str
    loosers: Sequence[Looser] = ()


def search_body(params: SearchParams, tree: Tree, zone: tzinfo, page: Page) -> Json:
    """Return the body of one page. Counts are asked for on the first page only; they do not change on the others."""
    first = page.offset == 0
    body: Json = {
        "from": page.offset,
        "size": params.size,
        "query": ranked_query(params, tree, zone),
        "rescore": _rescore(tree),
        "_source": HIT_FIELDS,
        "highlight": highlight(page.nonce, params.match),
        "track_total_hits": first,
    }
    if params.op == "and" and len(tree.units) > 1:
        # A post filter and not part of the query, so that the counts below still see the paragraphs with any word.
        body["post_filter"] = all_met_at(tree, params.match)
    if first:
        body["aggs"] = _counts(tree, params.match)
        if page.loosers:
            body["aggs"]["loosers"] = _loosers(params, page.loosers, zone)
    if params.explain:
        body["explain"] = True
    return body


def ranked_query(params: SearchParams, tree: Tree, zone: tzinfo) -> Json:
    """Return the query: any unit makes a hit, all of them lift it above the rest, the title lifts it a little."""
    units = [unit_clause(number, unit, params.match) for number, unit in enumerate(tree.units)]
    lifts = [_title_lift(tree)]
    if len(units) > 1:
        lifts.append(_all_lift(tree, params.match))
    return {
        "bool": {
            "must": [{"bool": {"should": units, "minimum_should_match": 1}}],
            "should": lifts,
            "filter": filter_clauses(params, zone),
            "must_not": [
                *exclusions(tree, params.match),
                *forms_left_out(params.forms_not),
                *filters.any_of(params.unwanted()),
            ],
        }
    }


def filter_clauses(params: FilterParams, zone: tzinfo) -> list[Json]:
    """Return the filters that every hit passes."""
    include_undated = params.undated == "include"
    between = filters.published_between(params.from_, params.to, zone, undated=include_undated)
    if not between and params.undated == "exclude":
        between = [filters.has_date()]
    return [*filters.any_of(params.wanted()), *between]


def all_lift_of(tree: Tree) -> float:
    """Return what a hit with all units is lifted by: more than the words can score, and no more, as scores are floats."""
    return 0.0 if len(tree.units) == 1 else 128.0 * len(tree.units)


def _all_lift(tree: Tree, loosest: Level) -> Json:
    return {"constant_score": {"filter": all_met_at(tree, loosest), "boost": all_lift_of(tree), "_name": ALL}}


def _title_lift(tree: Tree) -> Json:
    return {"match": {TITLE: {"query": _all_words(tree), "boost": TITLE_WEIGHT}}}


def _rescore(tree: Tree) -> Json:
    grams = {"match": {TEXT_GRAMS: {"query": _all_words(tree)}}}
    return {"window_size": RESCORED, "query": {"rescore_query": grams, "rescore_query_weight": GRAMS_WEIGHT}}


def _all_words(tree: Tree) -> str:
    return " ".join(term.text for unit in tree.units for term in unit.terms)


def _counts(tree: Tree, loosest: Level) -> Json:
    """Return the aggregations of a first page: paragraphs with all units at each level, and those with any."""
    levels = {level.value: all_met_at(tree, level) for level in up_to(loosest)}
    return {"levels": {"filters": {"filters": levels}}, "any": {"filter": {"match_all": {}}}}


def _loosers(params: SearchParams, loosers: Sequence[Looser], zone: tzinfo) -> Json:
    """Return the counts of other queries: of all paragraphs that pass the filters, not only of this query's hits."""
    left_out = filters.any_of(params.unwanted())
    counted = {
        str(place): {
            "filter": {
                "bool": {
                    "filter": [all_met_at(looser.tree, params.match), *filter_clauses(params, zone)],
                    "must_not": [*exclusions(looser.tree, params.match), *left_out],
                }
            }
        }
        for place, looser in enumerate(loosers)
    }
    return {"global": {}, "aggs": counted}


def highlight(nonce: str, loosest: Level) -> Json:
    """Return the highlighting of whole paragraphs, in the field of each level.

    The tags hold a random nonce, so that no text can forge them; the API escapes and cuts. `encoder: html` would shift
    the offsets.
    """
    fields = [TEXT_EXACT, *([TEXT] if loosest.rank else []), *([TEXT_STEM] if Level.STEM in up_to(loosest) else [])]
    return {
        "type": "unified",
        "number_of_fragments": 0,
        "require_field_match": True,
        "max_analyzer_offset": HIGHLIGHT_LIMIT,
        "pre_tags": [f"<{nonce}>"],
        "post_tags": [f"</{nonce}>"],
        "fields": {field: {} for field in fields},
    }
