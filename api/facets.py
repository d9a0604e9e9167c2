"""Facets: how many of the found paragraphs have each value of a field, from doc values, in the search's own request.

A facet is counted without the filter of its own name, so that it shows what else could be chosen, and with all others.
What it counts are paragraphs with all words: the count of a value is the `total.value` of the search that is narrowed to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from api.filters import FIELDS, PUBLISHED, no_date

Json = dict[str, Any]

MOST_VALUES = 100
"""Values of a facet that an answer holds, and those that were filtered for besides."""
_EXACT_UP_TO = 2000
"""Values that each shard counts: with fewer in the index the counts are exact on several shards too."""
_PERIODS = {"month": "yyyy-MM", "year": "yyyy"}


def own_filter(facet: str) -> str:
    """Return the name of the filter that a facet is counted without: of months and years it is the dates'."""
    return PUBLISHED if facet in _PERIODS else facet


def facet_aggregations(
    facets: Iterable[str], chosen: Mapping[str, list[str]], moved: Mapping[str, list[Json]], zone: str
) -> Json:
    """Return the aggregations of some facets. `moved` holds the filters that the query itself does without, by name."""
    asked: Json = {}
    for facet in facets:
        others = [clause for name, clauses in moved.items() if name != own_filter(facet) for clause in clauses]
        counted = _periods(facet, zone) if facet in _PERIODS else _values(facet, chosen[facet])
        asked[facet] = {"filter": {"bool": {"filter": others}}, "aggs": counted}
    return asked


def _values(facet: str, chosen: list[str]) -> Json:
    terms: Json = {"field": FIELDS[facet], "size": MOST_VALUES, "shard_size": _EXACT_UP_TO}
    asked: Json = {"values": {"terms": terms}}
    if chosen:
        asked["chosen"] = {"terms": {**terms, "include": chosen}}
    return asked


def _periods(facet: str, zone: str) -> Json:
    """Return the counts by the period in which a date begins, and in each by the one in which it ends."""

    def by(field: str) -> Json:
        options = {"calendar_interval": facet, "format": _PERIODS[facet], "time_zone": zone, "min_doc_count": 1}
        return {"date_histogram": {"field": field, **options}}

    return {
        "values": {**by("published_from"), "aggs": {"to": by("published_to")}},
        "undated": {"filter": no_date()},
    }


def facets_of(told: Json, facets: Iterable[str]) -> Json:
    """Return the facets of an answer, given the engine's aggregations."""
    return {
        facet: (_periods_of(told[facet]) if facet in _PERIODS else _values_of(told[facet]))
        for facet in dict.fromkeys(facets)
    }


def _values_of(told: Json) -> list[Json]:
    """Return the values, the most frequent first; one that was filtered for is there however rare it is."""
    buckets = [*told["values"]["buckets"], *told.get("chosen", {"buckets": []})["buckets"]]
    counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    return [{"value": value, "count": count} for value, count in counts.items()]


def _periods_of(told: Json) -> list[Json]:
    """Return the periods in order of time, each as precise as the dates are known, and last what has no date at all."""
    counts: dict[str, int] = {}
    for begun in told["values"]["buckets"]:
        for ended in begun["to"]["buckets"]:
            period = _period(begun["key_as_string"], ended["key_as_string"])
            counts[period] = counts.get(period, 0) + ended["doc_count"]
    periods: list[Json] = [{"value": value, "count": count} for value, count in sorted(counts.items())]
    undated = told["undated"]["doc_count"]
    return [*periods, {"value": None, "count": undated}] if undated else periods


def _period(begun: str, ended: str) -> str:
    """Return the period of a date: its month, or its year where only that is known (`2019` is in no month)."""
    if begun == ended:
        return begun
    years = begun[:4], ended[:4]
    return years[0] if years[0] == years[1] else "/".join(years)
