"""Groups: one hit for all found paragraphs of a report, or of a story, with the best of them inside.

The engine's `collapse` can not be combined with `rescore`, so that the 4-grams, which put the first hits in order, stand in
the query itself here.
"""

from __future__ import annotations

from typing import Any

from api.stories import shown_story

Json = dict[str, Any]

FIELDS = {"report": "report_id", "story": "story"}
"""Value of `group` and the field that is the same for all paragraphs of one: a keyword that every paragraph has."""
INSIDE = 3
"""Paragraphs of a group that a hit holds."""
EXACT_UP_TO = 1000
"""Groups that are counted one by one: as many as can be paged through."""
_INSIDE = "inside"


def collapsed(group: str, carried: Json) -> Json:
    """Return the part of a body that makes one hit of each group; `carried` is what each paragraph inside brings."""
    inside = {"name": _INSIDE, "size": INSIDE, **carried}
    return {"_source": False, "collapse": {"field": FIELDS[group], "inner_hits": inside}}


def group_counts(group: str, all_met: Json) -> Json:
    """Return the aggregations that count groups: those with a paragraph that has all words, and those with any hit."""
    counts = _counts(FIELDS[group])
    return {"groups": {"filter": all_met, "aggs": counts}, "groups_any": {"filter": {"match_all": {}}, "aggs": counts}}


def _counts(field: str) -> Json:
    # `cardinality` alone is an estimate at any size: it hashes to 25 bits, and of 1,000 groups two may well meet.
    return {
        "each": {"terms": {"field": field, "size": EXACT_UP_TO, "order": {"_key": "asc"}}},
        "about": {"cardinality": {"field": field, "precision_threshold": 40_000}},
    }


def groups_total(group: str, counted: Json) -> Json:
    """Return how many groups were found: `relation` is `eq`, or `approximate` above a thousand."""
    value, relation = _counted(counted["groups"])
    any_, any_relation = _counted(counted["groups_any"])
    return {"by": group, "value": value, "relation": relation, "any": any_, "any_relation": any_relation}


def _counted(told: Json) -> tuple[int, str]:
    each = told["each"]
    return (told["about"]["value"], "approximate") if each["sum_other_doc_count"] else (len(each["buckets"]), "eq")


def paragraphs_inside(found: Json) -> list[Json]:
    """Return the engine's hits inside one hit."""
    inside: list[Json] = found["inner_hits"][_INSIDE]["hits"]["hits"]
    return inside


def group_hit(group: str, found: Json, inside: list[Json]) -> Json:
    """Return the hit of a group: its best paragraph, and in `group` how many were found and the best of them."""
    total = found["inner_hits"][_INSIDE]["hits"]["total"]["value"]
    value = found["fields"][FIELDS[group]][0]
    value = shown_story(value) if group == "story" else value
    return {**inside[0], "group": {"by": group, "value": value, "total": total, "hits": inside}}
