"""The phrases that figures are made of: people, casualties and amounts, and what stands around them that makes them none.

`figures` puts them together. A method that is asked for a place returns what begins there; the word behind a phrase is a
place too, and 0 where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzers.names import FIGURE_KINDS
from indexer.mentions import words
from indexer.mentions.numbers import Amount, Numbers, Words

DEAD, WOUNDED, VICTIMS = FIGURE_KINDS
PUNCTUATION = re.compile(r"[.!?؟؛:،,\n]")
_YEARS = range(1900, 2100)


class Phrases:
    """The phrases of one folded text, by the places of its words."""

    def __init__(self, folded: str) -> None:
        self.tokens = Words(folded)
        self.numbers = Numbers(self.tokens)
        self.text, self.gap = self.tokens.text, self.tokens.gap

    def casualties(self, place: int, *, is_vague: bool = False) -> tuple[str | None, int]:
        """Return the kind of what is counted, and the word behind it: جرحى, من الضحايا, حالة وفاة, قتيلا وجريحا."""
        plain = words.roles()
        if self.gap(place).strip(words.BRACKETS):
            return None, place
        if self.text(place) in {"حاله", "حالات"}:
            place += 1
            if kind := plain["event"].get(self.text(place)) or plain["verb"].get(self.text(place)):
                return kind, place + 1
        if self.text(place) == "من" and (kind := plain["label"].get(self.text(place + 1))):
            return kind, place + 2
        word = self.text(place)
        kind = plain["noun"].get(word) or (plain["label"].get(word) if is_vague else None)
        if kind is None:
            return None, place
        other = self.text(place + 1)
        # Of 5 قتلى وإصابات only the first is counted, of 20 قتيلا وجريحا both are.
        if other.startswith("و") and (is_vague or other[1:] in words.singulars()):
            joined = plain["noun"].get(other[1:]) or plain["label"].get(other[1:])
            if joined not in {None, kind} and other[1:] not in plain["event"]:
                return VICTIMS, place + 2
        return kind, place + 1

    def dead_and_wounded(self, place: int) -> int:
        """Return the word behind بين قتيل وجريح, 0 where that does not stand there."""
        place += self.text(place) == "ما"
        one, other = self.text(place + 1), self.text(place + 2)
        nouns = words.roles()["noun"]
        kinds = {nouns.get(one), nouns.get(other.removeprefix("و"))}
        return place + 3 if self.text(place) == "بين" and kinds == {DEAD, WOUNDED} else 0

    def persons(self, place: int, apart: str = "") -> Amount | None:
        """Return one or two where persons stand there without a number: طفلة, شخصين, شخص واحد, مدنيين اثنين."""
        word, following = self.text(place), self.text(place + 1)
        number = words.people().get(word)
        if number is None or self.gap(place).strip() != apart:
            return None
        if number == "many":
            is_another = word in {"اخر", "اخري"} and (
                not following or self.gap(place + 1).strip() or following.startswith("ب")
            )
            count = 1 if is_another else 2 if following in {"اثنين", "اثنان"} else 0
            return few(count, place, place + 1 + (count == 2)) if count else None
        behind = place + (2 if following in {"واحد", "واحده", "اثنان", "اثنين"} else 1)
        return few(1 if number == "one" else 2, place, behind)

    def persons_behind(self, place: int) -> int:
        """Return the word behind one or two persons without a number, 0 where there are none."""
        persons = self.persons(place)
        return persons.behind if persons else 0

    def object(self, place: int) -> Amount | None:
        """Return one person by the ending of an object: عضوا."""
        word = self.text(place)
        return few(1, place, place + 1) if word.endswith("ا") and words.people().get(word) == "many" else None

    def the_one(self, place: int) -> Amount | None:
        """Return one person who is named: الشاب محمد."""
        is_named = self.text(place) in words.THE_ONE and not self.gap(place).strip()
        return few(1, place, place + 1) if is_named else None

    def people(self, place: int) -> int:
        """Return the word behind one for people, 0 where there is none: شخصا, من المدنيين, آخرين."""
        people = words.people()
        if self.gap(place).strip(words.BRACKETS):
            return 0
        if self.text(place) == "من" and self.text(place + 1).removeprefix("ال") in people:
            return place + 2
        if self.text(place) not in people:
            return 0
        return place + 2 if self.text(place + 1) in {"اخرين", "اخرون"} else place + 1

    def amount(self, place: int) -> Amount | None:
        """Return the amount at a word, None where what stands around says that no people are counted: شارع الستين, عام 2014."""
        amount = self.numbers.amount(place)
        if amount is None:
            return None
        before, behind = self.text(place - 1), self.text(amount.behind)
        is_close = not self.gap(place).strip()
        if is_close and before in words.NUMBERED:
            return None
        if is_close and is_like_a_year(amount) and (before in words.OF_A_YEAR or before in words.months()):
            return None
        is_definite = amount.is_definite and amount.first == amount.behind - 1 and before not in words.REACHED
        is_part = behind in words.PERCENT or (behind == "في" and self.text(amount.behind + 1) in words.OF_A_HUNDRED)
        return None if is_definite or is_part else amount

    def is_passive(self, place: int) -> str | None:
        """Return the kind of a verb behind people that tells what became of them, None where they did it to others."""
        word, following = self.text(place), place + 1
        kind = words.attached()["after"].get(word)
        if kind is None:
            return None
        if words.without_proclitic(word) == "قضوا":
            return kind if self.text(following) in words.HOW else None
        did_it = self.amount(following) or self.text(following) in words.people() or self.casualties(following)[0]
        return None if did_it and not self.gap(following).strip() else kind

    def is_measured(self, place: int) -> bool:
        """Tell whether something else than people is counted: hours, houses, or the days of a month."""
        return (self.text(place) in words.MEASURES or self.text(place) in words.months()) and not self.gap(
            place
        ).strip()

    def words_before(self, place: int, most: int) -> Iterator[str]:
        """Yield the words before one, the nearest first, as far as no punctuation stands between."""
        for at in range(place, max(0, place - most), -1):
            if PUNCTUATION.search(self.gap(at)):
                return
            yield self.text(at - 1)

    def is_denied(self, place: int) -> bool:
        """Tell whether it is said right before a word that there was none: لم يقتل أحد."""
        return any(word in words.DENIED for word in self.words_before(place, 2))

    def has_not_happened(self, place: int) -> bool:
        """Tell whether an event was tried, feared, ordered or denied: محاولة قتل 3 أشخاص, حكم بإعدام 30, نفى مقتل 5."""
        before = list(self.words_before(place, 8))
        is_sentence = self.text(place) in words.SENTENCE and any(word in words.SENTENCED for word in before[:4])
        is_planned = any(word in words.PLANNED for word in before[:2]) or any(
            word in words.FEARED for word in before[:4]
        )
        return is_sentence or is_planned or any(words.without_proclitic(word) in words.DENYING for word in before)

    def is_trigger(self, place: int) -> bool:
        """Tell whether a word is one of casualties."""
        return self.text(place) in words.triggers()

    def ends_here(self, place: int) -> bool:
        """Tell whether the text or a part of its sentence ends before a word."""
        return place >= len(self.tokens.texts) or bool(PUNCTUATION.search(self.gap(place)))


def few(count: int, first: int, behind: int) -> Amount:
    """Return an amount that no number tells: one or two."""
    return Amount(count, count, first, behind, is_written_out=True)


def is_like_a_year(amount: Amount) -> bool:
    """Tell whether an amount may be a year: 2014 in digits."""
    return amount.low == amount.high and amount.low in _YEARS and not amount.is_written_out
