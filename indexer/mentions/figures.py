"""How many were killed and wounded, as a paragraph says it: مقتل 45 شخصا, سبعة جرحى, القتلى: 10, قتيلان, عشرات الضحايا.

A figure is what one phrase says, with its place; figures are never added up. They are read by the words of two tables
(`casualties` and `people`) in six shapes: a word of the event and an amount behind it; an amount and casualties behind
it; the heading of a list; those who met their fate; a dual; one person. What fits none of them is left alone: a figure
that is not read can be found by its words still, a wrong one misleads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from analyzers.names import FIGURE_KINDS
from analyzers.normalize import normalize
from analyzers.tables import listed, read_table
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
_YEARS = range(1900, 2100)
_PROCLITICS = ("و", "ف", "ب", "ل", "وب", "ول", "فب", "ك")


def _folded(words: str) -> frozenset[str]:
    return frozenset(normalize(words).split())


_DENIED = _folded("لم لا دون بدون عدم نفي لن محاوله ليس اي احتمال خطر هدد كاد")
_FELL = _folded("سقط سقوط ارتقي ارتقاء انتشال وقوع")
_COUNTED = _folded("عدد عددهم اعداد حصيله اجمالي مجموع تعداد")
_EXCEEDED = _folded("تجاوز تجاوزوا يتجاوزون بلغ بلغوا")
_REACHED = _folded("الي بلغ بلغت بلغوا تجاوز تجاوزوا يتجاوزون تجاوزت يتجاوز فاق يبلغ كان هو ب نحو حوالي يقارب قرابه")
_AMONG = _folded("بينهم منهم بينها")
_FATE = re.compile(r"(?:حتف|مصرع)(?:ه|ها|هم|هما|هن)")
_MET = _folded("لقي لقيت لقوا يلقي")
_KILLING, _AND_WOUNDING = _folded("مقتل قتل استشهاد مصرع وفاة"), _folded("وإصابة وجرح")
"""Of مقتل وإصابة 20 both are of the twenty; of قتلوا وأصيب 158 only one is."""
_MEANWHILE = _folded("جراءه جراءها فيه فيها خلاله خلالها اثره اثرها ايضا بسببه بسببها")
"""What may stand between an event and the people: قُتل جرّاءه 69 شخصا."""
_COMMON = _folded(
    "من منهم في بينهم جراء نتيجه اثر خلال علي بسبب بعد اثناء عندما حين هناك منذ عند قرب قبل حتي بينما وفق بحسب حسب "
    "معظمهم غالبيتهم"
)
_MEASURES = _folded(
    "كم كيلومتر كيلومترا متر مترا امتار طن طنا ساعه ساعات يوم يوما ايام عام عاما سنه سنوات اعوام شهر شهرا اشهر "
    "اسبوع اسابيع دقيقه دقائق مره مرات صباحا مساء ظهرا فجرا دولار بالمئه بالمائه غاره غارات صاروخ صاروخا "
    "صواريخ قذيفه قذائف هجوم هجوما هجمات مبني مباني منزل منزلا منازل سياره سيارات مدرسه مدارس مشفي مشاف مستشفي "
    "مستشفيات دبابه دبابات طائره طائرات اليه اليات محل محلات متجر"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of a kind, and the span of the folded text that says it."""

    kind: str
    low: int
    high: int | None
    start: int
    end: int

    @property
    def is_more_than_ten(self) -> bool:
        """Whether what is counted stands in the singular."""
        return self.high is None or self.high > 10

    def told(self, places: Places) -> Json:
        """Return the figure as a paragraph holds it."""
        return {"kind": self.kind, "low": self.low, "high": self.high, **places.told(self.start, self.end)}


def may_have_figures(words: tuple[str, ...]) -> bool:
    """Tell whether any of a text's folded words can stand in a figure: a look-up, where most texts end."""
    return not _triggers().isdisjoint(words)


