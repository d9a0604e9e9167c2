"""Numbers as reports write them: 45, ١٬٢٠٠, (13), +10, خمسة وعشرين, عشرات, and what is said with them: at least, about.

pyarabic has the words of numbers; its own reader of phrases is not used: it takes مائتين وخمسين for 50, and اثنا without its
hamza for nothing, as it compares words before they are folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from pyarabic.number_const import NUMBER_WORDS

from analyzers.names import MOST_PEOPLE
from analyzers.normalize import normalize

_TOKEN = re.compile(r"(\d+(?:[.,،٬]\d+)*|[^\W\d_]+)")
_GROUPED = re.compile(r"\d{1,3}(?:[.,،٬]\d{3})+")
_MORE_WORDS = {
    "مائتان": 200, "مائتين": 200, "مئتا": 200, "مائتا": 200, "مئتي": 200, "مائتي": 200, "ثمانيمئة": 800, "ثمانيمائة": 800,
    "اثنتا": 2, "اثنتي": 2, "اثنتان": 2, "اثنتين": 2, "ألفي": 2000, "مليوني": 2_000_000,
}  # fmt: skip
"""What pyarabic's list lacks. ألفا is 2,000 there where it is the dual, and 1,000 in every count of people."""
_MANY = {normalize(word): least for word, least in (("عشرات", 10), ("مئات", 100), ("آلاف", 1000), ("ألوف", 1000))}
"""Words that name no number, and the least that each can mean; at most they mean one less than the next one would."""
_TEENS = {"عشر", "عشره"}
_AT_LEAST = (
    "ما لا يقل عن|ما لايقل عن|مالا يقل عن|لا يقل عن|لايقل عن|ما لا يقل عددهم عن|ما يزيد على|ما يزيد عن|يزيد على|يزيد عن"
    "|أكثر من|أزيد من|تجاوز|يتجاوز|تجاوزت|تجاوزوا|يتجاوزون|فاق|يفوق|ما يفوق|على الأقل"
)
_QUALIFIERS = 2
"""Of these phrases so many stand before a number at most: ما لا يقل عن نحو 40."""
_ABOUT = "ما مجموعه|مجموعه|نحو|حوالي|قرابة|زهاء|ما يقارب|يقارب|ما يقرب من|يقرب من|تقريبا|بحدود"
_AT_LEAST_BEHIND = tuple(normalize("على الأقل").split())
_LESS_THAN = "أقل من"
_AT_MOST = "ما لا يزيد عن|لا يزيد عن|لا يزيد على|لا يتجاوز"
_FACTORS = {1000, 1_000_000}
_AHEAD = frozenset({"بين", "ما", "من", "ب", "ال"})
"""Words that stand before a number, and before much else."""
_PARTS = {"نصف": 2, "ثلث": 3, "ربع": 4}
_DASH = re.compile(r"[-–—]| [-–—] ")
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Amount:
    """How many: from `low` to `high`, which is None where nobody says at most how many; and the words that say it."""

    low: int
    high: int | None
    first: int
    behind: int
    """The first word that no longer belongs to it."""
    is_written_out: bool = False
    """Whether no digit says it: then it is no year."""
    is_vague: bool = False
    """Whether it is a word such as عشرات."""
    is_definite: bool = False
    """Whether it is a word such as الستين, which is a street as often as a number."""

    def at_least(self) -> Amount:
        """Return the same without an upper end."""
        return replace(self, high=None)


class Words:
    """The words and numbers of a folded text in order, by their places; 1,200 is one. Outside of it every word is empty."""

    def __init__(self, folded: str) -> None:
        # What is between them comes with them: a gap, a word, a gap, and so on.
        self._parts: list[str] = _TOKEN.split(folded)
        self.texts, self._gaps = self._parts[1::2], self._parts[::2]

    def span(self, first: int, behind: int) -> tuple[int, int]:
        """Return where the first word begins and the one before `behind` ends."""
        return sum(map(len, self._parts[: 2 * first + 1])), sum(map(len, self._parts[: 2 * behind]))

    def text(self, place: int) -> str:
        """Return a word."""
        return self.texts[place] if 0 <= place < len(self.texts) else ""

    def row(self, place: int, count: int) -> tuple[str, ...]:
        """Return words that follow each other, fewer at the end."""
        return tuple(self.texts[place : place + count])

    def gap(self, place: int) -> str:
        """Return what stands between a word and the one before it."""
        return self._gaps[place] if place < len(self._gaps) else ""


