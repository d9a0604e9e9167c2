"""A twin in Python of the level `stem`: our compound prefixes, then Lucene's light stemmer for Arabic.

The engine stems what it searches; the twin tells which typed word a mark belongs to. Source of the algorithm: Larkey,
Ballesteros and Connell, "Light stemming for Arabic information retrieval" (light10), in the form that Apache Lucene's
`ArabicStemmer` gives it. `tests/test_stemmer_engine.py` holds the two together.
"""

from __future__ import annotations

import re

from analyzers.overrides import stem_overrides

COMPOUND_PATTERN = r"^(?:وبال|وكال|فبال|ولل|فلل)(?=.{2})"
COMPOUND_REPLACEMENT = "ال"
"""Compound prefixes become the article, which the stemmer then takes off once. Cut off whole, they would leave the next
letter to be taken for a prefix too: وبالواقع would end as اقع, but الواقع as واقع."""

TANWIN_PATTERN = r"^(.{3,})ا$"
TANWIN_REPLACEMENT = r"\1"
"""The alef that carries a tanwin (هجوما, محمدا) is in no list of the stemmer's. Measured: nDCG@10 +.0013 on xquad-ar and +.0028
on arcd. Names that end in an alef of their own (درعا, سوريا) are in the overrides."""

_ALEF = "ا"
_COMPOUND_STARTS = ("و", "ف")
"""What the two patterns want at the end and at the start: most words have neither, and are told so in no time."""
_COMPOUND = re.compile(COMPOUND_PATTERN)
_TANWIN = re.compile(TANWIN_PATTERN)
_PREFIXES = ("ال", "وال", "بال", "كال", "فال", "لل", "و")
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")


def stem(word: str) -> str:
    """Return the stem of one word that is folded to `letters`."""
    if (given := stem_overrides().get(word)) is not None:
        return given
    bare = _TANWIN.sub(TANWIN_REPLACEMENT, word) if word.endswith(_ALEF) else word
    simple = _COMPOUND.sub(COMPOUND_REPLACEMENT, bare) if bare.startswith(_COMPOUND_STARTS) else bare
    return _without_suffixes(_without_prefix(simple))


def _without_prefix(word: str) -> str:
    if not word.startswith(_PREFIXES):
        return word
    for prefix in _PREFIXES:
        shortest = 4 if prefix == "و" else len(prefix) + 2
        if len(word) >= shortest and word.startswith(prefix):
            return word[len(prefix) :]
    return word


def _without_suffixes(word: str) -> str:
    """Take off each suffix once, in the order of the list: that order is the algorithm."""
    if not word.endswith(_SUFFIXES):
        return word
    for suffix in _SUFFIXES:
        if len(word) >= len(suffix) + 2 and word.endswith(suffix):
            word = word[: -len(suffix)]
    return word