def figures_in(folded: str) -> list[Figure]:
    """Return the figures of a folded text in order, at most `MOST`."""
    reader = _Reader(folded)
    found: list[Figure] = []
    for figure in reader.figures():
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
        self._text, self._gap, self._amount = self._words.text, self._words.gap, self._numbers.amount

    def figures(self) -> Iterator[Figure]:
        """Yield the figures in order: one can begin where a number does, a little before a word that tells what is counted."""
        texts, known = self._words.texts, _triggers()
        triggers = [number for number, text in enumerate(texts) if text in known]
        behind = 0
        for place in sorted({*triggers, *self._numbers.before(triggers, _BEFORE)}):
            if place < behind:
                continue
            found, is_event = self._found(place, is_trigger=texts[place] in known)
            while found:
                figure, behind = found
                yield figure
                found = self._further(figure, behind) if is_event else None

    def _found(self, place: int, *, is_trigger: bool) -> tuple[tuple[Figure, int] | None, bool]:
        """Return the figure that begins at a word, with the word behind it, and whether it tells of an event."""
        if not is_trigger:
            return self._counted(place), False
        if event := self._event(place):
            return event, True
        found = self._labelled(place) or self._met_their_fate(place) or self._counted(place)
        return found or self._two(place) or self._single(place), False

    def _labelled(self, place: int) -> tuple[Figure, int] | None:
        """القتلى: 10, القتلى المبلغ عنهم: 45, ارتفع عدد القتلى إلى 30."""
        kind = _role("label", self._text(place))
        if kind is None:
            return None
        amount = self._behind_colon(place + 1)
        if amount is None and (self._is_counted(place) or self._text(place + 1) in _EXCEEDED):
            amount = self._reached(place + 1)
        if amount is None or self._is_measured(amount.behind):
            return None
        noun, behind = self._casualties(amount.behind)
        return self._figure(noun or kind, amount, place, behind if noun else amount.behind)

    def _behind_colon(self, place: int) -> Amount | None:
        """Return the amount behind the colon of a heading, which may say more: القتلى الذين تم الإبلاغ عنهم: 69."""
        for at in range(place, place + _AHEAD):
            gap = self._gap(at)
            if ":" in gap:
                return self._amount(at) or self._persons(at, apart=":")
            if re.search(r"[.!?؟؛،,\n]", gap) or self._is_trigger(at) or self._text(at)[:1].isdigit():
                return None
        return None

    def _is_counted(self, place: int) -> bool:
        return bool(_COUNTED & {_bare(self._text(place - 1)), _bare(self._text(place - 2))})

    def _reached(self, place: int) -> Amount | None:
        """Return the amount behind the word that says that a count reached it."""
        for at in range(place, min(place + _AHEAD, len(self._words.texts))):
            if re.search(r"[.!?؟؛:\n]", self._gap(at)) or self._is_trigger(at):
                return None
            if self._text(at) in _REACHED and (amount := self._amount(at) or self._amount(at + 1)):
                return amount
            if (amount := self._amount(at)) and self._people(amount.behind):
                return amount
        return None

    def _met_their_fate(self, place: int) -> tuple[Figure, int] | None:
        """لقي 12 شخصا مصرعهم."""
        if _bare(self._text(place)) not in _MET:
            return None
        amount = self._amount(place + 1) or self._persons(place + 1)
        if amount is None:
            return None
        for at in range(amount.behind, min(amount.behind + _AHEAD + 2, len(self._words.texts))):
            if _FATE.fullmatch(self._text(at)):
                return self._figure(DEAD, amount, place, at + 1)
        return None

    def _event(self, place: int) -> tuple[Figure, int] | None:
        """مقتل 45 شخصا, أصيب ثلاثة من, مقتل وإصابة 20, مقتل طفلة."""
        kind = _role("event", self._text(place))
        if kind is None or (
            _bare(self._text(place)) in {"حياه", "ارواح"} and not self._text(place).startswith(("ب", "وب"))
        ):
            return None
        at = place + 1
        is_both = _bare(self._text(place)) in _KILLING and self._text(at) in _AND_WOUNDING
        if is_both:
            kind, at = VICTIMS, at + 1
        if self._text(at) == "كل" and self._text(at + 1) == "من":
            return None
        strict = (kind == VICTIMS and not is_both) or self._text(at) in _MEANWHILE
        at += self._text(at) in _MEANWHILE
        amount = self._amount(at)
        if amount is None:
            return None if strict or self._is_denied(place) else self._of_persons(kind, place, at)
        if amount.low == 1 and self._is_denied(place):  # لم يقتل أحد
            return None
        behind = amount.behind
        of_people = self._people(behind)
        if not of_people and (strict or not self._may_count_people(kind, amount)):
            return None
        behind = of_people or behind
        if between := self._dead_and_wounded(behind):
            kind, behind = VICTIMS, between
        return self._figure(kind, amount, place, behind)

    def _further(self, before: Figure, place: int) -> tuple[Figure, int] | None:
        """Return the next ones of a list of people: مقتل طفل وثلاث نساء."""
        word = self._text(place)
        if not word.startswith("و") or self._gap(place).strip():
            return None
        amount = self._amount(place + 1) if word == "و" else self._amount(place)
        if amount is None:
            count = {"one": 1, "two": 2}.get(_people().get(word[1:], ""))
            # The two nouns of اثنا عشر فتى وفتاة are counted by one number.
            if not count or (count == 1 and before.is_more_than_ten):
                return None
            return self._figure(
                before.kind, Amount(count, count, place, place + 1, is_written_out=True), place, place + 1
            )
        behind = self._people(amount.behind)
        if not behind or _role("after", self._text(behind)) or self._casualties(behind)[0]:
            return None
        return self._figure(before.kind, amount, place, behind)

    def _may_count_people(self, kind: str, amount: Amount) -> bool:
        """Tell whether an amount without people behind it counts people all the same."""
        behind = amount.behind
        word = self._text(behind)
        if self._is_measured(behind):
            return False
        if not amount.is_written_out and amount.low in _YEARS and amount.low == amount.high:
            return False
        is_last = behind >= len(self._words.texts) or bool(self._gap(behind).strip())
        if is_last or _bare(word) in _COMMON or word in _COMMON:
            return True
        return kind == DEAD or word.startswith("ب")

    def _counted(self, place: int) -> tuple[Figure, int] | None:
        """سبعة جرحى, 18 ضحية, 3 حالات وفاة, عشرات القتلى, 20 قتيلا وجريحا, 12 مدنيا قتلوا."""
        amount = self._amount(place)
        if amount is None:
            return None
        kind, behind = self._casualties(amount.behind, is_vague=amount.is_vague)
        if kind is None:
            people = self._people(amount.behind) or self._of_some(amount.behind)
            if not people:
                return None
            is_least, people = self._numbers.after(people)
            amount = amount.at_least() if is_least else amount
            people = self._among_them(people)
            if between := self._dead_and_wounded(people):
                return self._figure(VICTIMS, amount, place, between)
            kind, behind = _role("after", self._text(people)), people + 1
            if kind is None:
                met = self._text(people) in _MET and _FATE.fullmatch(self._text(people + 1))
                if not met:
                    return None
                kind, behind = DEAD, people + 2
        return self._figure(kind, amount, place, behind)

    def _of_some(self, place: int) -> int:
        """Return the word behind من سكانها in خمسة آلاف من سكانها قُتلوا, 0 where no verb of the dead or wounded follows."""
        return place + 2 if self._text(place) == "من" and _role("after", self._text(place + 2)) else 0

    def _among_them(self, place: int) -> int:
        """Return the word behind بينهم 49 طفلا, where a verb follows that is of all of them; else the same word."""
        at = place + (self._text(place) == "من")
        if self._text(at) not in _AMONG or not (amount := self._amount(at + 1)):
            return place
        people = self._people(amount.behind)
        return people if people and _role("after", self._text(people)) else place

    def _two(self, place: int) -> tuple[Figure, int] | None:
        """قتيلان."""
        kind = _role("two", self._text(place))
        if kind is None or self._is_denied(place):
            return None
        return self._figure(kind, Amount(2, 2, place, place + 1, is_written_out=True), place, place + 1)

    def _single(self, place: int) -> tuple[Figure, int] | None:
        """قتيل واحد, سقط شهيد."""
        word = self._text(place)
        kind = _role("noun", word)
        if kind is None or self._is_denied(place):
            return None
        one = Amount(1, 1, place, place + 1, is_written_out=True)
        if self._text(place + 1) in {"واحد", "واحده"}:
            return self._figure(kind, one, place, place + 2)
        if _bare(self._text(place - 1)) in _FELL and _bare(word) in _singles():
            return self._figure(kind, one, place, place + 1)
        return None

    def _casualties(self, place: int, *, is_vague: bool = False) -> tuple[str | None, int]:
        """Return the kind of what is counted, and the word behind it: جرحى, من الضحايا, حالة وفاة, قتيلا وجريحا."""
        if self._gap(place).strip(" ()[]\"'«»+"):
            return None, place
        if self._text(place) in {"حاله", "حالات"}:
            place += 1
            if kind := _plain_role("event", self._text(place)):
                return kind, place + 1
        if self._text(place) == "من" and (kind := _plain_role("label", self._text(place + 1))):
            return kind, place + 2
        word = self._text(place)
        kind = _plain_role("noun", word) or (_plain_role("label", word) if is_vague else None)
        if kind is None:
            return None, place
        other = self._text(place + 1)
        # Of 5 قتلى وإصابات only the first is counted, of 20 قتيلا وجريحا both are.
        if other.startswith("و") and (is_vague or other[1:] in _singles()):
            joined = _plain_role("noun", other[1:]) or _plain_role("label", other[1:])
            if joined not in {None, kind} and not _plain_role("event", other[1:]):
                return VICTIMS, place + 2
        return kind, place + 1

    def _dead_and_wounded(self, place: int) -> int:
        """Return the word behind بين قتيل وجريح, 0 where that does not stand there."""
        words = [self._text(place + step) for step in range(3)]
        if words[0] in {"بين", "ما"} and words[1] == "بين":
            words, place = [self._text(place + 1 + step) for step in range(3)], place + 1
        roles = {_plain_role("noun", words[1]), _plain_role("noun", words[2][1:])}
        return place + 3 if words[0] == "بين" and roles == {DEAD, WOUNDED} else 0

    def _of_persons(self, kind: str, place: int, at: int) -> tuple[Figure, int] | None:
        amount = self._persons(at)
        return None if amount is None else self._figure(kind, amount, place, amount.behind)

    def _persons(self, place: int, apart: str = "") -> Amount | None:
        """Return one or two where persons stand there without a number: طفلة, شخصين, شخص واحد."""
        count = {"one": 1, "two": 2}.get(_people().get(self._text(place), ""))
        if count is None or self._gap(place).strip() != apart:
            return None
        behind = place + (2 if self._text(place + 1) in {"واحد", "واحده", "اثنان", "اثنين"} else 1)
        return Amount(count, count, place, behind, is_written_out=True)

    def _people(self, place: int) -> int:
        """Return the word behind one for people, 0 where there is none: شخصا, من المدنيين, آخرين."""
        if self._gap(place).strip(" ()[]\"'«»+"):
            return 0
        if self._text(place) == "من" and self._text(place + 1).removeprefix("ال") in _people():
            return place + 2
        if self._text(place) not in _people():
            return 0
        return place + 2 if self._text(place + 1) in {"اخرين", "اخرون"} else place + 1

    def _figure(self, kind: str, amount: Amount, place: int, behind: int) -> tuple[Figure, int]:
        is_least, after = self._numbers.after(behind)
        if is_least:
            amount, behind = amount.at_least(), after
        spans = self._words.spans
        return Figure(kind, amount.low, amount.high, spans[place][0], spans[behind - 1][1]), behind

    def _is_measured(self, place: int) -> bool:
        """Tell whether something else than people is counted: hours, houses, or the days of a month."""
        return (self._text(place) in _MEASURES or self._text(place) in _months()) and not self._gap(place).strip()

    def _is_denied(self, place: int) -> bool:
        return bool(_DENIED & {self._text(place - 1), self._text(place - 2), self._text(place + 1)})

    def _is_trigger(self, place: int) -> bool:
        return self._text(place) in _triggers()


