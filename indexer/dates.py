"""ISO dates as precise as they were given: a year, a month, a day or a moment, and the span of time that each covers."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Ambiguous(ValueError):
    """A written date can be read in two ways. The message says which."""


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
    year, month, day = partial.groups()
    first = date(int(year), int(month or "1"), int(day or "1"))
    last_month = first.month if month else 12
    last = date(first.year, last_month, first.day if day else calendar.monthrange(first.year, last_month)[1])
    start, end = datetime.combine(first, time.min, zone), datetime.combine(last, time(23, 59, 59, 999000), zone)
    return Span(in_zone(start, UTC), in_zone(end, UTC))


def _moment(published: str, zone: tzinfo) -> Span:
    if "T" not in published:
        raise ValueError(f"{published!r} is not an ISO 8601 date")
    moment = datetime.fromisoformat(published)
    moment = in_zone(moment if moment.tzinfo else moment.replace(tzinfo=zone), UTC)
    return Span(moment, moment)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment in a zone; at the ends of the calendar (0001-01-01, 9999-12-31), where there is none, as it stands."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.replace(tzinfo=zone)


def engine_date(moment: datetime) -> str:
    """Return a moment as the engine's date fields take it: UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
