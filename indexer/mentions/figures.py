"""How many were killed and wounded, as a paragraph says it: مقتل 45 شخصا, سبعة جرحى, القتلى: 10, قتيلان, عشرات الضحايا.

A figure is what one phrase says, with its place; figures are never added up. They are read by the words of `words` in a
few shapes, each a method of `_Reader`. What fits none of them is left alone: a figure that is not read can be found by its
words still, a wrong one misleads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from indexer.mentions import words
from indexer.mentions.numbers import Amount
from indexer.mentions.phrases import DEAD, PUNCTUATION, VICTIMS, WOUNDED, Phrases, few, is_like_a_year
from indexer.mentions.places import Places

Json = dict[str, Any]

MOST = 50
"""Figures of one paragraph."""
_BEFORE = 12
"""Words between the first of an amount and the word that tells what is counted."""
_AHEAD = 6
"""Words between عدد القتلى and إلى 30."""
_FAR = 14
"""Words between those and a number with people behind it: in between stand the place and the day."""
_STUCK = re.compile(r"\d[ء-ي]")
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


class _Reader(Phrases):
    """Reads one text, from word to word."""

    def figures(self) -> Iterator[Figure]:
        """Yield the figures in order: one can begin where a number does, a little before a word that tells what is counted."""
        texts, known = self.tokens.texts, words.triggers()
        triggers = [place for place, text in enumerate(texts) if text in known]
        behind = 0
        for place in sorted({*triggers, *self.numbers.before(triggers, _BEFORE)}):
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
        if event is None or self.has_not_happened(place):
            return None
        kind, is_strict = event
        at = place + 1
        if behind := self._killing_and_wounding(place):
            kind, at = VICTIMS, behind
        is_apart = self.text(at) in words.MEANWHILE
        amount = self.amount(at + is_apart)
        if amount is None:
            return self._without_amount(kind, place, at + is_apart)
        is_strict = is_strict or (is_apart and not amount.is_vague)
        behind = self.people(amount.behind)
        if between := self.dead_and_wounded(behind or amount.behind):
            return self._figure(VICTIMS, amount, place, between)
        is_told = behind or (not is_strict and self._may_count_people(kind, amount))
        is_none = amount.low == 1 and self.is_denied(place)  # لم يقتل أحد
        is_ill = kind == WOUNDED and self.text(behind or amount.behind) in words.ILLNESS
        if not is_told or is_none or is_ill:
            return None
        return self._figure(kind, amount, place, behind or amount.behind, goes_on=True)

    def _kind(self, place: int) -> tuple[str, bool] | None:
        """Return the kind of an event, and whether only people are counted by its word."""
        known, word = words.attached(), self.text(place)
        if kind := known["event"].get(word) or known["verb"].get(word):
            return kind, False
        kind = known["strict"].get(word)
        if kind is None:
            return None
        takes_lives = word.endswith(("بحياه", "بارواح"))
        if takes_lives and not any(
            words.without_proclitic(text) in words.TAKING for text in self.words_before(place, 8)
        ):
            return None
        return kind, True

    def _killing_and_wounding(self, place: int) -> int:
        """Return the word behind مقتل وإصابة, قتل أو جرح and the like, 0 where that does not stand there."""
        one = words.without_proclitic(self.text(place))
        is_either = self.text(place + 1) == "او"
        other = self.text(place + 2) if is_either else self.text(place + 1).removeprefix("و")
        if not is_either and other == self.text(place + 1):
            return 0
        pairs = (words.KILLING, words.WOUNDING), (words.WOUNDING, words.KILLING)
        if not any(one in first and other in second for first, second in pairs):
            return 0
        return place + (3 if is_either else 2)

    def _without_amount(self, kind: str, place: int, at: int) -> _Found | None:
        """Read an event without a number behind it: one or two persons, or a number behind who did it and when."""
        is_active = words.without_proclitic(self.text(place)) in words.ACTIVE
        is_verb = is_active or self.text(place) in words.attached()["verb"]
        if is_verb and (later := self._later(at, or_one=is_active)):
            amount, behind = later
            return self._figure(kind, amount, place, behind, goes_on=True)
        persons = None if is_active else self.persons(at) or self.the_one(at) or (self.object(at) if is_verb else None)
        if persons is None or self.is_denied(place):
            return None
        return self._figure(kind, persons, place, persons.behind, goes_on=True)

    def _later(self, place: int, *, or_one: bool = False) -> tuple[Amount, int] | None:
        """Return an amount of people some words on, and the word behind them: قتلت قوات النظام 12 مدنيا, قتل أمس 3 أطفال."""
        for at in range(place, min(place + _FAR, len(self.tokens.texts))):
            text = self.text(at)
            is_apart = at > place and (text in words.ELSEWHERE or text.startswith("و"))
            if is_apart or PUNCTUATION.search(self.gap(at)) or self.is_trigger(at):
                return None
            if at > place and (amount := self.amount(at)) and (behind := self.people(amount.behind)):
                return amount, behind
            if at > place and or_one and (persons := self.persons(at) or self.object(at)):
                return persons, persons.behind
        return None

    def _further(self, before: _Found) -> _Found | None:
        """Return the next ones of a list of people: مقتل طفل وثلاث نساء."""
        figure, place, _ = before
        place += 2 if self.text(place) == "برتبه" else 0
        word = self.text(place)
        if not word.startswith("و") or self.gap(place).strip():
            return None
        amount = self.amount(place + 1) if word == "و" else self.amount(place)
        if amount is None:
            return self._one_more(figure, place)
        behind = self.people(amount.behind)
        if not behind or self.is_passive(behind) or self.casualties(behind)[0]:
            return None
        return self._figure(figure.kind, amount, place, behind, goes_on=True)

    def _one_more(self, figure: Figure, place: int) -> _Found | None:
        """Return the next of a list where no number stands before it: وطفلة, ورجلا واحدا, وجريح."""
        word, following = self.text(place)[1:], self.text(place + 1)
        if kind := words.roles()["two"].get(word):
            return self._figure(kind, few(2, place, place + 1), place, place + 1)
        if word in words.singulars() and figure.high in {1, 2}:
            return self._figure(words.roles()["noun"][word], few(1, place, place + 1), place, place + 1)
        is_told = following in {"واحد", "واحدا", "واحده"}
        count = {"one": 1, "two": 2, "many": 1 if is_told else 0}.get(words.people().get(word, ""), 0)
        # The two nouns of اثنا عشر فتى وفتاة are counted by one number.
        if not count or (count == 1 and figure.low > 10 and not is_told):
            return None
        behind = place + 1 + is_told
        return self._figure(figure.kind, few(count, place, behind), place, behind, goes_on=True)

    def _may_count_people(self, kind: str, amount: Amount) -> bool:
        """Tell whether an amount without people behind it counts people all the same."""
        behind = amount.behind
        word = self.text(behind)
        if self.is_measured(behind) or is_like_a_year(amount):
            return False
        if behind >= len(self.tokens.texts) or self.gap(behind).strip():
            return True
        if words.without_proclitic(word) in words.COMMON:
            return True
        return kind == DEAD or word.startswith(("ب", "و"))

    def _labelled(self, place: int) -> _Found | None:
        """القتلى: 10, القتلى المبلغ عنهم: 45, ارتفع عدد القتلى إلى 30, حصيلة قتلى الهجوم 25."""
        word, is_counted = self.text(place), self._is_counted(place)
        kind = words.attached()["label"].get(word)
        if kind is None and is_counted and word in words.plurals():
            kind = words.roles()["noun"][word]
        if kind is None:
            return None
        amount = None if self.text(place - 1) in words.GOVERNING else self._behind_colon(place + 1)
        if amount is None and (is_counted or self.text(place + 1) in words.EXCEEDED):
            amount = self._reached(place + 1)
        if amount is None or self.is_measured(amount.behind) or is_like_a_year(amount):
            return None
        noun, behind = self.casualties(amount.behind)
        return self._figure(noun or kind, amount, place, behind if noun else amount.behind)

    def _behind_colon(self, place: int) -> Amount | None:
        """Return the amount behind the colon of a heading, which may say more: القتلى الذين تم الإبلاغ عنهم: 69."""
        for at in range(place, place + _AHEAD):
            gap = self.gap(at)
            if ":" in gap:
                amount = self.amount(at) or self.persons(at, apart=":")
                return amount if amount and self._ends_an_item(amount.behind) else None
            if PUNCTUATION.search(gap) or self.is_trigger(at) or self.text(at)[:1].isdigit():
                return None
        return None

    def _ends_an_item(self, place: int) -> bool:
        """Tell whether a number before a word is all that a heading tells: no list of names begins, nothing else is counted."""
        word, gap = self.text(place), self.gap(place)
        if not word:
            return True
        if gap[:1] in {"-", "–", "."} and not gap.startswith(". ") and "\n" not in gap:
            return False
        is_free = bool(gap.strip()) or word.startswith("ال") or word[:1].isdigit()
        is_known = word in words.people() or word in words.COMMON or self.is_trigger(place)
        return is_free or is_known or self.casualties(place)[0] is not None

    def _is_counted(self, place: int) -> bool:
        return any(words.without_proclitic(word) in words.COUNTED for word in self.words_before(place, 2))

    def _reached(self, place: int) -> Amount | None:
        """Return the amount behind the word that says that a count reached it; of من 20 إلى 35 the second."""
        for at in range(place, min(place + _FAR, len(self.tokens.texts))):
            if _SENTENCE_END.search(self.gap(at)) or ":" in self.gap(at) or self.is_trigger(at):
                return None
            if self.text(at) == "من" or self.text(at - 1) == "من":
                continue
            if at == place and (amount := self.amount(at)):
                return amount
            is_near = at < place + _AHEAD and self.text(at) in words.REACHED
            if is_near and (amount := self.amount(at) or self.amount(at + 1)):
                return amount
            if (amount := self.amount(at)) and (self.people(amount.behind) or self.ends_here(amount.behind)):
                return amount
        return None

    def _met_their_fate(self, place: int) -> _Found | None:
        """لقي 12 شخصا مصرعهم."""
        if words.without_proclitic(self.text(place)) not in words.MET:
            return None
        amount = self.amount(place + 1) or self.persons(place + 1)
        if amount is None:
            return None
        behind = self.people(amount.behind) or amount.behind
        ahead = range(behind, behind + _AHEAD + 2)
        is_told = any(words.FATE.fullmatch(self.text(at)) for at in ahead)
        return self._figure(DEAD, amount, place, behind, goes_on=True) if is_told else None

    def _counted(self, place: int) -> _Found | None:
        """سبعة جرحى, 18 ضحية, 3 حالات وفاة, عشرات القتلى, 20 قتيلا وجريحا."""
        amount = self.amount(place)
        if amount is None:
            return None
        kind, behind = self.casualties(amount.behind, is_vague=amount.is_vague)
        if kind is None and self._is_one_of_a_list(place) and (kind := self.is_passive(amount.behind)):
            return self._figure(kind, amount, place, amount.behind + 1)
        if kind is None:
            return self._people_counted(amount, place)
        is_a_year = is_like_a_year(amount) and self.text(amount.behind) in words.plurals()
        is_ill = kind == WOUNDED and self.text(behind) in words.ILLNESS
        is_none = is_a_year or is_ill or self.has_not_happened(place)
        return None if is_none else self._figure(kind, amount, place, behind)

    def _is_one_of_a_list(self, place: int) -> bool:
        """Tell whether و stands before a number: then people were named before it, as in و1946 أصيبوا."""
        return self.text(place).startswith("و") or self.text(place - 1) == "و"

    def _people_counted(self, amount: Amount, place: int) -> _Found | None:
        """12 مدنيا قتلوا, 30 شخصا بين قتيل وجريح, 5 أطفال لقوا مصرعهم."""
        behind = self.people(amount.behind) or self._of_some(amount.behind)
        if not behind:
            return None
        is_least, behind = self.numbers.after(behind)
        amount = amount.at_least() if is_least else amount
        behind = self._among_them(behind)
        if between := self.dead_and_wounded(behind):
            return self._figure(VICTIMS, amount, place, between)
        if kind := self.is_passive(behind):
            return self._figure(kind, amount, place, behind + 1)
        if self.text(behind) in words.MET and words.FATE.fullmatch(self.text(behind + 1)):
            return self._figure(DEAD, amount, place, behind + 2)
        return None

    def _of_some(self, place: int) -> int:
        """Return the word behind من سكانها in خمسة آلاف من سكانها قُتلوا, 0 where no verb of the dead or wounded follows."""
        return place + 2 if self.text(place) == "من" and self.is_passive(place + 2) else 0

    def _among_them(self, place: int) -> int:
        """Return the word behind بينهم 49 طفلا, where a verb follows that is of all of them; else the same word."""
        at = place + (self.text(place) == "من")
        if self.text(at) not in words.AMONG:
            return place
        amount = self.amount(at + 1)
        behind = self.people(amount.behind) if amount else self.persons_behind(at + 1)
        return behind if behind and self.is_passive(behind) else place

    def _two(self, place: int) -> _Found | None:
        """قتيلان."""
        kind = words.attached()["two"].get(self.text(place))
        if kind is None or self.is_denied(place):
            return None
        return self._figure(kind, few(2, place, place + 1), place, place + 1, goes_on=True)

    def _single(self, place: int) -> _Found | None:
        """قتيل واحد, سقط شهيد, قتيل و3 جرحى."""
        word = self.text(place)
        kind = words.attached()["noun"].get(word)
        if kind is None or self.is_denied(place):
            return None
        if self.text(place + 1) in {"واحد", "واحده"}:
            return self._figure(kind, few(1, place, place + 1), place, place + 2)
        if words.without_proclitic(word) not in words.singulars():
            return None
        fell = words.without_proclitic(self.text(place - 1)) in words.FELL
        is_told = fell or (self._others_follow(place + 1) and self.text(place - 1) not in {"بين", "كل", "اي"})
        return self._figure(kind, few(1, place, place + 1), place, place + 1, goes_on=True) if is_told else None

    def _others_follow(self, place: int) -> bool:
        """Tell whether a number of casualties follows by و: قتيل و3 جرحى, شهيد وجريحان."""
        word = self.text(place)
        if not word.startswith("و") or self.gap(place).strip():
            return False
        if word[1:] in words.roles()["two"] or word[1:] in words.singulars():
            return True
        amount = self.amount(place + 1) if word == "و" else self.amount(place)
        return bool(amount and self.casualties(amount.behind)[0])

    def _figure(self, kind: str, amount: Amount, place: int, behind: int, *, goes_on: bool = False) -> _Found:
        is_least, behind = self.numbers.after(behind)
        high = None if is_least else amount.high
        return _Found(Figure(kind, amount.low, high, *self.tokens.span(place, behind)), behind, goes_on)
