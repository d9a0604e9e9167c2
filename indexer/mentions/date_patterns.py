"""The patterns by which dates are read: those of numbers, and those that are made of the tables of months.

All of them are for folded text. Each is matched or searched around one place, a year or the name of a month: `days` says which.
"""

from __future__ import annotations

import re
from functools import cache

from analyzers.normalize import normalize
from indexer.readers.written_dates import month_names

# Nothing is given back in these (`*+`): spaces could be shared out in as many ways as there are.
YEARISH = re.compile(r"(?:19|20|1[345])\d\d")
A_YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d/])(?:\s?م(?:يلادي(?:ه)?)?(?!\w))?+"
YEAR_HERE = re.compile(A_YEAR)
HIJRI_YEAR = re.compile(r"(?P<year>1[345]\d\d)(?![\d/])(?:\s?ه(?:جري(?:ه)?)?(?!\w))?+")
YEAR_AT_THE_END = re.compile(A_YEAR + r"(?=\s*+(?:[.،,؛;:!؟?)»\]]|\Z))")
TO_A_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)\s*+(?:الي|حتي|و|[-–])\s*+(?:عام\s++)?(?P<last>(?:19|20)\d\d)(?![\d/])")
OF_YEARS = (
    r"(?<!\w)(?:[وف]?[بل]?(?:ال)?|لل|ولل)"
    r"(?P<word>عامي|سنتي|عام|سنه|منذ|مطلع|اواخر|اوائل|منتصف|بدايه|نهايه|ربيع|صيف|خريف|شتاء|(?P<loose>في|خلال|من))\s++\Z"
)
OF_A_YEAR = re.compile(OF_YEARS)
"""A word before a year; في and خلال stand before any number, من begins a time of years."""
DAY_AND_MONTH = re.compile(
    r"(?:(?<![\d/.\-])|(?<=\d{4}[-–]))(?P<day>\d{1,2})(?P<separator>[/.\-])(?P<month>\d{1,2})(?P=separator)\Z"
)
MONTH_AND_DAY = re.compile(
    r"(?<![\d/.\-])(?P<year>(?:19|20)\d\d)(?P<separator>[/.\-])(?P<month>\d{1,2})(?P=separator)(?P<day>\d{1,2})(?![\d/])"
)
OF = r"\s*+[/\-]?+\s*+(?:من\s++)?+(?:شهر\s++)?+"
DAY_IN_DIGITS = re.compile(rf"(?<![\d/.\-:,])(?P<day>\d{{1,2}}){OF}\Z")
TWO_DAYS = re.compile(
    rf"(?<![\d/.\-:,])(?P<first>\d{{1,2}})(?:\s*+(?P<to>[-–/]|الي|حتي)\s*+|\s++و\s?)(?P<day>\d{{1,2}}){OF}\Z"
)
LEADS_TO = re.compile(r"\s*+(?:و|(?:و\s?)?(?:الي|حتي)|[-–])?+\s*+")
BETWEEN = re.compile(r"(?<!\w)بين\s*+\Z")
SEPARATORS = frozenset("/.-")
PROCLITICS = ("و", "ف", "ب", "ل", "وب", "ول", "فب", "فل")
AROUND = 40
"""Characters in which a day stands before the name of its month, or a word before its year."""
WEEKDAY_AHEAD = 12
"""Characters before a Hijri date in which the day of the week may stand."""
UNITS = ["الحادي", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع"]


@cache
def ordinals() -> dict[str, int]:
    """Return the days of a month in words, folded: الأول, الحادي عشر, الحادي والعشرين, الثلاثين."""
    told = {"الاول": 1, **{unit: number for number, unit in enumerate(UNITS, start=1) if number > 1}, "العاشر": 10}
    told |= {f"{unit} عشر": 10 + number for number, unit in enumerate(UNITS, start=1)}
    for tens, number in (("العشرين", 20), ("العشرون", 20), ("الثلاثين", 30), ("الثلاثون", 30)):
        told |= {tens: number, **{f"{unit} و{tens}": number + place for place, unit in enumerate(UNITS, start=1)}}
    return {normalize(words): number for words, number in told.items() if number <= 31}


@cache
def ordinal_words() -> frozenset[str]:
    """Return the last words of the days in words: one of them stands before a month, or none of them does."""
    return frozenset(words.split()[-1] for words in ordinals())


@cache
def day_in_words() -> re.Pattern[str]:
    """Return the pattern of a day in words that ends before the name of its month."""
    days = "|".join(sorted((words.replace(" ", r"\s++") for words in ordinals()), key=len, reverse=True))
    # The second word of the name of a month, or a part of one: كانون الأول, الأسبوع الأول من شباط.
    no_day = "".join(f"(?<!{word} )" for word in ("كانون", "تشرين", "الاسبوع", "النصف", "الربع", "الثلث"))
    return re.compile(rf"(?<!\w){no_day}(?P<day>{days})(?!\w){OF}\Z")


@cache
def months_of(word: str) -> re.Pattern[str] | None:
    """Return the pattern of the names of months that begin with a word, and of what stands behind: another name, a year."""
    names = first_words()[word]
    if not names:
        return None
    others = "|".join(sorted(map(re.escape, month_names()), key=len, reverse=True))
    second = rf"(?:(?:\s*+[/\-–(]\s*+|\s++)(?P<other>{others})(?!\w)(?:\s*+\))?+)?+"
    year_of = r"(?:من\s++)?+(?:(?:ل|ال|لل)?(?:عام|سنه)\s++)?+(?:(?:الماضي|الماضيه|الجاري|الحالي|نفسه)\s++)?+"
    behind = rf"\s*+[،,/\-]?+\s*+{year_of}{A_YEAR}"
    american = r"\s++(?P<day>\d{1,2})(?!\d)\s*+[،,]?+\s*+(?P<last>(?:19|20)\d\d)(?![\d/])"
    month = rf"[وف]?[بل]?(?P<month>{'|'.join(map(re.escape, names))})(?!\w)(?:(?<=[a-z])\.)?+"
    return re.compile(rf"{month}{second}(?:{behind}|{american})?+", re.IGNORECASE)


@cache
def first_words() -> dict[str, tuple[str, ...]]:
    """Return the first words of the names of months, also behind proclitics, with the names: of the Hijri ones with none.

    Those are read by `hijri_dates`.
    """
    told: dict[str, tuple[str, ...]] = {}
    for name in sorted(month_names(), key=len, reverse=True):
        first = name.split()[0]
        told[first] = (*told.get(first, ()), name)
    return told | {f"{proclitic}{first}": names for first, names in told.items() for proclitic in PROCLITICS}
