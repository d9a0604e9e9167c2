"""Dates as they are written become ISO dates, as precise as they are, or stay text."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.tables import listed, read_table
from indexer.dates import Ambiguous
from indexer.readers.written_dates import Dated, dated

HIJRI_MONTHS = [(int(row["number"]), name) for row in read_table("hijri_months") for name in listed(row["names"])]
BESIDE = "by the calendar of Umm al-Qura, or a day beside it"
MONTHS = [(int(row["number"]), name) for row in read_table("months") for name in listed(row["names"])]


def iso_date(written):
    """Return a written date as ISO 8601, whatever is to be said about it."""
    return dated(written).iso


@pytest.mark.parametrize(("number", "name"), MONTHS)
def test_every_month_of_every_region(number, name):
    """Each name of a month in the lexicon is read, with digits of both kinds and with a weekday before it."""
    assert iso_date(f"19 {name} 2019") == f"2019-{number:02}-19"
    assert iso_date(f"الجمعة، ١٩ {name} ٢٠١٩") == f"2019-{number:02}-19"
    assert iso_date(f"{name} ۲۰۱۹") == f"2019-{number:02}"


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2019", "2019"),
        ("2019-04", "2019-04"),
        ("2019-04-19", "2019-04-19"),
        ("2019-04-19T14:30:00+03:00", "2019-04-19T14:30:00+03:00"),
        ("2019-04-19T14:30:00.000+0300", "2019-04-19T14:30:00.000+03:00"),
        ("2019-04-19T14:30:00Z", "2019-04-19T14:30:00+00:00"),
        ("2019-04-19 14:30:05", "2019-04-19T14:30:05"),
        ("Fri, 19 Apr 2019 14:30:00 +0300", "2019-04-19T14:30:00+03:00"),
        ("الجمعة 19 نيسان/أبريل 2019", "2019-04-19"),
        ("29 تشرين الأول / أكتوبر 2015", "2015-10-29"),
        ("19 كانون الثاني 2019، الساعة 2:30 م", "2019-01-19T14:30:00"),
        ("۱۹ آذار ۲۰۱۹ ۱۱:۰۵ ص", "2019-03-19T11:05:00"),
        ("12 مايو 2019 12:15 ص", "2019-05-12T00:15:00"),
        ("12 مايو 2019 12:15 مساءً", "2019-05-12T12:15:00"),
        ("19 أبريل 2019 - 14:30 بتوقيت غرينتش", "2019-04-19T14:30:00+00:00"),
        ("19 يونيو 2019 10:00 (غرينتش+3)", "2019-06-19T10:00:00+03:00"),
        ("19 يونيو 2019 (GMT+3) 10:00", "2019-06-19T10:00:00+03:00"),
        ("April 19, 2019 2:30 PM", "2019-04-19T14:30:00"),
        ("19 April 2019", "2019-04-19"),
        ("19 févr. 2019", "2019-02-19"),
        ("19 février 2019", "2019-02-19"),
        ("19 avr. 2019 à 14 h 30 min", "2019-04-19T14:30:00"),
        ("13/04/2019", "2019-04-13"),
        ("04/13/2019", "2019-04-13"),
        ("05/05/2019", "2019-05-05"),
        ("2019/04/19", "2019-04-19"),
        ("٢٠١٩/٤/١٩ ٠٢:٣٠ م", "2019-04-19T14:30:00"),
        ("19/4/2019م", "2019-04-19"),
        ("Fri Apr 19 14:30:00 +0000 2019", "2019-04-19T14:30:00+00:00"),
        ("19 أبريل 2019 14:30 +03:00", "2019-04-19T14:30:00+03:00"),
        ("19/Apr/2019:14:30:00 -0500", "2019-04-19T14:30:00-05:00"),
        ("3 كانون 2 2019", "2019-01-03"),
        ("3 تشرين1 2019", "2019-10-03"),
        ("19ابريل2019", "2019-04-19"),
        ("3 juin 2019 à 17h12", "2019-06-03T17:12:00"),
        ("Le 1er juin 2019 à 10 h", "2019-06-01T10:00:00"),
        ("19/04/2019 3h25 de lecture", "2019-04-19"),
        ("19 / 4 / 2019م", "2019-04-19"),
        ("3 كانون 2/ يناير 2019", "2019-01-03"),
        # تشرين is a newspaper too.
        ("صحيفة تشرين 2 أيار 2019", "2019-05-02"),
        ("صحيفة تشرين 2/13/2019", "2019-02-13"),
        # The end of a span is no zone.
        ("19/04/2019 10:00-12:00", "2019-04-19T10:00:00"),
        ("19 أبريل 2019، 14:30 -16:30", "2019-04-19T14:30:00"),
        ("19 أبريل 2019 2:30 عصرا", "2019-04-19T14:30:00"),
        ("19 أبريل 2019 2:30 بعد الظهر", "2019-04-19T14:30:00"),
        ("19 أبريل 2019 11:00 ليلاً", "2019-04-19T23:00:00"),
        ("19 أبريل 2019 1:00 ليلاً", "2019-04-19T01:00:00"),
        ("19 أبريل 2019 11:45 ظهراً", "2019-04-19T11:45:00"),
        ("19 Apr 2019 2:30 PM", "2019-04-19T14:30:00"),
        ("19 Apr 2019 14:30 (GMT+3)", "2019-04-19T14:30:00+03:00"),
        ("2019-04-19-1430", "2019-04-19"),
        ("رجب طيب أردوغان، 19 أبريل 2019", "2019-04-19"),
        ("19 نيسان 2019 ميلادية، 2:30 م", "2019-04-19T14:30:00"),
    ],
)
def test_what_is_read(written, date):
    """A date keeps its precision, its time of day and the zone that it names."""
    assert iso_date(written) == date


@pytest.mark.parametrize(("number", "name"), HIJRI_MONTHS)
def test_every_hijri_month(number, name):
    """Each name of a Hijri month is read, by the calendar of Umm al-Qura: the first days of the months of 1440."""
    first = [
        "2018-09-11", "2018-10-10", "2018-11-09", "2018-12-08", "2019-01-07", "2019-02-06",
        "2019-03-08", "2019-04-06", "2019-05-06", "2019-06-04", "2019-07-04", "2019-08-02",
    ]  # fmt: skip
    assert iso_date(f"1 {name} 1440") == first[number - 1]
    assert iso_date(f"١ من {name}، عام ١٤٤٠هـ") == first[number - 1]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("14 شعبان 1440", Dated("2019-04-19", f"2019-04-19 {BESIDE}")),
        (
            "14/8/1440هـ 14:30",
            Dated("2019-04-19T14:30:00", f"2019-04-19 {BESIDE}"),
        ),
        # The day of the week decides: where the moon was seen a day later, the 14th was a Saturday.
        ("الجمعة 14 شعبان 1440 هـ", Dated("2019-04-19")),
        ("السبت، ١٤ شعبان ١٤٤٠", Dated("2019-04-20")),
        ("الخميس 1440/8/14", Dated("2019-04-18")),
        # In both calendars: the other one is certain.
        ("الجمعة 14 شعبان 1440 هـ الموافق 19 أبريل 2019", Dated("2019-04-19")),
        ("14/8/1440هـ - 19/4/2019م", Dated("2019-04-19")),
        ("19 أبريل 2019م الموافق 15 شعبان 1440هـ، 14:30", Dated("2019-04-19T14:30:00")),
        ("1440-08-14", Dated("2019-04-19", f"2019-04-19 {BESIDE}")),
        ("1440-08-14T14:30:00+03:00", Dated("2019-04-19T14:30:00+03:00", f"2019-04-19 {BESIDE}")),
        ("14/شعبان/1440هـ", Dated("2019-04-19", f"2019-04-19 {BESIDE}")),
        ("شعبان 14، لعام 1440", Dated("2019-04-19", f"2019-04-19 {BESIDE}")),
        # Umm al-Qura gives this month 29 days; the fast ended on the fourth of June.
        ("الثلاثاء 30 رمضان 1440", Dated("2019-06-04")),
        ("صنعاء: 14 / شعبان / 1440هـ الموافق 19 / 4 / 2019م", Dated("2019-04-19")),
        ("14 شعبان 1440 - 2019-04-19T14:30:00+03:00", Dated("2019-04-19T14:30:00+03:00")),
        ("14-8-1440-19-4-2019", Dated("2019-04-19")),
        ("شعبان 1440هـ - أبريل 2019م", Dated("2019-04")),
        ("1398/12/05هـ", Dated("1978-11-05", f"1978-11-05 {BESIDE}")),
    ],
)
def test_hijri_dates(written, date):
    """A Hijri date is read, with a note where its day is not certain; beside a Gregorian one it is passed over."""
    assert dated(written) == date


@pytest.mark.parametrize(
    "written",
    [
        "",
        "أمس",
        "من 3 إلى 5 رمضان 1440",
        "31 رمضان 1440",
        "الأحد 14 شعبان 1440",
        "14 شعبان 1600",
        "شعبان 1440",
        "1440-08",
        # The solar calendar of Iran, as it is or as it may be.
        "1398/12/05 هـ.ش",
        "1398/12/05",
        "31 شباط 2019",
        "من 3 إلى 5 أيار 2015",
        "12 أيار - 3 حزيران 2015",
        "19/4/19",
        "2019-13-01",
        "x" * 500,
    ],
)
def test_what_is_no_date(written):
    """Another calendar, a span of days, a year of two digits, a day that no month has: not guessed at."""
    with pytest.raises(ValueError):  # noqa: PT011  (the message is that of whoever noticed)
        iso_date(written)


@pytest.mark.parametrize("written", ["03/04/2019", "٣/٤/٢٠١٩", "1-2-2019 10:00"])
def test_what_can_be_read_in_two_ways(written):
    """Where day and month could be exchanged, both readings are said and none is taken."""
    with pytest.raises(Ambiguous, match=r"day . of month ., or day . of month ."):
        iso_date(written)


@given(st.text(max_size=60))
def test_any_text(written):
    """Whatever is written, it is a date or a ValueError."""
    with contextlib.suppress(ValueError, OverflowError):
        assert iso_date(written)
