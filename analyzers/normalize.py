"""`normalize()`: a text as the level `letters` sees it, and where each of its characters came from.

Built on pyarabic (`strip_diacritics`, `strip_tatweel`) and the rows that pyarabic lacks. Its own normalizers are not
used: `normalize_hamza("إدلب")` gives ءدلب, which no longer meets ادلب, and `normalize_alef("مستشفى")` gives مستشفا.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pyarabic import araby

from analyzers import evasions, folding
from analyzers.evasions import Edit


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and its way back.

    `text` has n characters; `starts` and `ends` have n entries each: character i stands for `verbatim[starts[i]:ends[i]]`.
    A removed mark belongs to no character; the letters of a ligature share one span. `length` is that of the verbatim
    text.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    length: int

    def verbatim_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of the verbatim text behind `text[start:end]` (at least one character).

        What was removed behind the last character goes with it: the tanwin of محمدٌ belongs to the word.
        """
        following = self.starts[end] if end < len(self.starts) else self.length
        return self.starts[start], max(self.ends[end - 1], following)


def _translation(rows: Iterable[folding.Row]) -> dict[int, str]:
    return {ord(row.source): row.target for row in rows if len(row.source) == 1}


_COMPOSED = {row.source: row.target for row in folding.COMPOSITIONS}
_COMPOSABLE = re.compile("|".join(_COMPOSED))
_UNKNOWN_TO_PYARABIC = _translation(row for row in folding.MARKS if row.source not in araby.DIACRITICS)
_SEPARATORS = _translation(row for row in folding.SEPARATORS if row.source != araby.TATWEEL)
_LETTERS = _translation(folding.LETTERS)
_AFTER_TATWEEL = {**_SEPARATORS, **_LETTERS}


def fold_exact(text: str) -> str:
    """Return `text` as the level `exact` sees it: marks, controls, tatweel and evasions gone, every letter kept."""
    if _is_bare(text):
        return text
    return araby.strip_tatweel(_join(_strip_marks(text))).translate(_SEPARATORS)  # type: ignore[no-any-return]


def normalize(text: str) -> str:
    """Return `text` as the level `letters` sees it: `fold_exact`, and the letter and digit rows."""
    if _is_bare(text):
        return fold_letters(text)
    return araby.strip_tatweel(_join(_strip_marks(text))).translate(_AFTER_TATWEEL)  # type: ignore[no-any-return]


def fold_letters(text: str) -> str:
    """Return what `normalize` returns of a text that holds nothing but letters, digits and plain punctuation: as long as it."""
    return text.translate(_LETTERS)


def _is_bare(text: str) -> bool:
    """Tell whether a text is letters and digits alone, as most single words are: then nothing but those rows can apply.

    Marks, controls, separators and what the evasion rules look for are none, but for the tatweel.
    """
    return text.isalnum() and araby.TATWEEL not in text


def normalize_with_offsets(text: str) -> Folded:
    """Return what `normalize` returns, with the span of the verbatim text behind each character.

    Slower than `normalize` (a pass in Python for each rule): for marks and quotations, not for loading.
    """
    folded = Folded(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)), len(text))
    for edits in _EDITS:
        folded = _apply(folded, edits(folded.text))
    return folded


def join_split_words(text: str) -> str:
    """Return `text` with the words joined that a tatweel, white space and a tatweel split: before it is cut at spaces."""
    return _applied(text, evasions.tatweel_edits(text))


def _strip_marks(text: str) -> str:
    composed = _COMPOSABLE.sub(lambda match: _COMPOSED[match.group()], text)
    return araby.strip_diacritics(composed).translate(_UNKNOWN_TO_PYARABIC)  # type: ignore[no-any-return]


def _join(text: str) -> str:
    for edits in (evasions.tatweel_edits, evasions.dotted_edits, evasions.stuck_edits):
        text = _applied(text, edits(text))
    return text


def _applied(text: str, edits: Iterator[Edit]) -> str:
    pieces, position = [], 0
    for start, end, replacement in edits:
        pieces += [text[position:start], replacement]
        position = end
    return "".join([*pieces, text[position:]]) if position else text


def _apply(folded: Folded, edits: Iterator[Edit]) -> Folded:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0

    def keep(until: int) -> None:
        pieces.append(folded.text[position:until])
        starts.extend(folded.starts[position:until])
        ends.extend(folded.ends[position:until])

    for start, end, replacement in edits:
        keep(start)
        pieces.append(replacement)
        starts.extend([folded.starts[start]] * len(replacement))
        ends.extend([folded.ends[end - 1]] * len(replacement))
        position = end
    keep(len(folded.text))
    return Folded("".join(pieces), tuple(starts), tuple(ends), folded.length)


def _row_edits(rows: Iterable[folding.Row]) -> Callable[[str], Iterator[Edit]]:
    """Return a function that yields the edits of a table of rows, the longest source first at each place."""
    targets = {row.source: row.target for row in rows}
    pattern = re.compile("|".join(re.escape(source) for source in sorted(targets, key=len, reverse=True)))

    def edits(text: str) -> Iterator[Edit]:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), targets[match.group()]

    return edits


_EDITS: tuple[Callable[[str], Iterator[Edit]], ...] = (
    _row_edits(folding.MARKS),
    evasions.tatweel_edits,
    evasions.dotted_edits,
    evasions.stuck_edits,
    _row_edits((*folding.SEPARATORS, *folding.LETTERS)),
)


def is_split(text: str) -> bool:
    """Tell whether a text holds words that tatweels split: the one thing that folding joins across a plain space."""
    return araby.TATWEEL in text and any(evasions.tatweel_edits(_strip_marks(text)))
