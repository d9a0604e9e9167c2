"""Words of a folded text: a twin in Python of the `standard` tokenizer (Unicode word boundaries, UAX #29).

The engine tokenizes what it searches; this one is for the query's own words, for the surface forms that a paragraph
lists and for the word that a mark belongs to. `tests/test_tokens_engine.py` holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

# The regex library has the boundaries of UAX #29 under its WORD flag. A segment is a token if it has a letter or digit,
# or is an emoji: the engine's tokenizer takes those for words, and posts are searched by them.
_WORD = regex.compile(r"\b[\w\p{Emoji_Presentation}].*?\b", regex.WORD | regex.DOTALL | regex.VERSION1)
_SPOKEN = regex.compile(r"[\p{L}\p{N}\p{Emoji_Presentation}]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word: `text` is `source[start:end]` of the text that was given."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Return the words of a text that is already folded, in order."""
    return [
        Token(match.group(), match.start(), match.end())
        for match in _WORD.finditer(text)
        if _SPOKEN.search(match.group())
    ]
