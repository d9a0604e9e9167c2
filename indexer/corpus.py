"""What the corpus holds: counted after each load and kept where the API reads it, so that a search needs no second request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from analyzers.mappings import ANALYZER_VERSION
from analyzers.names import CORPUS_ID, Aliases
from indexer.dates import engine_date, in_zone
from indexer.engine import WritingEngine

Json = dict[str, Any]

MOST_COLLECTIONS = 1000

_TOLD: Json = {
    "from": {"min": {"field": "published_from"}},
    "to": {"max": {"field": "published_to"}},
    "undated": {"missing": {"field": "published_from"}},
}


def _each(told: Json) -> Json:
    """Return the aggregation that tells something of each collection."""
    return {"each": {"terms": {"field": "collection", "size": MOST_COLLECTIONS}, "aggs": told}}


_CHANGED: Json = {
    "changed": {
        "global": {},  # reports that were taken down are no longer loaded, and still changed what there is
        "aggs": _each({name: {"max": {"field": name}} for name in ("changed_at", "deleted_at")}),
    }
}
LOADED = {"bool": {"filter": [{"term": {"complete": True}}], "must_not": [{"exists": {"field": "deleted_at"}}]}}
"""The reports that are searched: loaded to their end, and not taken down."""


def write_corpus(engine: WritingEngine, aliases: Aliases, zone: tzinfo) -> Json:
    """Count what can be searched now and store it; return what was stored."""
    engine.refresh(aliases.paragraphs, aliases.reports)
    corpus = {**_counted(engine, aliases, zone), **_stamped(datetime.now(UTC))}
    engine.put(aliases.state, CORPUS_ID, {"body": corpus, "changed_at": corpus["loaded_at"]})
    return corpus


def _stamped(now: datetime) -> Json:
    return {
        "version": f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03d}Z-{ANALYZER_VERSION}",
        "loaded_at": engine_date(now),
        "analyzer_version": ANALYZER_VERSION,
    }


def _counted(engine: WritingEngine, aliases: Aliases, zone: tzinfo) -> Json:
    body = {"size": 0, "query": LOADED, "track_total_hits": True, "aggs": {**_TOLD, **_each(_TOLD), **_CHANGED}}
    answer = engine.search(aliases.reports, body)
    paragraphs = _paragraphs(engine, aliases)
    told = answer["aggregations"]
    changed = {bucket["key"]: _latest(bucket) for bucket in told["changed"]["each"]["buckets"]}
    return {
        "paragraphs": engine.count(aliases.paragraphs),
        "reports": answer["hits"]["total"]["value"],
        **_days(told, zone),
        "collections": {
            bucket["key"]: {
                **_version(changed[bucket["key"]]),
                "paragraphs": paragraphs.get(bucket["key"], 0),
                "reports": bucket["doc_count"],
                **_days(bucket, zone),
            }
            for bucket in told["each"]["buckets"]
        },
    }


def _paragraphs(engine: WritingEngine, aliases: Aliases) -> dict[str, int]:
    """Return the paragraphs of each collection."""
    answer = engine.search(aliases.paragraphs, {"size": 0, "aggs": _each({})})
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["each"]["buckets"]}


def _latest(bucket: Json) -> datetime:
    """Return when a collection was changed last: a report written, or one taken down."""
    moments = (bucket[name]["value"] for name in ("changed_at", "deleted_at"))
    return datetime.fromtimestamp(max(moment or 0.0 for moment in moments) / 1000, UTC)


def _version(changed: datetime) -> Json:
    """Return the version of one collection, for those who may not see all: another one's load does not change it."""
    told = _stamped(changed)
    return {name: told[name] for name in ("version", "loaded_at")}


def _days(told: Json, zone: tzinfo) -> Json:
    return {
        "from": _day(told["from"]["value"], zone),
        "to": _day(told["to"]["value"], zone),
        "undated": told["undated"]["doc_count"],
    }


def _day(milliseconds: float | None, zone: tzinfo) -> str | None:
    """Return the day of a moment where the reports' dates are meant: midnight in Damascus is the day before in UTC."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    return in_zone(moment, zone).date().isoformat()
