"""Words split so that a platform's filter does not see them, and how they are put together again.

Two habits of posts from the field: a tatweel, spaces and a tatweel inside a word (مقـ ـتل, شهـ ـداء: 102 of 2,614 real
posts), and dots between letters (د.ا.ع.ش, د..ا..عش). Each rule is rendered twice: as an OpenSearch `pattern_replace`
char filter (Java), and as edits in Python. Both see the text after `folding.MARKS`.

Known false positives, accepted because the query is joined in the same way: أ.د. (a professor's title), م.ت.ف (the PLO).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Edit = tuple[int, int, str]
"""`(start, end, replacement)`: a half-open span of the input and what stands there afterwards."""

# From the start of a run, and nothing is given back: tried at each of 6,000 tatweels in a row, and each time to their end,
# the plain pattern took a second a paragraph.
TATWEEL_SPLIT = r"(?<!ـ)ـ++\s++ـ++"

_LETTER = r"[\u0621-\u063A\u0641-\u064A\u0671-\u06D3\u06D5]"
_DOTS = r"[.…_*\-]{1,3}"
_GROUP = rf"(?:{_LETTER}{{1,24}}{_DOTS})"
# A run of groups counts as a split word when two of its groups are single letters. The repetitions are bounded: on a
# paragraph of nothing but letters and dots an open one would try every pair of groups.
_TWO_SINGLES = rf"(?={_GROUP}{{0,12}}{_LETTER}{_DOTS}{_GROUP}{{0,12}}{_LETTER}(?!{_LETTER}))"
# `(?<!LD{1,3})` one length at a time: Python's lookbehind has a fixed width.
_RUN_START = rf"(?<!{_LETTER})" + "".join(rf"(?<!{_LETTER}[.…_*\-]{{{width}}})" for width in (1, 2, 3)) + _TWO_SINGLES
_STEP = rf"({_LETTER}{{1,24}}){_DOTS}(?={_LETTER})"

DOTTED_JAVA = rf"(?:{_RUN_START}|(?!^)\G){_STEP}"
"""Each step of a run: it starts where a run starts (`_RUN_START`) or where the step before it ended (`\\G`)."""


@dataclass(frozen=True, slots=True)
class Evasion:
    """One rule as OpenSearch's `pattern_replace` takes it."""

    name: str
    java_pattern: str
    java_replacement: str


STUCK = rf"(?<={_LETTER})[.:](?={_LETTER})"
"""A full stop or colon with no space behind it (القصف.وقال): the standard tokenizer would make one word of both."""

EVASIONS: tuple[Evasion, ...] = (
    Evasion("tatweel_split", TATWEEL_SPLIT, ""),
    Evasion("dotted", DOTTED_JAVA, "$1"),
    Evasion("stuck", STUCK, " "),
)

# Java's \s is ASCII white space only; Python's would also take the no-break space and others.
_TATWEEL_SPLIT = re.compile(TATWEEL_SPLIT.replace(r"\s", "[ \t\n\x0b\f\r]"))
_RUN = re.compile(_RUN_START)
_STUCK = re.compile(STUCK)
_STEP_HERE = re.compile(_STEP)


def tatweel_edits(text: str) -> Iterator[Edit]:
    """Yield the edits that join words split by a tatweel, white space and a tatweel."""
    for match in _TATWEEL_SPLIT.finditer(text):
        yield match.start(), match.end(), ""


def dotted_edits(text: str) -> Iterator[Edit]:
    """Yield the edits that drop the separators of dotted words, step by step as the Java pattern does."""
    position = 0
    while run := _RUN.search(text, position):
        position = run.start()
        while step := _STEP_HERE.match(text, position):
            yield step.end(1), step.end(), ""
            position = step.end()
        if position == run.start():
            position += 1


def stuck_edits(text: str) -> Iterator[Edit]:
    """Yield the edits that part words which a full stop or colon holds together."""
    for match in _STUCK.finditer(text):
        yield match.start(), match.end(), " "
