"""Dates that a paragraph names: 21 آب/أغسطس 2013, الأول من آذار 2017, 03/01/2018, رمضان 1440, عام 2016, and 7 آب alone.

Each has its place and its readings, spans of days, the likeliest first: two where day and month can be exchanged, three of
a day of the Hijri calendar (the month began with the moon, a day sooner or later). A date of a day and a month alone is of
the year that brings it nearest to the whole date before it in the paragraph, or else to the day of publication where that
is within two months of it; and says so.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from analyzers.normalize import normalize
from indexer.dates import Ambiguous
from indexer.mentions.places import Places
from indexer.readers.hijri import Hijri, hijri_dates
from indexer.readers.written_dates import month_names

Json = dict[str, Any]

MOST = 100
"""Dates of one paragraph."""
FIRST, LAST = 1900, 2099
"""Years of the Gregorian calendar. What is outside of them is a number."""

NEAR = timedelta(days=60)
"""From the day of publication to a date without a year: the news tells of these weeks, a study of other years."""

_YEARISH = re.compile(r"[12][03459]\d\d")
_WEEKDAY_AHEAD = 12
"""Characters before a Hijri date in which the day of the week may stand."""
_YEAR = re.compile(r"(?<!\d)(?:19|20|(?P<hijri>1[345]))\d\d(?!\d)")
_A_YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d/])(?:\s?م(?:يلادي(?:ه)?)?(?!\w))?+"
_YEAR_HERE = re.compile(_A_YEAR)
_YEAR_AT_THE_END = re.compile(_A_YEAR + r"(?=\s*+(?:[.،,؛;:!؟?)»\]]|\Z))")
_OF_YEARS = frozenset(normalize("عام سنه منذ مطلع اواخر اوائل منتصف بدايه نهايه ربيع صيف خريف شتاء").split())
_LOOSE = frozenset(normalize("في حتى خلال").split())
"""Words before a year, and those that may stand before any number."""
_DAY_AND_MONTH = re.compile(r"(?<![\d/.\-])(?P<first>\d{1,2})([/.\-])(?P<second>\d{1,2})\2\Z")
_OF = r"\s*+[/\-]?+\s*+(?:من\s++)?+(?:شهر\s++)?+"
_DAY_IN_DIGITS = re.compile(rf"(?<![\d/.\-:,])(?P<day>\d{{1,2}}){_OF}\Z")
_SEPARATORS = frozenset("/.-")
_PROCLITICS = ("و", "ف", "ب", "ل", "وب", "ول", "فب", "فل")
_BY_YEAR = re.compile(r"(?<![\d/.\-])(?P<year>(?:19|20)\d\d)([/.\-])(?P<second>\d{1,2})\2(?P<first>\d{1,2})(?![\d/])")
_AROUND = 40
"""Characters in which a day stands before the name of its month, or a word before its year."""
# Nothing in these is given back (`*+`): spaces could be shared out in as many ways as there are.
_UNITS = ["الحادي", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع"]


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
    """Whether the year is that of the publication, or one beside it."""

    def told(self, places: Places) -> Json:
        """Return the date as a paragraph holds it."""
        readings = [{"from": span.first.isoformat(), "to": span.last.isoformat()} for span in self.readings]
        return {"readings": readings, "inferred": self.is_inferred, **places.told(self.start, self.end)}


def may_have_days(folded: str, words: tuple[str, ...]) -> bool:
    """Tell whether a folded text, given its words, can name a date: it holds a number like a year, or the name of a month."""
    return _YEARISH.search(folded) is not None or not _first_words().keys().isdisjoint(words)


def days_in(folded: str, words: tuple[str, ...], published: date | None = None) -> list[Named]:
    """Return the dates of a folded text with these words, in order, at most `MOST`.

    Days without a year need a whole date before them, or that `published` is known.
    """
    taken: list[Named] = []
    before: date | None = None
    for found in sorted(_all(folded, words), key=lambda named: (named.start, -named.end)):
        if taken and found.start < taken[-1].end:
            continue
        named = found if isinstance(found, Named) else _with_year(found, before, published)
        if named is None:
            continue
        taken.append(named)
        if not named.is_inferred and named.readings[0].first == named.readings[0].last:
            before = named.readings[0].first
    return taken[:MOST]


class _WithoutYear(NamedTuple):
    """A day and a month that are named without a year."""

    month: int
    day: int
    start: int
    end: int


def _with_year(found: _WithoutYear, before: date | None, published: date | None) -> Named | None:
    if not (anchor := before or published):
        return None
    near = [span for step in (-1, 0, 1) if (span := _reading(anchor.year + step, found.month, found.day))]
    nearest = min(near, key=lambda span: abs(span.first - anchor), default=None)
    if nearest is None or (before is None and abs(nearest.first - anchor) > NEAR):
        return None
    return Named((nearest,), found.start, found.end, is_inferred=True)


def _all(folded: str, words: tuple[str, ...]) -> Iterator[Named | _WithoutYear]:
    """Yield what stands around each year and each name of a month, in no order; some lie in others.

    Not by searching the text for whole dates: patterns with a hundred names took 0.5 ms for a paragraph of 400 letters.
    """
    is_hijri = False
    for match in _YEAR.finditer(folded):
        place = match.start()
        if match.lastgroup:
            is_hijri = True
        elif named := _by_day(folded, place) or _by_year(folded, place) or _year(folded, place):
            yield named
    for word in _first_words().keys() & set(words):
        for place in _places_of(word, folded):
            if found := _by_month(folded, word, place):
                yield found
    if is_hijri:
        for hijri in hijri_dates(folded):
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
    day = hijri.day(folded[max(0, hijri.start - _WEEKDAY_AHEAD) : hijri.end])
    steps = (0,) if day.is_certain else (0, -1, 1)
    return tuple(Span(near, near) for step in steps for near in [day.date + timedelta(days=step)])


def _by_month(folded: str, word: str, place: int) -> Named | _WithoutYear | None:
    """Read the date whose month is named at a place, by a name that begins with this word."""
    pattern = _months_of(word)
    found = pattern.match(folded, place) if pattern else None
    if not found:
        return None
    numbers = month_names()
    month = numbers[found["month"].lower()]
    if found["other"] and numbers[found["other"].lower()] != month:
        return None
    before = _day_before(folded, place) if found.start("month") == place else None
    start, day = before or (found.start("month"), int(found["day"] or 0))
    if year := found["year"] or found["last"]:
        reading = _reading(int(year), month, day)
        return Named((reading,), start, found.end()) if reading else None
    return _WithoutYear(month, day, start, found.end()) if day else None


def _day_before(folded: str, place: int) -> tuple[int, int] | None:
    """Return where the day before the name of a month begins, and the day; None where there is none."""
    begin = max(0, place - _AROUND)
    ahead = folded[begin:place]
    if found := _DAY_IN_DIGITS.search(ahead):
        return begin + found.start(), int(found["day"])
    if _ordinal_words().isdisjoint(ahead.split()[-4:]):
        return None
    found = _day_in_words().search(ahead)
    return (begin + found.start(), _ordinals()[" ".join(found["day"].split())]) if found else None


def _by_day(folded: str, place: int) -> Named | None:
    """Read 21/8/2013, whose year stands at a place."""
    if folded[place - 1 : place] not in _SEPARATORS:
        return None
    before = _DAY_AND_MONTH.search(folded, max(0, place - len(" 21/08/")), place)
    found = _YEAR_HERE.match(folded, place) if before else None
    if not before or not found:
        return None
    first, second, year = int(before["first"]), int(before["second"]), int(found["year"])
    readings = [_reading(year, second, first), _reading(year, first, second) if first != second else None]
    return _at(before.start(), found.end(), readings)


def _by_year(folded: str, place: int) -> Named | None:
    """Read 2013-08-21, whose year stands at a place."""
    found = _BY_YEAR.match(folded, place) if folded[place + 4 : place + 5] in _SEPARATORS else None
    if not found:
        return None
    return _at(place, found.end(), [_reading(int(found["year"]), int(found["second"]), int(found["first"]))])


def _year(folded: str, place: int) -> Named | None:
    """Read عام 2013, whose year stands at a place."""
    before = folded.rfind(" ", 0, place - 1) + 1
    word = folded[before : place - 1]
    if folded[place - 1 : place] != " " or word not in _year_words():
        return None
    name = _year_words()[word]
    # في 2009 is a year where nothing is counted by it.
    found = (_YEAR_AT_THE_END if name in _LOOSE else _YEAR_HERE).match(folded, place)
    start = before + len(word) - len(name)
    return _at(start, found.end(), [_reading(int(found["year"]), 0, 0)]) if found else None


@cache
def _year_words() -> dict[str, str]:
    """Return the words that stand before a year, each also with proclitics and article, with the word itself."""
    ahead = [proclitics + article for proclitics in ("", *_PROCLITICS) for article in ("", "ال")]
    return {prefix + word: word for word in (*_OF_YEARS, *_LOOSE) for prefix in [*ahead, "لل", "ولل"]}


def _at(start: int, end: int, readings: list[Span | None]) -> Named | None:
    there = tuple(reading for reading in readings if reading)
    return Named(there, start, end) if there else None


def _reading(year: int, month: int, day: int) -> Span | None:
    """Return a year, a month of it (0: all) or a day of that (0: all), None where there is no such day."""
    if not month:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        return None
    longest = calendar.monthrange(year, month)[1]
    if not day:
        return Span(date(year, month, 1), date(year, month, longest))
    return Span(date(year, month, day), date(year, month, day)) if day <= longest else None


@cache
def _ordinals() -> dict[str, int]:
    """Return the days of a month in words, folded: الأول, الحادي عشر, الحادي والعشرين, الثلاثين."""
    told = {"الاول": 1, **{unit: number for number, unit in enumerate(_UNITS, start=1) if number > 1}, "العاشر": 10}
    told |= {f"{unit} عشر": 10 + number for number, unit in enumerate(_UNITS, start=1)}
    for tens, number in (("العشرين", 20), ("العشرون", 20), ("الثلاثين", 30), ("الثلاثون", 30)):
        told |= {tens: number, **{f"{unit} و{tens}": number + place for place, unit in enumerate(_UNITS, start=1)}}
    return {normalize(words): number for words, number in told.items() if number <= 31}


@cache
def _ordinal_words() -> frozenset[str]:
    return frozenset(words.split()[-1] for words in _ordinals())


@cache
def _day_in_words() -> re.Pattern[str]:
    """Return the pattern of a day in words that ends before the name of its month."""
    ordinals = "|".join(sorted((words.replace(" ", r"\s++") for words in _ordinals()), key=len, reverse=True))
    # The second word of the name of a month, or a part of one: كانون الأول, الأسبوع الأول من شباط.
    no_day = "".join(f"(?<!{word} )" for word in ("كانون", "تشرين", "الاسبوع", "النصف", "الربع", "الثلث"))
    return re.compile(rf"(?<!\w){no_day}(?P<day>{ordinals})(?!\w){_OF}\Z")


@cache
def _months_of(word: str) -> re.Pattern[str] | None:
    """Return the pattern of the names of months that begin with a word, and of what stands behind: another name, a year."""
    names = _first_words()[word]
    if not names:
        return None
    others = "|".join(sorted(map(re.escape, month_names()), key=len, reverse=True))
    second = rf"(?:(?:\s*+[/\-–(]\s*+|\s++)(?P<other>{others})(?!\w)(?:\s*+\))?+)?+"
    year_of = r"(?:من\s++)?+(?:(?:ل|ال|لل)?(?:عام|سنه)\s++)?+(?:(?:الماضي|الماضيه|الجاري|الحالي|نفسه)\s++)?+"
    behind = rf"\s*+[،,/\-]?+\s*+{year_of}{_A_YEAR}"
    american = r"\s++(?P<day>\d{1,2})(?!\d)\s*+[،,]?+\s*+(?P<last>(?:19|20)\d\d)(?![\d/])"
    month = rf"[وف]?[بل]?(?P<month>{'|'.join(map(re.escape, names))})(?!\w)(?:(?<=[a-z])\.)?+"
    return re.compile(rf"{month}{second}(?:{behind}|{american})?+", re.IGNORECASE)


@cache
def _first_words() -> dict[str, tuple[str, ...]]:
    """Return the first words of the names of months, also behind proclitics, with the names: of the Hijri ones with none.

    Those are read by `hijri_dates`.
    """
    told: dict[str, tuple[str, ...]] = {}
    for name in sorted(month_names(), key=len, reverse=True):
        first = name.split()[0]
        told[first] = (*told.get(first, ()), name)
    return told | {f"{proclitic}{first}": names for first, names in told.items() for proclitic in _PROCLITICS}
