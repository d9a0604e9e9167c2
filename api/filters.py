"""Filters: which paragraphs a query looks at, by what their reports say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from analyzers.names import NAMED_DAYS

Json = dict[str, Any]

FIELDS = {
    "collection": "collection",
    "source": "source",
    "place": "places",
    "actor": "actors",
    "tag": "tags",
    "language": "language",
    "kind": "kind",
    "report_id": "report_id",
}
"""Parameter and field of a filter. Each has a `_not` twin."""
PUBLISHED = "published"
"""Name of the filter that `from`, `to` and `undated` make together."""
MENTIONS = "mentions"
"""Name of the filter that `mentions_from` and `mentions_to` make together."""


def any_of(values: dict[str, list[str]]) -> list[Json]:
    """Return a filter for each parameter that was given: any of its values."""
    return [{"terms": {FIELDS[name]: given}} for name, given in values.items() if given]


def published_between(first: date | None, last: date | None, zone: tzinfo, *, undated: bool) -> list[Json]:
    """Return the filter of a range of days, both included: a report meets it when its own span touches the range.

    A report dated 2019-04 may be of any day of April, so `from=2019-04-10` keeps it. `undated` keeps those without a date.
    """
    touches: list[Json] = []
    if first:
        touches.append({"range": {"published_to": {"gte": _start_of(first, zone)}}})
    if last:
        touches.append({"range": {"published_from": {"lt": _start_of(last + timedelta(days=1), zone)}}})
    if not touches:
        return []
    dated: Json = {"bool": {"filter": touches}}
    return [{"bool": {"should": [dated, no_date()], "minimum_should_match": 1}}] if undated else [dated]


def named_between(first: date | None, last: date | None) -> list[Json]:
    """Return the filter of paragraphs whose text names a date that lies in a range of days, both included.

    It must lie in it as a whole: who looks for a day does not want every paragraph that names its year.
    """
    ends = {"gte": first.toordinal() if first else None, "lte": last.toordinal() if last else None}
    return _range(NAMED_DAYS, ends, "within")


def people_between(kind: str, least: int | None, most: int | None) -> list[Json]:
    """Return the filter of paragraphs that give a figure of a kind in a range; more than 70 is 70, tens are 10 to 99."""
    return _range(kind, {"gte": least, "lte": most}, "intersects")


def _range(field: str, ends: dict[str, int | None], relation: str) -> list[Json]:
    given = {name: end for name, end in ends.items() if end is not None}
    return [{"range": {field: {**given, "relation": relation}}}] if given else []


def no_date() -> Json:
    """Return the filter of reports without a date."""
    return {"bool": {"must_not": [{"exists": {"field": "published_from"}}]}}


def has_date() -> Json:
    """Return the filter of reports with a date."""
    return {"exists": {"field": "published_from"}}


def _start_of(day: date, zone: tzinfo) -> str:
    return datetime.combine(day, time.min, tzinfo=zone).isoformat()
