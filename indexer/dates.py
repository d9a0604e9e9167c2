"""ISO dates as precise as they were given: a year, a month, a day or a moment, and the span of time that each covers."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last moment that a date covers, both included, in UTC."""

    first: datetime
    last: datetime


def span_of(published: str, zone: tzinfo) -> Span:
    """Return the span of an ISO 8601 date; where it names no zone it is meant in `zone`.

    `2019`, `2019-04`, `2019-04-19` and `2019-04-19T14:30[:00][+03:00]` are dates; anything else is a ValueError.
    """
    partial = _PARTIAL.fullmatch(published)
    if not partial:
        return _moment(published, zone)
    year, month, day = (int(part) if part else None for part in partial.groups())
    first = date(year or 1, month or 1, day or 1)
    last_month = month or 12
    last = date(first.year, last_month, day or calendar.monthrange(first.year, last_month)[1])
    return Span(_utc(first, time.min, zone), _utc(last, time(23, 59, 59, 999000), zone))


def _moment(published: str, zone: tzinfo) -> Span:
    if "T" not in published:
        raise ValueError(f"{published!r} is not an ISO 8601 date")
    moment = datetime.fromisoformat(published)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return Span(moment.astimezone(UTC), moment.astimezone(UTC))


def _utc(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def engine_date(moment: datetime) -> str:
    """Return a moment as the engine's date fields take it: UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
