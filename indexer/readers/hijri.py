"""Dates of the Hijri calendar as people write them: 14 شعبان 1440, 14/8/1440هـ, with a Gregorian one beside them or alone.

Months begin with the moon as it was seen, so a day can differ by one from country to country. It is read by the calendar of
Umm al-Qura (`hijridate`); where the day of the week is named too, that decides among
the day before, the day itself and the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import hijridate

from analyzers.normalize import normalize
from analyzers.tables import listed, read_table
from indexer.dates import Ambiguous

FIRST, LAST = 1343, 1500
"""Years that the calendar knows: August 1924 to November 2077. No report is of the same years of the Gregorian one."""
SOLAR_UNTIL = 1410
"""Years up to which an all-number date can be one of the solar Hijri calendar of Iran and Afghanistan (1410: 2031)."""

_WEEKDAYS = {
    normalize(name): number
    for number, name in enumerate(("الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"))
}
_WEEKDAY = re.compile(rf"(?<!\w)(?:{'|'.join(_WEEKDAYS)})(?!\w)")
# `normalize` has taken the tatweel of هـ. Nothing is given back: spaces could be shared out in as many ways as there are.
_ERA = r"(?:\s*+(?P<era>هجريه?|للهجره|ه)(?!\w)\.?)?+(?P<solar>[ .]*+(?:ش|شمسيه?)(?!\w))?+"
_YEAR = r"(?P<year>1[345]\d\d)(?!\d)"
# Not in the middle of another date, or of the name of a file.
_START = r"(?<!\d)(?<!\d[/.\-])"
_BY_YEAR = re.compile(rf"{_START}{_YEAR}([/.\-])(?P<second>\d{{1,2}})\2(?P<first>\d{{1,2}})(?!\d){_ERA}")
_BY_DAY = re.compile(rf"{_START}(?P<first>\d{{1,2}})([/.\-])(?P<second>\d{{1,2}})\2{_YEAR}{_ERA}")


@dataclass(frozen=True, slots=True)
class Day:
    """A Gregorian day; certain where the text names its day of the week."""

    date: date
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Hijri:
    """A Hijri date and where it stands in a text; `first` and `second` are day and month, or else the other way round."""

    start: int
    end: int
    year: int
    first: int
    """0 where only a month is named."""
    second: int
    is_ordered: bool = True
    is_solar: bool = False
    is_lunar: bool = True
    """Whether a name or an era says so; a solar one may be meant otherwise."""

    @property
    def is_month(self) -> bool:
        """Whether only a month is named."""
        return not self.first

    def days(self) -> tuple[date, date]:
        """Return the first and the last day that a month can have, however the moon was seen. Raises ValueError."""
        if self.is_solar:
            raise ValueError("no month of the lunar calendar")
        first = hijridate.Hijri(self.year, self.second, 1)
        begins = first.to_gregorian()
        day = date(begins.year, begins.month, begins.day)
        return day - timedelta(days=1), day + timedelta(days=first.month_length())

    def day(self, text: str) -> Day:
        """Return the Gregorian day.

        Raises Ambiguous where it can be read in two ways, ValueError where there is no such day.
        """
        day, month = (self.second, self.first) if self.second > 12 else (self.first, self.second)
        if self.is_solar or not 1 <= day <= 30:
            raise ValueError("no day of the lunar calendar")
        if not self.is_lunar and self.year <= SOLAR_UNTIL:
            raise Ambiguous(f"of the lunar year {self.year} or the solar one")
        if not self.is_ordered and day != month and day <= 12:
            raise Ambiguous(f"day {day} of month {month}, or day {month} of month {day}")
        # From the first: a month of 29 days here had 30 where the moon was seen a day later.
        first = hijridate.Hijri(self.year, month, 1).to_gregorian()
        return _on_the_weekday(date(first.year, first.month, first.day) + timedelta(days=day - 1), text)


def _on_the_weekday(found: date, text: str) -> Day:
    """Return the day, or the one beside it that is the named day of the week. Raises ValueError where none of them is."""
    named = {_WEEKDAYS[match.group()] for match in _WEEKDAY.finditer(text)}
    near = [day for step in (0, -1, 1) if (day := found + timedelta(days=step)).weekday() in named]
    if named and not near:
        raise ValueError(f"{found.isoformat()} is another day of the week")
    return Day(near[0], is_certain=True) if near else Day(found, is_certain=False)


@cache
def _by_name() -> tuple[dict[str, int], list[re.Pattern[str]]]:
    """Return each name of a month with its number, and the patterns: day month year, month day year, month year."""
    numbers = {
        normalize(name): int(row["number"]) for row in read_table("hijri_months") for name in listed(row["names"])
    }
    longest_first = sorted(map(re.escape, numbers), key=len, reverse=True)
    month = rf"(?<!\w)(?P<month>{'|'.join(longest_first)})(?!\w)"
    year = rf"\s*+[،,/-]?+\s*+(?:من\s++)?+(?:ل?عام|سنه)?+\s*+{_YEAR}{_ERA}"
    before = r"(?<!\d)(?P<first>\d{1,2})\s*+[/-]?+\s*+(?:من\s++)?+(?:شهر\s++)?+"
    behind = r"\s*+(?P<first>\d{1,2})(?!\d)"
    return numbers, [
        re.compile(pattern) for pattern in (before + month + year, month + behind + year, month + "(?P<first>)" + year)
    ]


def hijri_in(text: str) -> Hijri | None:
    """Return the first Hijri date of a text that went through `normalize`, None where there is none."""
    return next(hijri_dates(text), None)


def hijri_dates(text: str) -> Iterator[Hijri]:
    """Yield the Hijri dates of a text that went through `normalize`, by pattern and not in order; some lie in others."""
    return (found for found in _every(text) if FIRST <= found.year <= LAST)


def _every(text: str) -> Iterator[Hijri]:
    numbers, by_name = _by_name()
    for pattern in by_name:
        for found in pattern.finditer(text):
            solar = bool(found["solar"])
            yield Hijri(
                *found.span(), int(found["year"]), int(found["first"] or 0), numbers[found["month"]], is_solar=solar
            )
    for pattern, is_ordered in ((_BY_YEAR, True), (_BY_DAY, False)):
        for found in pattern.finditer(text):
            yield Hijri(
                *found.span(),
                int(found["year"]),
                int(found["first"]),
                int(found["second"]),
                is_ordered=is_ordered,
                is_solar=bool(found["solar"]),
                is_lunar=bool(found["era"]),
            )
