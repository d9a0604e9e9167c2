"""The bounds of a search: what every hit passes, by the name of its filter, and what no hit meets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from analyzers.names import FIGURE_KINDS
from api import filters
from api.clauses import exclusions, forms_left_out
from api.facets import own_filter
from api.params import FilterParams, QueryParams, SearchParams
from api.parser import Tree

Json = dict[str, Any]


def filters_of(params: FilterParams, zone: tzinfo) -> dict[str, list[Json]]:
    """Return the filters that were asked for, by name; `from`, `to` and `undated` are one, `published`."""
    wanted = {name: filters.any_of({name: values}) for name, values in params.wanted().items() if values}
    ranges = {
        filters.PUBLISHED: _published(params, zone),
        filters.MENTIONS: filters.named_between(params.mentions_from, params.mentions_to),
        **{kind: filters.people_between(kind, *params.people(kind)) for kind in FIGURE_KINDS},
    }
    return wanted | {name: clauses for name, clauses in ranges.items() if clauses}


def filter_clauses(params: FilterParams, zone: tzinfo) -> list[Json]:
    """Return the filters that every hit passes."""
    return flat(filters_of(params, zone))


def flat(by_name: Mapping[str, list[Json]]) -> list[Json]:
    """Return filters without their names."""
    return [clause for clauses in by_name.values() for clause in clauses]


def moved(params: SearchParams, by_name: Mapping[str, list[Json]]) -> dict[str, list[Json]]:
    """Return the filters that a facet is counted without: they narrow the hits after the query, not in it."""
    names = dict.fromkeys(own_filter(facet) for facet in params.facets)
    return {name: by_name[name] for name in names if name in by_name}


def left_out(params: QueryParams, tree: Tree) -> list[Json]:
    """Return the clauses that no hit meets."""
    unwanted = filters.any_of(params.unwanted())
    return [*exclusions(tree, params.match), *forms_left_out(params.forms_not), *unwanted]


def leaves_undated_out(params: FilterParams) -> bool:
    """Tell whether reports without a date are left out, by name or because days were asked for."""
    asked = params.from_ is not None or params.to is not None
    return params.undated == "exclude" or (asked and params.undated is None)


def _published(params: FilterParams, zone: tzinfo) -> list[Json]:
    include_undated = params.undated == "include"
    between = filters.published_between(params.from_, params.to, zone, undated=include_undated)
    return between or ([filters.has_date()] if params.undated == "exclude" else [])