def _bare(word: str) -> str:
    """Return a word without و, ف, ب or ل in front of it, where the rest is one of the words that are looked for."""
    return word[1:] if word[:1] in {"و", "ف", "ب", "ل"} and word[1:] in _known_words() else word


def _role(role: str, word: str) -> str | None:
    """Return the kind of casualties that a word tells in a role, also behind proclitics."""
    return _roles()[role].get(word)


def _plain_role(role: str, word: str) -> str | None:
    """Return the same of a word without proclitics: what is counted stands without them."""
    return _plain_roles()[role].get(word)


@cache
def _plain_roles() -> dict[str, dict[str, str]]:
    roles: dict[str, dict[str, str]] = {"event": {}, "noun": {}, "label": {}, "two": {}, "after": {}}
    for row in read_table("casualties"):
        roles[row["role"]] |= {normalize(form): row["kind"] for form in listed(row["forms"])}
    return roles


@cache
def _roles() -> dict[str, dict[str, str]]:
    """Return, by role, the kind of each form, with proclitics in front of it and without."""
    roles: dict[str, dict[str, str]] = {}
    for role, plain in _plain_roles().items():
        roles[role] = {_joined(proclitic, form): kind for form, kind in plain.items() for proclitic in _PROCLITICS}
        roles[role] |= plain
    return roles


def _joined(proclitic: str, form: str) -> str:
    return proclitic + form.removeprefix("ا") if proclitic.endswith("ل") and form.startswith("ال") else proclitic + form


@cache
def _known_words() -> set[str]:
    return {form for plain in _plain_roles().values() for form in plain} | _MET | _FELL | _COUNTED | _COMMON


@cache
def _triggers() -> frozenset[str]:
    forms = {form for known in _roles().values() for form in known}
    return frozenset(forms | _MET | {f"و{word}" for word in _MET})


@cache
def _singles() -> frozenset[str]:
    return frozenset(
        map(
            normalize,
            ("قتيل", "قتيلا", "قتيلة", "شهيد", "شهيدا", "شهيدة", "جريح", "جريحا", "جريحة", "مصاب", "مصابا", "ضحية"),
        )
    )


@cache
def _months() -> frozenset[str]:
    rows = [*read_table("months"), *read_table("hijri_months")]
    return frozenset(normalize(name).split()[0] for row in rows for name in listed(row["names"]))


@cache
def _people() -> dict[str, str]:
    """Return each word for people, folded, with how many it names: one, two or many."""
    return {normalize(form): row["number"] for row in read_table("people") for form in listed(row["forms"])}
