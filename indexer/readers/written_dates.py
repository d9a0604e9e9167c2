"""Dates as people and programs write them, in ISO 8601: month names of every Arab region, any digits, ص and م, the zone.

A date whose day and month could be exchanged (03/04/2019) is not guessed. Of a date in both calendars the Gregorian one counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache

from analyzers.normalize import normalize
from analyzers.tables import listed, read_table
from indexer.dates import Ambiguous, span_of
from indexer.readers.hijri import FIRST, LAST, Hijri, hijri_in

LONGEST = 120
"""Characters. A longer text is no date."""

_LATIN = (
    "january jan janvier janv|february feb fevrier février fevr févr|march mar mars|april apr avril avr|may mai|june jun juin|"
    "july jul juillet juil|august aug aout août|september sep sept septembre|october oct octobre|november nov novembre|"
    "december dec decembre décembre déc"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?")
_BY_YEAR = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})\b")
_BY_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")
_CLOCK = re.compile(
    r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?"
    r"(?:\s*+(ص|م|صباحا|فجرا|ظهرا|بعد الظهر|عصرا|مساء|ليلا|am|pm|a\.m\.|p\.m\.))?(?!\w)",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"(?:utc|gmt|غرينتش|جرينتش)\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?|(?:(?<=[\d ])|^(?=\+))([+-])(\d{2}):?(\d{2})\b"
    r"|\b(z|utc|gmt)\b|غرينتش|جرينتش",
    re.IGNORECASE,
)
_ERA = re.compile(r"(?<=\d{4})\s?(?:م|ميلادي|ميلاديه)(?!\w)")
"""The era behind a year, where it is no hour of the afternoon."""
_FRENCH_CLOCK = re.compile(r"(?<!\w)[àa] ?(\d{1,2}) ?h(?: ?(\d{2})(?: ?min)?)?(?!\w)")
_SLASH = re.compile(r"(?<=\d)\s*+/\s*+(?=\d)")
_STUCK = re.compile(r"(?<=[ء-ي])(?=\d)|(?<=\d)(?=[ء-ي])")
_NUMBERED = re.compile(r"(?<!\w)(كانون|تشرين)[ /]*([12])(?!\d)")
"""كانون 2 and تشرين 1, as months are written in Iraq and Lebanon."""
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)
"""The zones that there are."""
_AFTERNOON = {"م", "بعد الظهر", "عصرا", "مساء", "pm", "p.m."}


@dataclass(frozen=True, slots=True)
class Dated:
    """A written date in ISO 8601, and what is to be said about it, if anything."""

    iso: str
    note: str = ""


@cache
def month_names() -> dict[str, int]:
    """Return each name of a month, folded and in lower case, with its number."""
    numbers = {normalize(name): int(row["number"]) for row in read_table("months") for name in listed(row["names"])}
    for number, names in enumerate(_LATIN.split("|"), start=1):
        numbers |= dict.fromkeys(names.split(), number)
    return numbers


@cache
def _months() -> tuple[dict[str, int], re.Pattern[str]]:
    """Return the names of months with their numbers, and the pattern of all of them, the longest first."""
    numbers = month_names()
    longest_first = sorted(map(re.escape, numbers), key=len, reverse=True)
    return numbers, re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})\.?(?!\w)")


def dated(written: str) -> Dated:
    """Return a written date as ISO 8601, as precise as it is, with its zone where it names one.

    Raises Ambiguous where it can be read in two ways, ValueError where no date can be read.
    """
    if len(written) > LONGEST:
        raise ValueError("too long for a date")
    text = _plain(written)
    if hijri := hijri_in(text):
        rest = f"{text[: hijri.start]} {text[hijri.end :]}"
        return Dated(found) if (found := _gregorian(rest)) else _hijri(hijri, text, rest)
    # Numbered months last: تشرين is a newspaper too, and may stand before a date in numbers.
    if found := _gregorian(text) or _gregorian(_NUMBERED.sub(_ordinal, text)):
        return Dated(found)
    raise ValueError("no date in it")


def _plain(written: str) -> str:
    """Return the text in one spelling: folded, letters and digits apart, times as 14:30, no era behind a year."""
    text = _STUCK.sub(" ", normalize(written).lower().strip())
    text = _FRENCH_CLOCK.sub(lambda found: f" {found[1]}:{found[2] or '00'} ", text)
    return _ERA.sub("", _SLASH.sub("/", re.sub(r"(?<=\d)t(?=\d\d:)", " ", text)))


def _ordinal(found: re.Match[str]) -> str:
    return f"{found[1]} {'الاول' if found[2] == '1' else 'الثاني'}"


def _gregorian(text: str) -> str:
    """Return the date of a text without a Hijri one, empty where there is none. Raises Ambiguous and ValueError."""
    for read in (_by_iso, _by_post, _by_name, _by_numbers):
        if found := read(text):
            if FIRST <= int(found[:4]) <= LAST:
                raise ValueError("of the Hijri calendar, without a day")
            span_of(found, UTC)
            return found
    return ""


def _hijri(hijri: Hijri, text: str, rest: str) -> Dated:
    clock = _CLOCK.search(rest)
    if re.search(r"\d", _ZONE.sub(" ", _CLOCK.sub(" ", rest))):
        raise ValueError("no single day in it")
    day = hijri.day(text)
    iso = f"{day.date.isoformat()}{_clock(rest) if clock else ''}"
    span_of(iso, UTC)
    return Dated(iso, "" if day.is_certain else f"{iso[:10]} by the calendar of Umm al-Qura, or a day beside it")


def _by_iso(text: str) -> str:
    if re.fullmatch(r"\d{4}(-\d{2}){0,1}", text):
        return text
    found = _ISO.fullmatch(text.upper().replace("،", ",").strip())
    if not found:
        return ""
    year, month, day, clock, zone = found.groups()
    zone = "+00:00" if zone in {"Z", "UTC", "GMT"} else re.sub(r"^(...):?(..)$", r"\1:\2", zone or "")
    return f"{year}-{month}-{day}" + (f"T{clock}{zone}" if clock else "")


def _by_post(text: str) -> str:
    """Read the dates of mail and feeds: Fri, 19 Apr 2019 14:30:00 +0300."""
    # What it passes over is read by the others: the half of the day, and a zone in brackets.
    if not re.search(r"\d{1,2} [a-z]{3} \d{4} \d{1,2}:\d{2}(?!.*(?:\b[ap]\.?m\b|\())", text):
        return ""
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, IndexError):
        return ""


def _by_name(text: str) -> str:
    """Read a date whose month is named, once or by two of its names (نيسان/أبريل)."""
    numbers, pattern = _months()
    found = list(pattern.finditer(text))
    told = {numbers[match.group().rstrip(".")] for match in found}
    if len(told) != 1:
        return ""
    clock = _CLOCK.search(text)
    rest = text[: clock.start()] + " " + text[clock.end() :] if clock else text
    rest = _ZONE.sub(" ", rest)
    years, days = re.findall(r"(?<!\d)\d{4}(?!\d)", rest), re.findall(r"(?<!\d)\d{1,2}(?!\d)", rest)
    if len(years) != 1 or len(days) > 1:
        return ""
    month = f"{years[0]}-{told.pop():02}"
    return f"{month}-{int(days[0]):02}{_clock(text)}" if days else month


def _by_numbers(text: str) -> str:
    if found := _BY_YEAR.search(text):
        year, month, day = map(int, found.groups())
    elif found := _BY_DAY.search(text):
        first, second, year = map(int, found.groups())
        if first != second and first <= 12 and second <= 12:
            raise Ambiguous(f"day {first} of month {second}, or day {second} of month {first}")
        day, month = (second, first) if second > 12 else (first, second)
    else:
        return ""
    return f"{year:04}-{month:02}-{day:02}{_clock(text[found.end() :])}"


def _clock(text: str) -> str:
    """Return the time of day as `T14:30:00+03:00`, without a zone where none is named, empty where there is no time."""
    found = _CLOCK.search(text)
    if not found:
        return ""
    hour, minute, second, half = int(found[1]), int(found[2]), int(found[3] or 0), (found[4] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if _is_afternoon(half, hour) else 0)
    return f"T{hour:02}:{minute:02}:{second:02}{_zone(text[found.end() :]) or _zone(text[: found.start()])}"


def _is_afternoon(half: str, hour: int) -> bool:
    if half == "ظهرا":
        return hour == 12 or hour < 6
    if half == "ليلا":
        return 6 <= hour < 12
    return half in _AFTERNOON


def _zone(text: str) -> str:
    found = _ZONE.search(text)
    if not found:
        return ""
    sign, hours, minutes = found[1] or found[4], found[2] or found[5], found[3] or found[6]
    if not sign:
        return "+00:00"
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (1 if sign == "+" else -1)
    if not _WEST <= offset <= _EAST:
        return ""
    return datetime(2000, 1, 1, tzinfo=timezone(offset)).isoformat()[-6:]
