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
"""Years that the calendar knows: August 1924 to November 2077. No report is of the same years of the other calendar."""

_WEEKDAYS = {
    normalize(name): number
    for number, name in enumerate(("الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"))
}
_WEEKDAY = re.compile(rf"(?<!\w)(?:{'|'.join(_WEEKDAYS)})(?!\w)")
# `normalize` has taken the tatweel of هـ.
_ERA = r"(?:\s*(?:هجريه?|للهجره|ه)(?!\w)\.?)?"
_YEAR = r"(1[345]\d\d)(?!\d)"
_BY_YEAR = re.compile(rf"(?<!\d){_YEAR}([/.\-])(\d{{1,2}})\2(\d{{1,2}})(?!\d){_ERA}")
_BY_DAY = re.compile(rf"(?<!\d)(\d{{1,2}})([/.\-])(\d{{1,2}})\2{_YEAR}{_ERA}")


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
    second: int
    is_ordered: bool = True

    def day(self, text: str) -> Day:
        """Return the Gregorian day.

        Raises Ambiguous where day and month could be exchanged, ValueError where there is no such day.
        """
        day, month = (self.second, self.first) if self.second > 12 else (self.first, self.second)
        if not self.is_ordered and day != month and day <= 12:
            raise Ambiguous(f"day {day} of month {month}, or day {month} of month {day}")
        gregorian = hijridate.Hijri(self.year, month, day).to_gregorian()
        return _on_the_weekday(date(gregorian.year, gregorian.month, gregorian.day), text)


def _on_the_weekday(found: date, text: str) -> Day:
    """Return the day, or the one beside it that is the named day of the week. Raises ValueError where none of them is."""
    named = {_WEEKDAYS[match.group()] for match in _WEEKDAY.finditer(text)}
    near = [day for step in (0, -1, 1) if (day := found + timedelta(days=step)).weekday() in named]
    if named and not near:
        raise ValueError(f"{found.isoformat()} is another day of the week")
    return Day(near[0], is_certain=True) if near else Day(found, is_certain=False)


@cache
def _by_name() -> tuple[dict[str, int], re.Pattern[str]]:
    numbers = {
        normalize(name): int(row["number"]) for row in read_table("hijri_months") for name in listed(row["names"])
    }
    longest_first = sorted(map(re.escape, numbers), key=len, reverse=True)
    month = rf"(?<!\w)({'|'.join(longest_first)})(?!\w)"
    pattern = rf"(?<!\d)(\d{{1,2}})\s*(?:من\s+)?(?:شهر\s+)?{month}\s*[،,/-]?\s*(?:من\s+)?(?:عام|سنه)?\s*{_YEAR}{_ERA}"
    return numbers, re.compile(pattern)


def hijri_in(text: str) -> Hijri | None:
    """Return the first Hijri date of a text that went through `normalize`, None where there is none."""
    return next((found for found in _every(text) if FIRST <= found.year <= LAST), None)


def _every(text: str) -> Iterator[Hijri]:
    numbers, by_name = _by_name()
    for found in by_name.finditer(text):
        yield Hijri(*found.span(), int(found[3]), int(found[1]), numbers[found[2]])
    for found in _BY_YEAR.finditer(text):
        yield Hijri(*found.span(), int(found[1]), int(found[4]), int(found[3]))
    for found in _BY_DAY.finditer(text):
        yield Hijri(*found.span(), int(found[4]), int(found[1]), int(found[3]), is_ordered=False)
