"""The lexicon: other names and spellings of places, groups, months and words, and words that must be kept apart.

Its tables are reviewed data with a source per row. It works on words folded to `letters`; a form of several words is a
tuple of them. Whatever touches an index (the stems of `overrides.tsv`) is part of the analyzer version; the rest can be
read again while the server runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from analyzers.levels import Level
from analyzers.normalize import fold_exact, normalize
from analyzers.proclitics import attached, bare
from analyzers.stopwords import STOP_WORDS, is_stop_word
from analyzers.tables import FOLDER, listed, read_table
from analyzers.tokens import tokenize

Form = tuple[str, ...]
_FOLDED_STOP_WORDS = frozenset(map(normalize, STOP_WORDS))
AMBIGUOUS = "ambiguous:"
SHORT = 2
BEFORE_SHORT = ("و", "ب", "ل", "وب", "ول", "ف")
"""What is written before a name of two letters, which the rules of proclitics leave alone."""


def form_of(written: str) -> Form:
    """Return a name as the lexicon compares it: its words, folded to `letters`, in lower case."""
    return tuple(token.text.lower() for token in tokenize(normalize(written)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing and its names. `label` is the neutral one that is shown; `forms` are those that stand for it in a text.

    `loose` are names that are ordinary words too: typed, they mean the entry; in a text they say nothing.
    """

    id: str
    kind: str
    label: str
    forms: tuple[Form, ...]
    loose: frozenset[Form] = frozenset()
    latin: tuple[Form, ...] = ()
    is_ambiguous: bool = False
    written: Mapping[Form, str] = field(default_factory=dict, compare=False)
    """The forms as the table writes them."""
    row: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The table's row: where a place lies, the country, names in Latin letters."""

    @property
    def told(self) -> tuple[Form, ...]:
        """The forms by which a text says this entry for certain."""
        return tuple(form for form in self.forms if form not in self.loose)


