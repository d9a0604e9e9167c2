"""What the first page of a search counts, all in the one request: levels, any word, groups, undated reports, facets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from analyzers.levels import up_to
from api import filters
from api.bounds import filters_of, flat, leaves_undated_out, left_out, moved
from api.clauses import all_met_at, any_met_at, exclusions
from api.facets import facet_aggregations, facets_of
from api.groups import group_counts, groups_total
from api.order import is_by_date
from api.params import SearchParams
from api.parser import Tree

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Looser:
    """A query that is offered beside the one that was typed, and is counted with it."""

    q: str
    tree: Tree


def count_aggregations(params: SearchParams, tree: Tree, loosers: Sequence[Looser], zone: tzinfo) -> Json:
    """Return the aggregations of a first page."""
    by_name = filters_of(params, zone)
    after = moved(params, by_name)
    counts = _counts(params, tree)
    # An aggregation sees the query's hits before the post filter: what was moved there narrows the counts here.
    asked = {"counted": {"filter": {"bool": {"filter": flat(after)}}, "aggs": counts}} if after else counts
    if params.facets:
        facets = facet_aggregations(params.facets, params.wanted(), after, str(zone))
        asked["facets"] = {"filter": all_met_at(tree, params.match), "aggs": facets}
    beside = _beside(params, tree, loosers, by_name)
    return {**asked, "beside": {"global": {}, "aggs": beside}} if beside else asked


def _counts(params: SearchParams, tree: Tree) -> Json:
    """Return the counts among the hits: paragraphs with all units at each level, and those with any."""
    levels = {level.value: all_met_at(tree, level) for level in up_to(params.match)}
    counts: Json = {"levels": {"filters": {"filters": levels}}, "any": {"filter": {"match_all": {}}}}
    all_met = all_met_at(tree, params.match)
    if params.group != "none":
        counts |= group_counts(params.group, all_met)
    if _tells_undated(params) and not leaves_undated_out(params):
        counts["undated"] = {"filter": filters.no_date(), "aggs": {"all": {"filter": all_met}}}
    return counts


def _tells_undated(params: SearchParams) -> bool:
    return is_by_date(params) or params.undated is not None or params.from_ is not None or params.to is not None


def _beside(params: SearchParams, tree: Tree, loosers: Sequence[Looser], by_name: Mapping[str, list[Json]]) -> Json:
    """Return the counts of paragraphs that are no hits: those of looser queries, and those that only lack a date."""
    unwanted = filters.any_of(params.unwanted())
    counts: Json = {
        f"looser{place}": {
            "filter": {
                "bool": {
                    "filter": [all_met_at(looser.tree, params.match), *flat(by_name)],
                    "must_not": [*exclusions(looser.tree, params.match), *unwanted],
                }
            }
        }
        for place, looser in enumerate(loosers)
    }
    if leaves_undated_out(params):
        others = flat({name: clauses for name, clauses in by_name.items() if name != filters.PUBLISHED})
        undated = [any_met_at(tree, params.match), filters.no_date(), *others]
        counts["undated"] = {
            "filter": {"bool": {"filter": undated, "must_not": left_out(params, tree)}},
            "aggs": {"all": {"filter": all_met_at(tree, params.match)}},
        }
    return counts


def counts_of(params: SearchParams, found: Json) -> Json:
    """Return the counts of an answer: `total`, `levels`, and where they were asked for `undated` and `facets`."""
    told = found["aggregations"]
    counted = told.get("counted", told)
    levels = {level.value: counted["levels"]["buckets"][level.value]["doc_count"] for level in up_to(params.match)}
    total: Json = {"value": levels[params.match.value], "relation": "eq", "any": counted["any"]["doc_count"]}
    if params.group != "none":
        total["groups"] = groups_total(params.group, counted)
    counts: Json = {"total": total, "levels": levels}
    if _tells_undated(params):
        without = leaves_undated_out(params)
        undated = told["beside"]["undated"] if without else counted["undated"]
        counts["undated"] = {"value": undated["all"]["doc_count"], "any": undated["doc_count"], "left_out": without}
    if params.facets:
        counts["facets"] = facets_of(told["facets"], params.facets)
    return counts


def looser_total(found: Json, place: int) -> int | None:
    """Return how many paragraphs a looser query would find, None on a page that counts nothing."""
    told = found.get("aggregations", {}).get("beside", {}).get(f"looser{place}")
    return None if told is None else int(told["doc_count"])


def pages_total(params: SearchParams, found: Json) -> int:
    """Return how many hits there are in all to page through: paragraphs, or groups, as the first page counts them."""
    if params.group == "none":
        return int(found["hits"]["total"]["value"])
    groups = counts_of(params, found)["total"]["groups"]
    return int(groups["value"] if params.op == "and" else groups["any"])
