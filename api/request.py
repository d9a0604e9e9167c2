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
from api.bounds import filter_clauses, filters_of, flat, left_out, moved
from api.clauses import ALL, all_met_at, unit_clause
from api.counts import Looser, count_aggregations
from api.fields import STORED, stored_fields, wants_marks
from api.groups import collapsed
from api.order import After, is_by_date, sort_by_date
from api.params import QueryParams, SearchParams
from api.parser import Tree

Json = dict[str, Any]

TITLE_WEIGHT = 0.3
GRAMS_WEIGHT = 0.5
RESCORED = 50
"""Hits that the 4-grams put in order again: as good as in the main query (nDCG) and without measurable cost. Constant,
so that the order is the same on every page."""
MOST_HITS = 1000
HIGHLIGHT_LIMIT = 99_999

HIT_FIELDS = list(STORED)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search: the hits before it, the tag name of its marks, and the queries that are counted beside it.

    By date the page begins `after` a place; the hits before it are then only counted.
    """

    offset: int
    nonce: str
    loosers: Sequence[Looser] = ()
    after: After | None = None


def search_body(params: SearchParams, tree: Tree, zone: tzinfo, page: Page) -> Json:
    """Return the body of one page. Counts are asked for on the first page only; they do not change on the others."""
    first = page.offset == 0
    by_name = filters_of(params, zone)
    after_query = moved(params, by_name)
    in_query = flat({name: clauses for name, clauses in by_name.items() if name not in after_query})
    body: Json = {
        **_place(params, page),
        "query": ranked_query(params, tree, in_query, with_grams=params.group != "none"),
        **_order(params, tree),
        **_carried(params, page.nonce),
        "track_total_hits": first,
    }
    # A post filter and not part of the query, so that the counts still see what it takes away.
    if narrowed := [*_all_words(params, tree), *flat(after_query)]:
        body["post_filter"] = {"bool": {"filter": narrowed}}
    if first:
        body["aggs"] = count_aggregations(params, tree, page.loosers, zone)
    if params.explain:
        body["explain"] = True
    return body


def _place(params: SearchParams, page: Page) -> Json:
    """Return where the page is: counted from the first hit, up to the 1,000th, or after a place in the order by date."""
    if page.after:
        return {"size": params.size, "search_after": list(page.after)}
    return {"from": page.offset, "size": min(params.size, MOST_HITS - page.offset)}


def _order(params: SearchParams, tree: Tree) -> Json:
    """Return how hits are put in order. Neither a sort nor groups can be combined with a rescore."""
    if is_by_date(params):
        return {"sort": sort_by_date(params.sort)}
    return {"rescore": _rescore(tree)} if params.group == "none" else {}


def _carried(params: SearchParams, nonce: str) -> Json:
    """Return what each hit brings; in groups the paragraphs inside bring it, the best first whatever the order of groups."""
    carried: Json = {"_source": stored_fields(params)}
    if wants_marks(params):
        carried["highlight"] = highlight(nonce, params.match)
    if params.group == "none":
        return carried
    return collapsed(params.group, {**carried, **({"explain": True} if params.explain else {})})


def _all_words(params: QueryParams, tree: Tree) -> list[Json]:
    """Return the filter of `op=and`: it takes away what `total.any` still counts."""
    return [all_met_at(tree, params.match)] if params.op == "and" and len(tree.units) > 1 else []


def ranked_query(params: QueryParams, tree: Tree, narrowing: Sequence[Json], *, with_grams: bool = False) -> Json:
    """Return the query: any unit makes a hit, all of them lift it above the rest, the title lifts it a little.

    `with_grams` puts the 4-grams in it, where they cannot be a rescore.
    """
    units = [unit_clause(number, unit, params.match) for number, unit in enumerate(tree.units)]
    lifts = [_title_lift(tree)]
    if len(units) > 1:
        lifts.append(_all_lift(tree, params.match))
    if with_grams:
        lifts.append(_grams(tree, GRAMS_WEIGHT))
    return {
        "bool": {
            "must": [{"bool": {"should": units, "minimum_should_match": 1}}],
            "should": lifts,
            "filter": list(narrowing),
            "must_not": left_out(params, tree),
        }
    }


def hits_query(params: QueryParams, tree: Tree, zone: tzinfo) -> Json:
    """Return the query of the hits and nothing else: with `op=and` only paragraphs with all words."""
    return ranked_query(params, tree, [*filter_clauses(params, zone), *_all_words(params, tree)])


def all_lift_of(tree: Tree) -> float:
    """Return what a hit with all units is lifted by: more than the words can score, and no more, as scores are floats."""
    return 0.0 if len(tree.units) == 1 else 128.0 * len(tree.units)


def _all_lift(tree: Tree, loosest: Level) -> Json:
    return {"constant_score": {"filter": all_met_at(tree, loosest), "boost": all_lift_of(tree), "_name": ALL}}


def _title_lift(tree: Tree) -> Json:
    return {"match": {TITLE: {"query": _typed(tree), "boost": TITLE_WEIGHT}}}


def _rescore(tree: Tree) -> Json:
    return {
        "window_size": RESCORED,
        "query": {"rescore_query": _grams(tree, 1.0), "rescore_query_weight": GRAMS_WEIGHT},
    }


def _grams(tree: Tree, boost: float) -> Json:
    return {"match": {TEXT_GRAMS: {"query": _typed(tree), "boost": boost}}}


def _typed(tree: Tree) -> str:
    return " ".join(term.text for unit in tree.units for term in unit.terms)


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
