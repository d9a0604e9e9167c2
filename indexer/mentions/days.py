"""Dates that a paragraph names: 21 آب/أغسطس 2013, الأول من آذار 2017, 03/01/2018, رمضان 1440, عام 2016, and 7 آب alone.

Each has its place and its readings, spans of days, the likeliest first: two where day and month can be exchanged, three of
a day of the Hijri calendar (the month began with the moon, a day sooner or later). A date of a day and a month alone is of
the year that brings it within two months of the whole date before it in the paragraph, or else of the day of publication,
and says so.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, NamedTuple

from indexer.dates import Ambiguous
from indexer.mentions import date_patterns
from indexer.mentions.places import Places
from indexer.mentions.words import folded as folded_words
from indexer.readers.hijri import FIRST, LAST, Hijri, hijri_dates
from indexer.readers.written_dates import month_names

Json = dict[str, Any]

MOST = 100
"""Dates of one paragraph."""
A_YEAR = timedelta(days=364)
NEAR = timedelta(days=60)
"""From another date to one without a year: the news tells of these weeks, a study of other years."""
_NAMED_AFTER = folded_words(
    "مدينة جسر شارع ساحة ميدان جامعة ثورة حركة انتفاضة هجمات أحداث حرب حي قوى تحالف ائتلاف معركة مجزرة"
)
"""Before a day without a year: then it is the name of something, as in جسر 14 تموز."""


class Span(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date


class Named(NamedTuple):
    """A date that is named: its readings, and the span of the folded text that names it."""

    readings: tuple[Span, ...]
    start: int
    end: int
    is_inferred: bool = False
    """Whether the text names no year."""

    def told(self, places: Places) -> Json:
        """Return the date as a paragraph holds it."""
        readings = [{"from": span.first.isoformat(), "to": span.last.isoformat()} for span in self.readings]
        return {"readings": readings, "inferred": self.is_inferred, **places.told(self.start, self.end)}


def may_have_days(folded: str, words: tuple[str, ...]) -> bool:
    """Tell whether a folded text, given its words, can name a date: it holds a number like a year, or the name of a month."""
    return date_patterns.YEARISH.search(folded) is not None or not date_patterns.first_words().keys().isdisjoint(words)


def days_in(folded: str, words: tuple[str, ...], published: date | None = None) -> list[Named]:
    """Return the dates of a folded text with these words, in order, at most `MOST`.

    Days without a year need a whole date before them, or that `published` is known.
    """
    taken: list[Named] = []
    before: date | None = None  # the whole date that was named last
    everything = sorted(_all(folded, words), key=lambda named: (named.start, -named.end))
    for number, found in enumerate(everything):
        if taken and found.start < taken[-1].end:
            continue
        named = found if isinstance(found, Named) else _with_the_next(found, folded, everything[number + 1 :])
        if isinstance(found, _WithoutYear) and named is None:
            named = _with_year(found, folded, before, published)
        if named is None:
            continue
        taken.append(named if folded[named.end - 1].isalnum() else named._replace(end=_end_of(folded, named)))
        if not named.is_inferred and named.readings[0].first == named.readings[0].last:
            before = named.readings[0].first
    return taken[:MOST]


def _end_of(folded: str, named: Named) -> int:
    """Return where a date ends, without the bracket or full stop behind it."""
    return next(end for end in range(named.end, named.start, -1) if folded[end - 1].isalnum())


class _WithoutYear(NamedTuple):
    """A month, or days of it (0: all), that are named without a year."""

    month: int
    first: int
    last: int
    start: int
    end: int


def _with_the_next(found: _WithoutYear, folded: str, others: Sequence[Named | _WithoutYear]) -> Named | None:
    """Return a date with the year of the one that it leads to: من 1 كانون الثاني إلى 30 حزيران 2022, بين أيار وأيلول 2021."""
    following = next((other for other in others if other.start >= found.end), None)
    if not isinstance(following, Named) or not date_patterns.LEADS_TO.fullmatch(folded, found.end, following.start):
        return None
    last = following.readings[0]
    year = last.first.year - (found.month > last.first.month)
    reading = _reading(year, found.month, found.first, found.last) if last.last - last.first < A_YEAR else None
    return Named((reading,), found.start, found.end) if reading else None


def _with_year(found: _WithoutYear, folded: str, before: date | None, published: date | None) -> Named | None:
    """Return a date in the year that it must be of, None where it is near to no date that is known, or names something."""
    if (
        not found.first
        or folded[max(0, found.start - date_patterns.AROUND) : found.start].rstrip().rpartition(" ")[2] in _NAMED_AFTER
    ):
        return None
    for anchor in filter(None, (before, published)):
        years = (anchor.year - 1, anchor.year, anchor.year + 1)
        for reading in (_reading(year, found.month, found.first, found.last) for year in years):
            if reading and abs(reading.first - anchor) <= NEAR:
                return Named((reading,), found.start, found.end, is_inferred=True)
    return None


def _all(folded: str, words: tuple[str, ...]) -> Iterator[Named | _WithoutYear]:
    """Yield what stands around each year and each name of a month, in no order; some lie in others.

    Not by searching the text for whole dates: patterns with a hundred names took 0.5 ms for a paragraph of 400 letters.
    """
    is_hijri = False
    for place in _year_places(folded):
        is_hijri = is_hijri or folded[place : place + 4] < "1600"
        reads = (_hijri_year,) if folded[place : place + 4] < "1600" else (_by_day, _by_year, _year)
        yield from [named for read in reads if (named := read(folded, place))][:1]
    for word in date_patterns.first_words().keys() & set(words):
        for place in _places_of(word, folded):
            yield from _by_month(folded, word, place)
    if is_hijri:
        yield from _by_hijri(folded)


def _year_places(folded: str) -> Iterator[int]:
    for match in date_patterns.YEARISH.finditer(folded):
        place, end = match.span()
        if not folded[place - 1 : place].isdigit() and not folded[end : end + 1].isdigit():
            yield place


def _by_hijri(folded: str) -> Iterator[Named]:
    for hijri in hijri_dates(folded):
        if hijri.is_month and date_patterns.DAY_IN_DIGITS.search(folded, max(0, hijri.start - 5), hijri.start):
            continue  # 31 شعبان
        with suppress(Ambiguous, ValueError):
            yield Named(_hijri_readings(hijri, folded), hijri.start, hijri.end)


def _places_of(word: str, folded: str) -> Iterator[int]:
    if word.isascii():  # of a name in Latin letters the text has capitals
        yield from (match.start() for match in re.finditer(rf"\b{word}\b", folded, re.IGNORECASE))
        return
    place = folded.find(word)
    while place >= 0:
        end = place + len(word)
        if not folded[place - 1 : place].isalnum() and not folded[end : end + 1].isalnum():
            yield place
        place = folded.find(word, end)


def _hijri_readings(hijri: Hijri, folded: str) -> tuple[Span, ...]:
    """Return the days that a Hijri date can be. Raises Ambiguous and ValueError where it is none."""
    if hijri.is_month:
        return (Span(*hijri.days()),)
    day = hijri.day(folded[max(0, hijri.start - date_patterns.WEEKDAY_AHEAD) : hijri.end])
    steps = (0,) if day.is_certain else (0, -1, 1)
    return tuple(Span(near, near) for step in steps for near in [day.date + timedelta(days=step)])


def _by_month(folded: str, word: str, place: int) -> Iterator[Named | _WithoutYear]:
    """Read the date whose month is named at a place, by a name that begins with this word: 20 و21 آب are two."""
    pattern = date_patterns.months_of(word)
    found = pattern.match(folded, place) if pattern else None
    if not found:
        return
    numbers = month_names()
    month = numbers[found["month"].lower()]
    if found["other"] and numbers[found["other"].lower()] != month:
        return
    year = int(found["year"] or found["last"] or 0)
    before = _days_before(folded, place) if found.start("month") == place else []
    american = int(found["day"] or 0)
    for start, behind, first, last in before or [(found.start("month"), place, american, american)]:
        end = found.end() if behind == place else behind
        if not year:
            yield _WithoutYear(month, first, last, start, end)
        elif reading := _reading(year, month, first, last):
            yield Named((reading,), start, end)


def _days_before(folded: str, place: int) -> list[tuple[int, int, int, int]]:
    """Return the days before the name of a month: where each begins and ends, and from which day to which it is."""
    begin = max(0, place - date_patterns.AROUND)
    ahead = folded[begin:place]
    if found := date_patterns.TWO_DAYS.search(ahead):
        start, first, day = begin + found.start(), int(found["first"]), int(found["day"])
        if first < day and (found["to"] or date_patterns.BETWEEN.search(ahead[: found.start()])):
            return [(start, place, first, day)]
        if not found["to"]:
            return [(start, begin + found.end("first"), first, first), (begin + found.start("day"), place, day, day)]
    if found := date_patterns.DAY_IN_DIGITS.search(ahead):
        return [(begin + found.start(), place, int(found["day"]), int(found["day"]))]
    if date_patterns.ordinal_words().isdisjoint(ahead.split()[-4:]) or not (
        found := date_patterns.day_in_words().search(ahead)
    ):
        return []
    day = date_patterns.ordinals()[" ".join(found["day"].split())]
    return [(begin + found.start(), place, day, day)]


def _by_day(folded: str, place: int) -> Named | None:
    """Read 21/8/2013, whose year stands at a place."""
    if folded[place - 1 : place] not in date_patterns.SEPARATORS:
        return None
    before = date_patterns.DAY_AND_MONTH.search(folded, max(0, place - len("2013-21/08/")), place)
    found = date_patterns.YEAR_HERE.match(folded, place) if before else None
    if not before or not found:
        return None
    day, month, year = int(before["day"]), int(before["month"]), int(found["year"])
    other = _reading(year, day, month, month) if day != month else None
    return _at(before.start(), found.end(), [_reading(year, month, day, day), other])


def _by_year(folded: str, place: int) -> Named | None:
    """Read 2013-08-21, whose year stands at a place."""
    found = (
        date_patterns.MONTH_AND_DAY.match(folded, place)
        if folded[place + 4 : place + 5] in date_patterns.SEPARATORS
        else None
    )
    if not found:
        return None
    day = int(found["day"])
    return _at(place, found.end(), [_reading(int(found["year"]), int(found["month"]), day, day)])


def _year(folded: str, place: int) -> Named | None:
    """Read عام 2013, whose year stands at a place, and من 2011 إلى 2018."""
    if not folded[place - 1 : place].isspace():
        return None
    before = date_patterns.OF_A_YEAR.search(folded, max(0, place - date_patterns.AROUND // 2), place)
    if not before:
        return None
    word, start = before["word"], before.start("word")
    if word in {"عامي", "سنتي", "من"}:
        found = date_patterns.TO_A_YEAR.match(folded, place)
        years = (int(found["year"]), int(found["last"])) if found else (1, 0)
        span = Span(date(years[0], 1, 1), date(years[1], 12, 31)) if years[0] <= years[1] else None
        return _at(start, found.end(), [span]) if found else None
    # في 2009 is a year where nothing is counted by it.
    found = (date_patterns.YEAR_AT_THE_END if before["loose"] else date_patterns.YEAR_HERE).match(folded, place)
    return _at(start, found.end(), [_reading(int(found["year"]), 0, 0, 0)]) if found else None


def _at(start: int, end: int, readings: list[Span | None]) -> Named | None:
    there = tuple(reading for reading in readings if reading)
    return Named(there, start, end) if there else None


def _reading(year: int, month: int, first: int, last: int) -> Span | None:
    """Return a year, a month of it (0: all) or days of that (0: all), None where there are no such days."""
    if not month:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        return None
    longest = calendar.monthrange(year, month)[1]
    if not first:
        return Span(date(year, month, 1), date(year, month, longest))
    return Span(date(year, month, first), date(year, month, last)) if first <= last <= longest else None


def _hijri_year(folded: str, place: int) -> Named | None:
    """Read عام 1437, whose year stands at a place: longer by a day on each side, as its months begin with the moon."""
    before = date_patterns.OF_A_YEAR.search(folded, max(0, place - date_patterns.AROUND // 2), place)
    found = date_patterns.HIJRI_YEAR.match(folded, place)
    if not before or before["word"] not in {"عام", "سنه"} or not found or not FIRST <= int(found["year"]) <= LAST:
        return None
    year = int(found["year"])
    first, last = Hijri(0, 0, year, 0, 1).days()[0], Hijri(0, 0, year, 0, 12).days()[1]
    return Named((Span(first, last),), before.start("word"), found.end())