class Numbers:
    """The numbers of one folded text."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._text, self._texts, self._gap = words.text, words.row, words.gap

    def before(self, places: list[int], most: int) -> Iterator[int]:
        """Yield the words that can begin an amount, at most so many words before one of some places (in order)."""
        texts, openers = self._words.texts, _openers()
        for number, place in enumerate(places):
            nearest = max(place - most, places[number - 1] + 1 if number else 0)
            for at in range(nearest, place):
                if texts[at][0].isdigit() or (texts[at] in openers and self._may_open(at)):
                    yield at

    def amount(self, place: int) -> Amount | None:
        """Return the amount that begins at a word, with what qualifies it; None where no number begins there."""
        if not self._may_open(place):
            return None
        start = place
        kind = ""
        for _ in range(_QUALIFIERS):
            if found := self._qualifier(place):
                kind, place = found[0] or kind, found[1]
        place += self._texts(place, 2) == ("ما", "بين")
        is_between = self._text(place) in {"بين", "من"}
        amount = self._one(place + 1 if is_between else place)
        if amount is None or not self._is_close(start, amount.first):
            return None
        is_plus = self._is_plus(amount)
        amount = replace(self._second(amount, is_between=is_between) or amount, first=start)
        if kind in {"less", "most"}:
            return replace(amount, low=0, high=amount.low - (kind == "less"))
        return amount.at_least() if kind == "least" or is_plus else amount

    def after(self, place: int) -> tuple[bool, int]:
        """Return whether `at least` stands at a word, behind what was counted, and the first word behind that."""
        stands_there = self._texts(place, 2) == _AT_LEAST_BEHIND
        return stands_there, place + 2 if stands_there else place

    def _second(self, first: Amount, *, is_between: bool) -> Amount | None:
        """Return the amount of both numbers where a second one follows: من 74 إلى 100, بين 7 و9, 7 أو 8, 74-100."""
        place = first.behind
        word, gap = self._text(place), self._gap(place)
        if place < len(self._words.texts) and _DASH.fullmatch(gap):
            opens_a_line = first.first == 0 or "\n" in self._gap(first.first)
            second = None if opens_a_line and gap != gap.strip() else self._one(place)
        elif word in {"الي", "او"} or (word in {"و", "حتي"} and is_between):
            second = self._one(place + 1)
        elif is_between and word.startswith("و"):
            second = self._one(place, joined_by_and=True)
        else:
            second = None
        if second is None or second.low < first.low or (first.low in _YEARS and second.low in _YEARS):
            return None
        return replace(first, high=second.high, behind=second.behind)

    def _may_open(self, place: int) -> bool:
        """Tell whether an amount can begin with a word: nearly all others are told by one look."""
        text = self._text(place)
        return text[:1].isdigit() or (text in _openers() and (text not in _AHEAD or self._may_open(place + 1)))

    def _qualifier(self, place: int) -> tuple[str, int] | None:
        for kind, words in _phrases().get(self._text(place), ()):
            if self._texts(place + 1, len(words) - 1) == words[1:]:
                return kind, place + len(words)
        return None

    def _one(self, place: int, *, joined_by_and: bool = False) -> Amount | None:
        text = self._text(place)
        # A number that goes on from the one before was read with it: this و begins another one, وثلاثة جرحى.
        if text.startswith("و") and (joined_by_and or text[1:] in _values() or _vague_word(text[1:]) in _MANY):
            text = text[1:]
        if text in {"ب", "ال"} and self._text(place + 1)[:1].isdigit():  # ب (13), ال 30
            place, text = place + 1, self._text(place + 1)
        if text[:1].isdigit():
            return self._digits(place, text)
        if text in _PARTS and (factor := _values().get(self._text(place + 1), 0)) in _FACTORS:
            return Amount(factor // _PARTS[text], factor // _PARTS[text], place, place + 2, is_written_out=True)
        return self._vague(place, text) or self._written(place, text)

    def _digits(self, place: int, text: str) -> Amount | None:
        if _is_part(self._gap(place), self._gap(place + 1)):
            return None
        plain = re.sub(r"\D", "", text) if _GROUPED.fullmatch(text) else text
        is_a_count = plain.isdigit() and len(plain) <= 10 and (plain == "0" or not plain.startswith("0"))
        if not is_a_count or int(plain) > MOST_PEOPLE:
            return None
        value, behind = int(plain), place + 1
        if (factor := _values().get(self._text(behind), 0)) in _FACTORS and value < 1000:
            value, behind = self._rest(value * factor, factor, behind + 1)
        return Amount(value, value, place, behind)

    def _rest(self, value: int, unit: int, place: int) -> tuple[int, int]:
        """Return a number with what is added to its last unit, and the word behind: 41 ألفا و788, ألف وخمسمئة, مليون ونصف."""
        word, following = self._text(place), self._text(place + 1)
        if unit < 100 or self._gap(place).strip():
            return value, place
        if word == "و" and following.isdigit() and not following.startswith("0") and not self._gap(place + 1).strip():
            # Of 10 آلاف و15 ألف the second is a number of its own.
            is_added = int(following) < unit and _values().get(self._text(place + 2), 0) not in _FACTORS
            return (value + int(following), place + 2) if is_added else (value, place)
        if word.removeprefix("و") in _PARTS and word.startswith("و"):
            is_named = _values().get(following.removeprefix("ال")) == unit
            return value + unit // _PARTS[word[1:]], place + 1 + is_named
        added = self._written(place, word[1:]) if word.startswith("و") and word[1:] in _values() else None
        return (value + added.low, added.behind) if added and added.low < unit else (value, place)

    def _vague(self, place: int, text: str) -> Amount | None:
        low = _MANY.get(_vague_word(text))
        if low is None:
            return None
        behind = place + 1
        if low < 1000 and _vague_word(self._text(behind)) == "الاف":
            low, behind = low * 1000, behind + 1
        return Amount(low, low * 10 - 1, place, behind, is_written_out=True, is_vague=True)

    def _written(self, place: int, text: str) -> Amount | None:
        """Read a number in words: each next one is joined by و, or is a ten of a teen, or multiplies what stands before it."""
        values = _values()
        is_definite = text.startswith("ال") and values.get(text.removeprefix("ال"), 0) >= 20  # العشرين, الخمسين
        text = text.removeprefix("ال") if is_definite else text
        if text not in values:
            return None
        total, part, last = 0, values[text], values[text]
        if last in _FACTORS:
            total, part = last, 0
        behind = place + 1
        while True:
            word = self._text(behind)
            bare = word[1:] if word.startswith("و") and word[1:] in values else ""
            value = values.get(bare or word)
            if value is None or self._gap(behind).strip():
                break
            if not bare and value in _FACTORS and part:
                total, part, last = total + part * value, 0, value
            elif not bare and word in _TEENS and part < 10:
                part, last = part + 10, 10
            elif not bare and value == 100 and 3 <= part < 10:
                part, last = part * 100, 100
            elif bare and _may_follow(last, value):
                part, last = part + value, value
            else:
                break
            behind += 1
        value, behind = self._rest(total + part, last if last in _FACTORS else 100 * (last >= 100), behind)
        if not 0 < value <= MOST_PEOPLE:
            return None
        return Amount(value, value, place, behind, is_written_out=True, is_definite=is_definite)

    def _is_close(self, start: int, place: int) -> bool:
        """Tell whether no sentence ends between two words."""
        return not any(re.search(r"[.!?؟؛\n]", self._gap(number)) for number in range(start + 1, place + 1))

    def _is_plus(self, amount: Amount) -> bool:
        return "+" in self._gap(amount.behind)[:1] or self._gap(amount.first).endswith("+")


def _vague_word(word: str) -> str:
    """Return a word without its article, where the rest is one of `_MANY`: الاف has none, الالاف has."""
    return word.removeprefix("ال") if word.removeprefix("ال") in _MANY else word


def _may_follow(last: int, value: int) -> bool:
    """Tell whether a number word can be added to the one before: خمسة وعشرين, مئة وخمسة, never خمسة وستة."""
    if last in _FACTORS:
        return value < last
    if last >= 100:
        return value < 100
    return last < 10 and 20 <= value < 100 and value % 10 == 0


def _is_part(before: str, behind: str) -> bool:
    """Tell whether a number is one of a date, a time, a price or a percentage: 03/01/2018, 10:40, 5 %."""
    return (
        before[-1:] in {"/", "$", "€"}
        or behind[:1] in {"/", "$", "€"}
        or behind == ":"
        or "%" in behind[:2]
        or "٪" in behind[:2]
    )


@cache
def _phrases() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return the phrases that qualify a number, by their first word, also behind و, ف, ب and ل; the longest first."""
    by_first: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for kind, phrases in (("least", _AT_LEAST), ("less", _LESS_THAN), ("most", _AT_MOST), ("", _ABOUT)):
        for words in (tuple(normalize(phrase).split()) for phrase in phrases.split("|")):
            for proclitic in ("", "و", "ف", "ب", "ل"):
                by_first.setdefault(proclitic + words[0], []).append((kind, words))
    return {first: sorted(told, key=lambda phrase: -len(phrase[1])) for first, told in by_first.items()}


@cache
def _openers() -> frozenset[str]:
    """Return the words that an amount can begin with, beside digits."""
    plain = {*_values(), *_MANY, *(f"ال{word}" for word in (*_MANY, *_values())), *_PARTS}
    return frozenset({*plain, *(f"و{word}" for word in plain), *_phrases(), *_AHEAD})


@cache
def _values() -> dict[str, int]:
    """Return the words of numbers, folded, with what each stands for."""
    known = {normalize(word): value for word, value in NUMBER_WORDS.items() if value <= 2_000_000}
    return {**known, **{normalize(word): value for word, value in _MORE_WORDS.items()}, normalize("ألفا"): 1000}
