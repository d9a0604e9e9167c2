"""Arabic paragraphs without end, with the words of a real corpus: as frequent, as neighbours, and with new ones as often.

How often a known word comes, and how often a new one, follows the Pitman-Yor process, whose frequencies are Zipf's and whose
vocabulary grows by Heaps' law. Its one number is the share of the words that stand in the real corpus once (by Good and
Turing the chance that the next word is a new one). Words are taken in short runs, so that phrases are met again; new words
are spelled by the letters of the known ones. `tests/test_prose.py` holds it against real text of twice the size.

Nothing that it writes means anything. It is made of words that are read when it runs: ../shared/data and seeds/.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from analyzers.tokens import tokenize

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared" / "data"
MEAN_RUN = 2.5
"""Words that are taken together from a place of the text."""
A_CLAUSE, A_SENTENCE = 9, 24
"""Words up to a comma and up to a full stop."""
LONGEST_WORD = 12


def real_texts(shared: Path = SHARED) -> list[str]:
    """Return the paragraphs whose words are used: the sample corpus, and real reports where they are at hand."""
    reports = (json.loads(line) for file in sorted((CHECKOUT / "seeds").glob("*.jsonl")) for line in _lines(file))
    seeds = [paragraph["text"] for report in reports for paragraph in report["paragraphs"]]
    return seeds + [
        json.loads(line)["text"] for file in sorted(shared.glob("*/paragraphs.jsonl")) for line in _lines(file)
    ]


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


class Spelling:
    """New words: each letter follows the two before it as often as in the known words."""

    def __init__(self, words: Sequence[str], chance: np.random.Generator) -> None:
        followers = defaultdict(list)
        for word in words:
            for before, letter in zip(_pairs(word), [*word, ""], strict=False):
                followers[before].append(letter)
        self._followers = dict(followers)
        self._known = set(words)
        self._chance = chance

    def word(self) -> str:
        """Return a word that was not there before."""
        while True:
            word = self._spelled()
            if len(word) > 2 and word not in self._known:
                self._known.add(word)
                return word

    def _spelled(self) -> str:
        word, before = "", ("", "")
        for draw in self._chance.random(LONGEST_WORD):
            choices = self._followers[before]
            letter = choices[int(draw * len(choices))]
            if not letter:
                break
            word, before = word + letter, (before[1], letter)
        return word


def _pairs(word: str) -> Iterator[tuple[str, str]]:
    """Yield the two letters before each letter of a word, and before its end."""
    letters = ["", "", *word]
    yield from pairwise(letters)


class Prose:
    """The paragraphs. The same texts and seed give the same paragraphs."""

    def __init__(self, texts: Sequence[str], seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        told = [[token.text for token in tokenize(text)] for text in texts]
        counts = Counter(word for words in told for word in words)
        self.words = list(counts)
        self._numbers = {word: number for number, word in enumerate(self.words)}
        self._spelling = Spelling(self.words, self._chance)
        self._lengths = np.array([len(words) for words in told if words])
        self._counts = _Growing(np.array(list(counts.values()), dtype=np.int32))
        self._history = _Growing(np.array([self._numbers[word] for words in told for word in words], dtype=np.int32))
        self.discount = sum(count == 1 for count in counts.values()) / len(counts)
        """The exponent of the vocabulary's growth."""

    @property
    def tokens(self) -> int:
        """Words written, those of the real corpus among them."""
        return len(self._history.values)

    @property
    def vocabulary(self) -> int:
        """How many of them differ."""
        return len(self.words)

    def counts(self) -> np.ndarray:
        """Return how often each word of the vocabulary was written."""
        return self._counts.values

    def report(self, paragraphs: int) -> list[str]:
        """Return the next so many paragraphs, as long as real ones."""
        lengths = self._chance.choice(self._lengths, paragraphs)
        ends = np.cumsum(lengths)
        words = self._written(int(ends[-1]))
        return [self._text(words[end - length : end]) for length, end in zip(lengths, ends, strict=True)]

    def _written(self, size: int) -> np.ndarray:
        """Return the numbers of the next words, and count them."""
        drawn = self._drawn(size)
        is_new = self._chance.random(size) < self.discount * self.vocabulary / self.tokens
        first, new = self.vocabulary, int(is_new.sum())
        drawn[is_new] = np.arange(first, first + new)
        self.words.extend(self._spelling.word() for _ in range(new))
        self._counts.extend(np.zeros(new, dtype=np.int32))
        np.add.at(self._counts.values, drawn, 1)
        self._history.extend(drawn)
        return drawn

    def _drawn(self, size: int) -> np.ndarray:
        """Return known words in runs; each that came once is passed over as often as the discount says, and so on."""
        lengths = self._chance.geometric(1 / MEAN_RUN, size)
        runs = int(np.searchsorted(np.cumsum(lengths), size)) + 1
        starts = np.repeat(self._chance.integers(0, self.tokens, runs), lengths[:runs])[:size]
        inside = np.arange(size) - np.repeat(np.cumsum(lengths[:runs]) - lengths[:runs], lengths[:runs])[:size]
        drawn: np.ndarray = self._history.values[(starts + inside) % self.tokens]
        refused = np.flatnonzero(self._refused(drawn))
        while refused.size:
            drawn[refused] = self._history.values[self._chance.integers(0, self.tokens, refused.size)]
            refused = refused[self._refused(drawn[refused])]
        return drawn

    def _refused(self, drawn: np.ndarray) -> np.ndarray:
        refused: np.ndarray = self._chance.random(drawn.size) < self.discount / self._counts.values[drawn]
        return refused

    def _text(self, numbers: np.ndarray) -> str:
        words = [self.words[number] for number in numbers]
        for place in range(A_CLAUSE - 1, len(words) - 1, A_CLAUSE):
            words[place] += "،"
        for place in range(A_SENTENCE - 1, len(words) - 1, A_SENTENCE):
            words[place] = words[place].rstrip("،") + "."
        return " ".join(words) + "."


class _Growing:
    """An array that grows at its end."""

    def __init__(self, values: np.ndarray) -> None:
        self._room, self._used = values, len(values)

    @property
    def values(self) -> np.ndarray:
        return self._room[: self._used]

    def extend(self, more: np.ndarray) -> None:
        needed = self._used + len(more)
        if needed > len(self._room):
            room = np.empty(max(needed, 2 * len(self._room)), dtype=self._room.dtype)
            room[: self._used] = self.values
            self._room = room
        self._room[self._used : needed] = more
        self._used = needed
