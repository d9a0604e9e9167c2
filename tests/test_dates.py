"""ISO dates and the span of time that each covers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.dates import engine_date, in_zone, span_of
from indexer.errors import BadReport
from indexer.paragraphs import published_span
from indexer.report import read_report

DAMASCUS = ZoneInfo("Asia/Damascus")
NEW_YORK = ZoneInfo("America/New_York")


def told(published, zone=UTC):
    """Return a span as the engine gets it."""
    span = span_of(published, zone)
    return engine_date(span.first), engine_date(span.last)


@pytest.mark.parametrize(
    ("published", "first", "last"),
    [
        ("2019", "2019-01-01T00:00:00.000Z", "2019-12-31T23:59:59.999Z"),
        ("2019-04", "2019-04-01T00:00:00.000Z", "2019-04-30T23:59:59.999Z"),
        ("2020-02", "2020-02-01T00:00:00.000Z", "2020-02-29T23:59:59.999Z"),
        ("2019-04-19", "2019-04-19T00:00:00.000Z", "2019-04-19T23:59:59.999Z"),
        ("2019-04-19T14:30", "2019-04-19T14:30:00.000Z", "2019-04-19T14:30:00.000Z"),
        ("2019-04-19T14:30:05Z", "2019-04-19T14:30:05.000Z", "2019-04-19T14:30:05.000Z"),
        ("2019-04-19T14:30:00+03:00", "2019-04-19T11:30:00.000Z", "2019-04-19T11:30:00.000Z"),
        ("2019-04-19T14:30:00.123456+03:00", "2019-04-19T11:30:00.123Z", "2019-04-19T11:30:00.123Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z", "0001-01-01T23:59:59.999Z"),
    ],
)
def test_the_span_of_a_date(published, first, last):
    """A date covers all of the year, month, day or moment that it names, as precise as it was given."""
    assert told(published) == (first, last)


@pytest.mark.parametrize(
    ("published", "first", "last"),
    [
        ("2019-01-10", "2019-01-09T22:00:00.000Z", "2019-01-10T21:59:59.999Z"),
        ("2019-07-10", "2019-07-09T21:00:00.000Z", "2019-07-10T20:59:59.999Z"),
        ("2019-07-10T01:00", "2019-07-09T22:00:00.000Z", "2019-07-09T22:00:00.000Z"),
        ("2019-07-10T01:00+00:00", "2019-07-10T01:00:00.000Z", "2019-07-10T01:00:00.000Z"),
    ],
)
def test_a_date_without_a_zone_is_meant_in_the_settings(published, first, last):
    """A date that names no zone is one of the zone in the settings, summer time included; one that names it is not."""
    assert told(published, DAMASCUS) == (first, last)


@pytest.mark.parametrize(
    ("published", "zone"),
    [
        ("0001", DAMASCUS),
        ("0001-01-01T00:00:00+03:00", UTC),
        ("9999-12-31", NEW_YORK),
        ("9999-12-31T23:59:59-03:00", UTC),
    ],
)
def test_the_ends_of_the_calendar(published, zone):
    """The first and last day that there are, which databases write for "unknown", are dates in every zone."""
    first, last = told(published, zone)
    assert first[:4] == published[:4] == last[:4]


@pytest.mark.parametrize(
    "published",
    [
        "19",
        "2019-4",
        "2019-00",
        "2019-13",
        "2019-04-00",
        "2019-02-30",
        "0000",
        "2019/04/19",
        "19.04.2019",
        "2019-04-19 14:30",
        "2019-04-19T25:00",
        "2019-04-19T",
        "20190419",
        "٢٠١٩",
        "٢٠١٩-٠٤-١٩T10:00",
        "أمس",
        "2019-04-19\n",
        "",
    ],
)
def test_what_is_no_date(published):
    """Anything else is no date, also a month or day 0 and digits that are not ASCII."""
    with pytest.raises(ValueError, match=r"date|month|day|range|hour|isoformat"):
        span_of(published, UTC)


def test_a_bad_date_of_a_report():
    """A bad date makes a report one that cannot be loaded, and the reason shows what would be right."""
    report = read_report({"text": "نص", "published": "19.4.2019"}, "default")
    with pytest.raises(BadReport, match=r"^published: '19\.4\.2019' is not an ISO 8601 date; write 2019, 2019-04, "):
        published_span(report, UTC)


@pytest.mark.parametrize("published", [None, "", "  "])
def test_an_undated_report(published):
    """A report without a date has no span."""
    assert published_span(read_report({"text": "نص", "published": published}, "default"), UTC) == {}


@given(st.dates(), st.sampled_from([UTC, DAMASCUS, NEW_YORK]))
def test_wider_dates_cover_narrower_ones(day: date, zone):
    """A year covers its months, and a month its days."""
    spans = [span_of(day.isoformat()[:length], zone) for length in (4, 7, 10)]
    for wider, narrower in pairwise(spans):
        assert wider.first <= narrower.first < narrower.last <= wider.last


@given(st.datetimes(timezones=st.sampled_from([UTC, DAMASCUS, NEW_YORK])))
def test_moments_keep_their_day(moment: datetime):
    """A moment brought into a zone and told to the engine stays a date that the engine can read."""
    written = engine_date(in_zone(moment, UTC))
    assert datetime.fromisoformat(written).tzinfo == UTC
    assert len(written) == len("2019-04-19T14:30:00.000Z")
