"""What the corpus holds: counted after each load and kept where the API reads it, so that a search needs no second request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from analyzers.mappings import ANALYZER_VERSION
from analyzers.names import CORPUS_ID, Aliases
from indexer.dates import engine_date, in_zone
from indexer.engine import WritingEngine

Json = dict[str, Any]

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
    answer = engine.search(
        aliases.reports,
        {
            "size": 0,
            "query": LOADED,
            "track_total_hits": True,
            "aggs": {
                "from": {"min": {"field": "published_from"}},
                "to": {"max": {"field": "published_to"}},
                "undated": {"missing": {"field": "published_from"}},
            },
        },
    )
    told = answer["aggregations"]
    return {
        "paragraphs": engine.count(aliases.paragraphs),
        "reports": answer["hits"]["total"]["value"],
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