@dataclass(frozen=True, slots=True)
class Found:
    """Entries whose name stands at `words[start:end]` of a sequence."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    is_told: bool
    """Whether the words say the first of the entries for certain."""

    def other_names(self, most: int) -> list[tuple[Form, str]]:
        """Return the names of the entries, folded and as written, without the loose ones, at most so many."""
        names = {form: entry.written[form] for entry in self.entries for form in entry.told}
        return list(names.items())[:most]

    def attached_to_short(self, typed: str) -> list[str]:
        """Return a name of two letters with its proclitics, as written: وإب. Folded it is another word (باب, a door).

        Where that name was typed, with its hamza or without: أب, a father, folds to the same letters and is not it.
        """
        told = [(form, entry.written[form]) for entry in self.entries for form in entry.forms if len(form) == 1]
        names = [name for form, name in told if len(name) == SHORT and typed in {name, form[0]}]
        return [f"{proclitic}{name}" for name in dict.fromkeys(names) for proclitic in BEFORE_SHORT]


@dataclass(frozen=True, slots=True)
class Collision:
    """A typed word that other words would be mixed with: it is searched up to `cap` only."""

    cap: Level
    others: tuple[str, ...]


Name = tuple[tuple[Entry, ...], bool]
"""The entries of a name, and whether it says the first of them for certain."""


class Lexicon:
    """The tables, ready to be asked."""

    def __init__(
        self, entries: Iterable[Entry], collisions: dict[str, Collision], whole: frozenset[str] = frozenset()
    ) -> None:
        self.entries = tuple(entries)
        self._collisions = collisions
        # A name is whole too: بانياس is no form of انياس.
        self._whole = whole | {form[0] for entry in self.entries for form in entry.forms if len(form) == 1}
        self._by_first = _by_first_word(self.entries)

    def find(self, words: Sequence[str]) -> list[Found]:
        """Return the names in a sequence of folded words: at each place the longest, and none inside another.

        The first word may carry a proclitic, as it does in a text: بسوريا, لتنظيم الدولة.
        """
        words, found, free = tuple(words), [], 0
        # Few words begin a name: the rest of a text is passed over with this one look.
        for position in [position for position, word in enumerate(words) if word in self._by_first]:
            if position >= free and (here := self._at(words, position)):
                found.append(here)
                free = here.end
        return found

    def _at(self, words: tuple[str, ...], start: int) -> Found | None:
        for length, names in self._by_first[words[start]]:
            end = start + 1 + length
            if name := names.get(words[start + 1 : end]):
                return Found(start, end, *name)
        return None

    def collision(self, word: str) -> Collision | None:
        """Return what a word, as typed but for harakat, must be kept apart from; None for most words."""
        return self._collisions.get(word)

    def bare(self, word: str) -> tuple[str, ...]:
        """Return what a word, as typed but for harakat, is without its proclitics: بغزة gives غزة, وبحلب both بحلب and حلب.

        Nothing of a word that begins with such a letter of its own (لجنة, بعيد), nor a function word (of وعلى).
        """
        if self._is_whole(word):
            return ()
        stumps = [stump for stump in bare(word) if self._says_something(stump)]
        whole = [stump for stump in stumps if self._is_whole(stump)]
        # ولجنة is a form of لجنة, and so none of جنة.
        of_whole = {inner for stump in whole for inner in bare(stump)}
        return tuple(stump for stump in stumps if stump not in of_whole)

    def _says_something(self, stump: str) -> bool:
        """Tell whether a word is none of the function words, nor folded one of them, but for those kept apart from it."""
        if is_stop_word(stump):
            return False
        return stump in self._collisions or normalize(stump) not in _FOLDED_STOP_WORDS

    def _is_whole(self, word: str) -> bool:
        return normalize(word).lower() in self._whole


def _by_first_word(entries: Iterable[Entry]) -> dict[str, list[tuple[int, dict[Form, Name]]]]:
    """Return by a name's first word, with its proclitics too, what may follow: the longest first, and what it names.

    What may follow ادلب and وبادلب is the same and held once: held for each of 52,000 words it took 75 MB a process.
    """
    rows = [(entry, form) for entry in entries for form in (*entry.forms, *entry.latin)]
    firsts_of: dict[str, list[str]] = defaultdict(list)
    """The first words of names that a word can be, bare or with a proclitic: mostly one."""
    for first in dict.fromkeys(form[0] for _, form in rows):
        for word in attached(first):
            firsts_of[word].append(first)
    alike: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    """By first word, the different rows of them that it is in: words with the same row are followed by the same."""
    for firsts in set(map(tuple, firsts_of.values())):
        for first in firsts:
            alike[first].add(firsts)
    named: dict[tuple[str, ...], dict[Form, dict[Entry, bool]]] = defaultdict(lambda: defaultdict(dict))
    for entry, form in rows:
        is_certain = not entry.is_ambiguous and form in entry.told
        for firsts in alike[form[0]]:
            names = named[firsts][form[1:]]
            names[entry] = names.get(entry, False) or is_certain
    following = {firsts: _by_length(names) for firsts, names in named.items()}
    return {word: following[tuple(firsts)] for word, firsts in firsts_of.items()}


def _by_length(names: dict[Form, dict[Entry, bool]]) -> list[tuple[int, dict[Form, Name]]]:
    return [
        (length, {rest: _name(found) for rest, found in names.items() if len(rest) == length})
        for length in sorted(set(map(len, names)), reverse=True)
    ]


def _name(found: dict[Entry, bool]) -> Name:
    return tuple(found), next(iter(found.values()))


@cache
def default_lexicon() -> Lexicon:
    """Return the lexicon of the packaged tables."""
    return read_lexicon(FOLDER)


def read_lexicon(folder: Path) -> Lexicon:
    """Return the lexicon of the tables in a folder."""
    entries = [*_places(folder), *_actors(folder), *_months(folder), *_words(folder)]
    whole = frozenset(normalize(row["word"]).lower() for row in read_table("whole", folder))
    return Lexicon(entries, _collisions(folder), whole)


def _forms(written: Iterable[str]) -> tuple[Form, ...]:
    return tuple(_written(written))


def _written(names: Iterable[str]) -> dict[Form, str]:
    """Return names by their folded forms; of two that fold to one, the first."""
    written: dict[Form, str] = {}
    for name in names:
        if form := form_of(name):
            written.setdefault(form, name)
    return written


def _places(folder: Path) -> Iterable[Entry]:
    for row in read_table("places", folder):
        yield Entry(
            row["id"],
            "place",
            row["name"],
            tuple(names := _written([row["name"], *listed(row["spellings"])])),
            written=names,
            latin=_forms(listed(row["latin"])),
            is_ambiguous=row["note"].startswith(AMBIGUOUS),
            row=row,
        )


def _actors(folder: Path) -> Iterable[Entry]:
    for row in read_table("actors", folder):
        loose = row["note"].removeprefix(AMBIGUOUS) if row["note"].startswith(AMBIGUOUS) else ""
        yield Entry(
            row["id"],
            "actor",
            row["label"],
            tuple(names := _written([row["label"], *listed(row["aliases"])])),
            written=names,
            loose=frozenset(_forms(listed(loose))),
            latin=_forms([*listed(row["latin"]), row["label_en"]]),
            row=row,
        )


def _months(folder: Path) -> Iterable[Entry]:
    for row in read_table("months", folder):
        names = listed(row["names"])
        yield Entry(f"month-{row['number']}", "month", names[0], _forms(names), written=_written(names))


def _words(folder: Path) -> Iterable[Entry]:
    for row in read_table("words", folder):
        names = listed(row["forms"])
        yield Entry(f"word-{names[0]}", "word", names[0], _forms(names), written=_written(names))


def _collisions(folder: Path) -> dict[str, Collision]:
    others: dict[str, list[str]] = defaultdict(list)
    caps: dict[str, Level] = {}
    for row in read_table("collisions", folder):
        word = fold_exact(row["word"])
        others[word].append(row["other"])
        caps[word] = min(caps.get(word, Level.STEM), Level(row["cap"]), key=lambda level: level.rank)
    return {word: Collision(caps[word], tuple(dict.fromkeys(told))) for word, told in others.items()}
