"""How many were killed and wounded, as a paragraph says it: مقتل 45 شخصا, سبعة جرحى, القتلى: 10, قتيلان, عشرات الضحايا.

A figure is what one phrase says, with its place; figures are never added up. They are read by the words of `words` in a
few shapes, each a method of `_Reader`. What fits none of them is left alone: a figure that is not read can be found by its
words still, a wrong one misleads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from analyzers.names import FIGURE_KINDS
from indexer.mentions import words
from indexer.mentions.numbers import Amount, Numbers, Words
from indexer.mentions.places import Places

Json = dict[str, Any]

DEAD, WOUNDED, VICTIMS = FIGURE_KINDS
MOST = 50
"""Figures of one paragraph."""
_BEFORE = 12
"""Words between the first of an amount and the word that tells what is counted."""
_AHEAD = 6
"""Words between عدد القتلى and إلى 30."""
_FAR = 14
"""Words between those and a number with people behind it: in between stand the place and the day."""
_YEARS = range(1900, 2100)
_STUCK = re.compile(r"\d[ء-ي]")
_PUNCTUATION = re.compile(r"[.!?؟؛:،,\n]")
_SENTENCE_END = re.compile(r"[.!?؟؛\n]")


class Figure(NamedTuple):
    """How many of a kind, and the span of the folded text that says it."""

    kind: str
    low: int
    high: int | None
    start: int
    end: int

    def told(self, places: Places) -> Json:
        """Return the figure as a paragraph holds it."""
        return {"kind": self.kind, "low": self.low, "high": self.high, **places.told(self.start, self.end)}


class _Found(NamedTuple):
    """A figure, the first word behind it, and whether more people may be listed there: مقتل طفل وثلاث نساء."""

    figure: Figure
    behind: int
    goes_on: bool = False


def may_have_figures(folded: str, text_words: tuple[str, ...]) -> bool:
    """Tell whether a folded text, given its words, can have figures: a look-up, where most texts end."""
    # 12شهيد is one word there, and two here.
    return not words.triggers().isdisjoint(text_words) or _STUCK.search(folded) is not None


def figures_in(folded: str) -> list[Figure]:
    """Return the figures of a folded text in order, at most `MOST`."""
    found: list[Figure] = []
    for figure in _Reader(folded).figures():
        if not found or figure.start >= found[-1].end:
            found.append(figure)
        if len(found) == MOST:
            break
    return found


class _Reader:
    """Reads one text, from word to word."""

    def __init__(self, folded: str) -> None:
        self._words = Words(folded)
        self._numbers = Numbers(self._words)
        self._text, self._gap = self._words.text, self._words.gap

    def figures(self) -> Iterator[Figure]:
        """Yield the figures in order: one can begin where a number does, a little before a word that tells what is counted."""
        texts, known = self._words.texts, words.triggers()
        triggers = [place for place, text in enumerate(texts) if text in known]
        behind = 0
        for place in sorted({*triggers, *self._numbers.before(triggers, _BEFORE)}):
            if place < behind:
                continue
            found = self._found(place) if texts[place] in known else self._counted(place)
            while found:
                yield found.figure
                behind = found.behind
                found = self._further(found) if found.goes_on else None

    def _found(self, place: int) -> _Found | None:
        shapes = (self._event, self._labelled, self._met_their_fate, self._counted, self._two, self._single)
        return next((found for shape in shapes if (found := shape(place))), None)

    def _event(self, place: int) -> _Found | None:
        """مقتل 45 شخصا, أصيب ثلاثة من, مقتل وإصابة 20, مقتل طفلة."""
        event = self._kind(place)
        if event is None or self._has_not_happened(place):
            return None
        kind, is_strict = event
        at = place + 1
        if behind := self._killing_and_wounding(place):
            kind, at = VICTIMS, behind
        is_apart = self._text(at) in words.MEANWHILE
        amount = self._amount(at + is_apart)
        if amount is None:
            return self._without_amount(kind, place, at + is_apart)
        is_strict = is_strict or (is_apart and not amount.is_vague)
        behind = self._people(amount.behind)
        if between := self._dead_and_wounded(behind or amount.behind):
            return self._figure(VICTIMS, amount, place, between)
        is_told = behind or (not is_strict and self._may_count_people(kind, amount))
        is_none = amount.low == 1 and self._is_denied(place)  # لم يقتل أحد
        is_ill = kind == WOUNDED and self._text(behind or amount.behind) in words.ILLNESS
        if not is_told or is_none or is_ill:
            return None
        return self._figure(kind, amount, place, behind or amount.behind, goes_on=True)

    def _kind(self, place: int) -> tuple[str, bool] | None:
        """Return the kind of an event, and whether only people are counted by its word."""
        known, word = words.attached(), self._text(place)
        if kind := known["event"].get(word) or known["verb"].get(word):
            return kind, False
        kind = known["strict"].get(word)
        if kind is None:
            return None
        takes_lives = word.endswith(("بحياه", "بارواح"))
        if takes_lives and not any(
            words.without_proclitic(text) in words.TAKING for text in self._words_before(place, 8)
        ):
            return None
        return kind, True

    def _killing_and_wounding(self, place: int) -> int:
        """Return the word behind مقتل وإصابة, قتل أو جرح and the like, 0 where that does not stand there."""
        one = words.without_proclitic(self._text(place))
        is_either = self._text(place + 1) == "او"
        other = self._text(place + 2) if is_either else self._text(place + 1).removeprefix("و")
        if not is_either and other == self._text(place + 1):
            return 0
        pairs = (words.KILLING, words.WOUNDING), (words.WOUNDING, words.KILLING)
        if not any(one in first and other in second for first, second in pairs):
            return 0
        return place + (3 if is_either else 2)

    def _without_amount(self, kind: str, place: int, at: int) -> _Found | None:
        """Read an event without a number behind it: one or two persons, or a number behind who did it and when."""
        is_active = words.without_proclitic(self._text(place)) in words.ACTIVE
        is_verb = is_active or self._text(place) in words.attached()["verb"]
        if is_verb and (later := self._later(at, or_one=is_active)):
            amount, behind = later
            return self._figure(kind, amount, place, behind, goes_on=True)
        persons = (
            None if is_active else self._persons(at) or self._the_one(at) or (self._object(at) if is_verb else None)
        )
        if persons is None or self._is_denied(place):
            return None
        return self._figure(kind, persons, place, persons.behind, goes_on=True)

    def _later(self, place: int, *, or_one: bool = False) -> tuple[Amount, int] | None:
        """Return an amount of people some words on, and the word behind them: قتلت قوات النظام 12 مدنيا, قتل أمس 3 أطفال."""
        for at in range(place, min(place + _FAR, len(self._words.texts))):
            text = self._text(at)
            is_apart = at > place and (text in words.ELSEWHERE or text.startswith("و"))
            if is_apart or _PUNCTUATION.search(self._gap(at)) or self._is_trigger(at):
                return None
            if at > place and (amount := self._amount(at)) and (behind := self._people(amount.behind)):
                return amount, behind
            if at > place and or_one and (persons := self._persons(at) or self._object(at)):
                return persons, persons.behind
        return None

    def _object(self, place: int) -> Amount | None:
        """Return one person by the ending of an object: عضوا."""
        word = self._text(place)
        return _few(1, place, place + 1) if word.endswith("ا") and words.people().get(word) == "many" else None

    def _the_one(self, place: int) -> Amount | None:
        """Return one person who is named: الشاب محمد."""
        is_named = self._text(place) in words.THE_ONE and not self._gap(place).strip()
        return _few(1, place, place + 1) if is_named else None

    def _further(self, before: _Found) -> _Found | None:
        """Return the next ones of a list of people: مقتل طفل وثلاث نساء."""
        figure, place, _ = before
        place += 2 if self._text(place) == "برتبه" else 0
        word = self._text(place)
        if not word.startswith("و") or self._gap(place).strip():
            return None
        amount = self._amount(place + 1) if word == "و" else self._amount(place)
        if amount is None:
            return self._one_more(figure, place)
        behind = self._people(amount.behind)
        if not behind or self._is_passive(behind) or self._casualties(behind)[0]:
            return None
        return self._figure(figure.kind, amount, place, behind, goes_on=True)

    def _one_more(self, figure: Figure, place: int) -> _Found | None:
        """Return the next of a list where no number stands before it: وطفلة, ورجلا واحدا, وجريح."""
        word, following = self._text(place)[1:], self._text(place + 1)
        if kind := words.roles()["two"].get(word):
            return self._figure(kind, _few(2, place, place + 1), place, place + 1)
        if word in words.singulars() and figure.high in {1, 2}:
            return self._figure(words.roles()["noun"][word], _few(1, place, place + 1), place, place + 1)
        is_told = following in {"واحد", "واحدا", "واحده"}
        count = {"one": 1, "two": 2, "many": 1 if is_told else 0}.get(words.people().get(word, ""), 0)
        # The two nouns of اثنا عشر فتى وفتاة are counted by one number.
        if not count or (count == 1 and figure.low > 10 and not is_told):
            return None
        behind = place + 1 + is_told
        return self._figure(figure.kind, _few(count, place, behind), place, behind, goes_on=True)

    def _may_count_people(self, kind: str, amount: Amount) -> bool:
        """Tell whether an amount without people behind it counts people all the same."""
        behind = amount.behind
        word = self._text(behind)
        if self._is_measured(behind) or _is_like_a_year(amount):
            return False
        if behind >= len(self._words.texts) or self._gap(behind).strip():
            return True
        if words.without_proclitic(word) in words.COMMON:
            return True
        return kind == DEAD or word.startswith(("ب", "و"))

    def _labelled(self, place: int) -> _Found | None:
        """القتلى: 10, القتلى المبلغ عنهم: 45, ارتفع عدد القتلى إلى 30, حصيلة قتلى الهجوم 25."""
        word, is_counted = self._text(place), self._is_counted(place)
        kind = words.attached()["label"].get(word)
        if kind is None and is_counted and word in words.plurals():
            kind = words.roles()["noun"][word]
        if kind is None:
            return None
        amount = None if self._text(place - 1) in words.GOVERNING else self._behind_colon(place + 1)
        if amount is None and (is_counted or self._text(place + 1) in words.EXCEEDED):
            amount = self._reached(place + 1)
        if amount is None or self._is_measured(amount.behind) or _is_like_a_year(amount):
            return None
        noun, behind = self._casualties(amount.behind)
        return self._figure(noun or kind, amount, place, behind if noun else amount.behind)

    def _behind_colon(self, place: int) -> Amount | None:
        """Return the amount behind the colon of a heading, which may say more: القتلى الذين تم الإبلاغ عنهم: 69."""
        for at in range(place, place + _AHEAD):
            gap = self._gap(at)
            if ":" in gap:
                amount = self._amount(at) or self._persons(at, apart=":")
                return amount if amount and self._ends_an_item(amount.behind) else None
            if _PUNCTUATION.search(gap) or self._is_trigger(at) or self._text(at)[:1].isdigit():
                return None
        return None

    def _ends_an_item(self, place: int) -> bool:
        """Tell whether a number before a word is all that a heading tells: no list of names begins, nothing else is counted."""
        word, gap = self._text(place), self._gap(place)
        if not word:
            return True
        if gap[:1] in {"-", "–", "."} and not gap.startswith(". ") and "\n" not in gap:
            return False
        is_free = bool(gap.strip()) or word.startswith("ال") or word[:1].isdigit()
        is_known = word in words.people() or word in words.COMMON or self._is_trigger(place)
        return is_free or is_known or self._casualties(place)[0] is not None

    def _is_counted(self, place: int) -> bool:
        return any(words.without_proclitic(word) in words.COUNTED for word in self._words_before(place, 2))

    def _reached(self, place: int) -> Amount | None:
        """Return the amount behind the word that says that a count reached it; of من 20 إلى 35 the second."""
        for at in range(place, min(place + _FAR, len(self._words.texts))):
            if _SENTENCE_END.search(self._gap(at)) or ":" in self._gap(at) or self._is_trigger(at):
                return None
            if self._text(at) == "من" or self._text(at - 1) == "من":
                continue
            if at == place and (amount := self._amount(at)):
                return amount
            is_near = at < place + _AHEAD and self._text(at) in words.REACHED
            if is_near and (amount := self._amount(at) or self._amount(at + 1)):
                return amount
            if (amount := self._amount(at)) and (self._people(amount.behind) or self._ends_here(amount.behind)):
                return amount
        return None

    def _ends_here(self, place: int) -> bool:
        return place >= len(self._words.texts) or bool(_PUNCTUATION.search(self._gap(place)))

    def _met_their_fate(self, place: int) -> _Found | None:
        """لقي 12 شخصا مصرعهم."""
        if words.without_proclitic(self._text(place)) not in words.MET:
            return None
        amount = self._amount(place + 1) or self._persons(place + 1)
        if amount is None:
            return None
        behind = self._people(amount.behind) or amount.behind
        ahead = range(behind, behind + _AHEAD + 2)
        is_told = any(words.FATE.fullmatch(self._text(at)) for at in ahead)
        return self._figure(DEAD, amount, place, behind, goes_on=True) if is_told else None

    def _counted(self, place: int) -> _Found | None:
        """سبعة جرحى, 18 ضحية, 3 حالات وفاة, عشرات القتلى, 20 قتيلا وجريحا."""
        amount = self._amount(place)
        if amount is None:
            return None
        kind, behind = self._casualties(amount.behind, is_vague=amount.is_vague)
        if kind is None and self._is_one_of_a_list(place) and (kind := self._is_passive(amount.behind)):
            return self._figure(kind, amount, place, amount.behind + 1)
        if kind is None:
            return self._people_counted(amount, place)
        is_a_year = _is_like_a_year(amount) and self._text(amount.behind) in words.plurals()
        is_ill = kind == WOUNDED and self._text(behind) in words.ILLNESS
        is_none = is_a_year or is_ill or self._has_not_happened(place)
        return None if is_none else self._figure(kind, amount, place, behind)

    def _is_one_of_a_list(self, place: int) -> bool:
        """Tell whether و stands before a number: then people were named before it, as in و1946 أصيبوا."""
        return self._text(place).startswith("و") or self._text(place - 1) == "و"

    def _people_counted(self, amount: Amount, place: int) -> _Found | None:
        """12 مدنيا قتلوا, 30 شخصا بين قتيل وجريح, 5 أطفال لقوا مصرعهم."""
        behind = self._people(amount.behind) or self._of_some(amount.behind)
        if not behind:
            return None
        is_least, behind = self._numbers.after(behind)
        amount = amount.at_least() if is_least else amount
        behind = self._among_them(behind)
        if between := self._dead_and_wounded(behind):
            return self._figure(VICTIMS, amount, place, between)
        if kind := self._is_passive(behind):
            return self._figure(kind, amount, place, behind + 1)
        if self._text(behind) in words.MET and words.FATE.fullmatch(self._text(behind + 1)):
            return self._figure(DEAD, amount, place, behind + 2)
        return None

    def _is_passive(self, place: int) -> str | None:
        """Return the kind of a verb behind people that tells what became of them, None where they did it to others."""
        word, following = self._text(place), place + 1
        kind = words.attached()["after"].get(word)
        if kind is None:
            return None
        if words.without_proclitic(word) == "قضوا":
            return kind if self._text(following) in words.HOW else None
        did_it = self._amount(following) or self._text(following) in words.people() or self._casualties(following)[0]
        return None if did_it and not self._gap(following).strip() else kind

    def _of_some(self, place: int) -> int:
        """Return the word behind من سكانها in خمسة آلاف من سكانها قُتلوا, 0 where no verb of the dead or wounded follows."""
        return place + 2 if self._text(place) == "من" and self._is_passive(place + 2) else 0

    def _among_them(self, place: int) -> int:
        """Return the word behind بينهم 49 طفلا, where a verb follows that is of all of them; else the same word."""
        at = place + (self._text(place) == "من")
        if self._text(at) not in words.AMONG:
            return place
        amount = self._amount(at + 1)
        behind = self._people(amount.behind) if amount else self._persons_behind(at + 1)
        return behind if behind and self._is_passive(behind) else place

    def _persons_behind(self, place: int) -> int:
        persons = self._persons(place)
        return persons.behind if persons else 0

    def _two(self, place: int) -> _Found | None:
        """قتيلان."""
        kind = words.attached()["two"].get(self._text(place))
        if kind is None or self._is_denied(place):
            return None
        return self._figure(kind, _few(2, place, place + 1), place, place + 1, goes_on=True)

    def _single(self, place: int) -> _Found | None:
        """قتيل واحد, سقط شهيد, قتيل و3 جرحى."""
        word = self._text(place)
        kind = words.attached()["noun"].get(word)
        if kind is None or self._is_denied(place):
            return None
        if self._text(place + 1) in {"واحد", "واحده"}:
            return self._figure(kind, _few(1, place, place + 1), place, place + 2)
        if words.without_proclitic(word) not in words.singulars():
            return None
        fell = words.without_proclitic(self._text(place - 1)) in words.FELL
        is_told = fell or (self._others_follow(place + 1) and self._text(place - 1) not in {"بين", "كل", "اي"})
        return self._figure(kind, _few(1, place, place + 1), place, place + 1, goes_on=True) if is_told else None

    def _others_follow(self, place: int) -> bool:
        """Tell whether a number of casualties follows by و: قتيل و3 جرحى, شهيد وجريحان."""
        word = self._text(place)
        if not word.startswith("و") or self._gap(place).strip():
            return False
        if word[1:] in words.roles()["two"] or word[1:] in words.singulars():
            return True
        amount = self._amount(place + 1) if word == "و" else self._amount(place)
        return bool(amount and self._casualties(amount.behind)[0])

    def _casualties(self, place: int, *, is_vague: bool = False) -> tuple[str | None, int]:
        """Return the kind of what is counted, and the word behind it: جرحى, من الضحايا, حالة وفاة, قتيلا وجريحا."""
        plain = words.roles()
        if self._gap(place).strip(words.BRACKETS):
            return None, place
        if self._text(place) in {"حاله", "حالات"}:
            place += 1
            if kind := plain["event"].get(self._text(place)) or plain["verb"].get(self._text(place)):
                return kind, place + 1
        if self._text(place) == "من" and (kind := plain["label"].get(self._text(place + 1))):
            return kind, place + 2
        word = self._text(place)
        kind = plain["noun"].get(word) or (plain["label"].get(word) if is_vague else None)
        if kind is None:
            return None, place
        other = self._text(place + 1)
        # Of 5 قتلى وإصابات only the first is counted, of 20 قتيلا وجريحا both are.
        if other.startswith("و") and (is_vague or other[1:] in words.singulars()):
            joined = plain["noun"].get(other[1:]) or plain["label"].get(other[1:])
            if joined not in {None, kind} and other[1:] not in plain["event"]:
                return VICTIMS, place + 2
        return kind, place + 1

    def _dead_and_wounded(self, place: int) -> int:
        """Return the word behind بين قتيل وجريح, 0 where that does not stand there."""
        place += self._text(place) == "ما"
        one, other = self._text(place + 1), self._text(place + 2)
        nouns = words.roles()["noun"]
        kinds = {nouns.get(one), nouns.get(other.removeprefix("و"))}
        return place + 3 if self._text(place) == "بين" and kinds == {DEAD, WOUNDED} else 0

    def _persons(self, place: int, apart: str = "") -> Amount | None:
        """Return one or two where persons stand there without a number: طفلة, شخصين, شخص واحد, مدنيين اثنين."""
        word, following = self._text(place), self._text(place + 1)
        number = words.people().get(word)
        if number is None or self._gap(place).strip() != apart:
            return None
        if number == "many":
            is_another = word in {"اخر", "اخري"} and (
                not following or self._gap(place + 1).strip() or following.startswith("ب")
            )
            count = 1 if is_another else 2 if following in {"اثنين", "اثنان"} else 0
            return _few(count, place, place + 1 + (count == 2)) if count else None
        behind = place + (2 if following in {"واحد", "واحده", "اثنان", "اثنين"} else 1)
        return _few(1 if number == "one" else 2, place, behind)

    def _people(self, place: int) -> int:
        """Return the word behind one for people, 0 where there is none: شخصا, من المدنيين, آخرين."""
        people = words.people()
        if self._gap(place).strip(words.BRACKETS):
            return 0
        if self._text(place) == "من" and self._text(place + 1).removeprefix("ال") in people:
            return place + 2
        if self._text(place) not in people:
            return 0
        return place + 2 if self._text(place + 1) in {"اخرين", "اخرون"} else place + 1

    def _amount(self, place: int) -> Amount | None:
        """Return the amount at a word, None where what stands around says that no people are counted: شارع الستين, عام 2014."""
        amount = self._numbers.amount(place)
        if amount is None:
            return None
        before, behind = self._text(place - 1), self._text(amount.behind)
        is_close = not self._gap(place).strip()
        if is_close and before in words.NUMBERED:
            return None
        if is_close and _is_like_a_year(amount) and (before in words.OF_A_YEAR or before in words.months()):
            return None
        is_definite = amount.is_definite and amount.first == amount.behind - 1 and before not in words.REACHED
        is_part = behind in words.PERCENT or (behind == "في" and self._text(amount.behind + 1) in words.OF_A_HUNDRED)
        return None if is_definite or is_part else amount

    def _figure(self, kind: str, amount: Amount, place: int, behind: int, *, goes_on: bool = False) -> _Found:
        is_least, behind = self._numbers.after(behind)
        spans = self._words.spans
        high = None if is_least else amount.high
        return _Found(Figure(kind, amount.low, high, spans[place][0], spans[behind - 1][1]), behind, goes_on)

    def _is_measured(self, place: int) -> bool:
        """Tell whether something else than people is counted: hours, houses, or the days of a month."""
        return (self._text(place) in words.MEASURES or self._text(place) in words.months()) and not self._gap(
            place
        ).strip()

    def _words_before(self, place: int, most: int) -> Iterator[str]:
        """Yield the words before one, the nearest first, as far as no punctuation stands between."""
        for at in range(place, max(0, place - most), -1):
            if _PUNCTUATION.search(self._gap(at)):
                return
            yield self._text(at - 1)

    def _is_denied(self, place: int) -> bool:
        return any(word in words.DENIED for word in self._words_before(place, 2))

    def _has_not_happened(self, place: int) -> bool:
        """Tell whether an event was tried, feared, ordered or denied: محاولة قتل 3 أشخاص, حكم بإعدام 30, نفى مقتل 5."""
        before = list(self._words_before(place, 8))
        is_sentence = self._text(place) in words.SENTENCE and any(word in words.SENTENCED for word in before[:4])
        is_planned = any(word in words.PLANNED for word in before[:2]) or any(
            word in words.FEARED for word in before[:4]
        )
        return is_sentence or is_planned or any(words.without_proclitic(word) in words.DENYING for word in before)

    def _is_trigger(self, place: int) -> bool:
        return self._text(place) in words.triggers()


def _few(count: int, first: int, behind: int) -> Amount:
    return Amount(count, count, first, behind, is_written_out=True)


def _is_like_a_year(amount: Amount) -> bool:
    return amount.low == amount.high and amount.low in _YEARS and not amount.is_written_out
