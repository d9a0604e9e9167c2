"""Words of a folded text: a twin in Python of the `standard` tokenizer (Unicode word boundaries, UAX #29).

The engine tokenizes what it searches; this one is for the query's own words, for the surface forms that a paragraph
lists and for the word that a mark belongs to. `tests/test_tokens_engine.py` holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

# The regex library has the boundaries of UAX #29 under its WORD flag. A segment is a token if it has a letter or digit,
# or is an emoji: the engine's tokenizer takes those for words, and posts are searched by them.
_WORD = regex.compile(r"\b[\w\p{Emoji_Presentation}].*?\b", regex.WORD | regex.DOTALL | regex.VERSION1)
_SPOKEN = regex.compile(r"[\p{L}\p{N}\p{Emoji_Presentation}]")
# Flags are pairs of letters, and to tell which letters are a pair the library counts back to the first of them, at each: a
# paragraph of nothing but flags took 0.3 s. So they are cut into parts beforehand, each of whole pairs.
_FLAG_LETTER = r"\p{WB=Regional_Indicator}[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]*+"
_MANY_FLAGS = regex.compile(rf"(?:{_FLAG_LETTER}){{64}}(?=\p{{WB=Regional_Indicator}})")
_FEW = 64


@dataclass(frozen=True, slots=True)
class Token:
    """A word: `text` is `source[start:end]` of the text that was given."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Return the words of a text that is already folded, in order."""
    return [
        Token(match.group(), start + match.start(), start + match.end())
        for start, part in _parts(text)
        for match in _WORD.finditer(part)
        if _SPOKEN.search(match.group())
    ]


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield a text, cut where a long row of flags can be, with the place of each part."""
    position = 0
    # Flags are beyond the basic plane: most texts are told by their highest character, in no time.
    if len(text) > _FEW and max(text) > "\uffff":
        for match in _MANY_FLAGS.finditer(text):
            yield position, text[position : match.end()]
            position = match.end()
    yield position, text[position:]
