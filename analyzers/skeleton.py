"""The consonants of a word in a spelling that Latin and Arabic letters share: `7alab`, `Halab`, `Aleppo`'s حلب is `hlb`.

For the Latin and Arabizi readings of a query: people write vowels as they hear them, double letters or not, and one Latin
letter for several Arabic ones. Two words with the same skeleton are candidates, to be ordered by how often the corpus has
them; they are offered and never mixed into an answer.
"""

from __future__ import annotations

import re

# ا و ي and their like carry vowels; ع and ء have no letter that everybody writes; what one Latin letter stands for is one.
_ARABIC = {
    **dict.fromkeys("اويءع", ""),
    **dict.fromkeys("هح", "h"),
    **dict.fromkeys("تط", "t"),
    **dict.fromkeys("دض", "d"),
    **dict.fromkeys("سص", "s"),
    **dict.fromkeys("زذظ", "z"),
    **dict.fromkeys("قك", "k"),
    **dict.fromkeys("جغ", "g"),
    "ب": "b",
    "پ": "b",
    "ث": "t",
    "خ": "x",
    "ر": "r",
    "ش": "c",
    "ف": "f",
    "ڤ": "f",
    "ل": "l",
    "م": "m",
    "ن": "n",
}
_ARABIC_SOUNDS = str.maketrans(_ARABIC)
_LATIN_PAIRS = (
    ("7'", "x"), ("3'", "g"), ("kh", "x"), ("sh", "c"), ("ch", "c"), ("gh", "g"), ("dh", "z"), ("th", "t"),
)  # fmt: skip
_LATIN = {
    **dict.fromkeys("aeiouyw'’`2-3", ""),
    **dict.fromkeys("h7", "h"),
    **dict.fromkeys("t6", "t"),
    **dict.fromkeys("s9", "s"),
    **dict.fromkeys("kqc8", "k"),
    **dict.fromkeys("gj", "g"),
    **dict.fromkeys("bp", "b"),
    **dict.fromkeys("fv", "f"),
    "5": "x",
    "x": "x",
    "d": "d",
    "z": "z",
    "r": "r",
    "l": "l",
    "m": "m",
    "n": "n",
}
_LATIN_ARTICLE = re.compile(r"^(?:al|el|ad|ar|as|ash|at|az|an)[-\s]")
_DOUBLED = re.compile(r"(.)\1+")
_ARABIZI = re.compile(r"[a-z0-9'’`-]+", re.IGNORECASE)


def arabic_skeleton(folded: str) -> str:
    """Return the skeleton of an Arabic word folded to `letters`; empty where a letter has no Latin one."""
    bare = folded.removeprefix("ال") if len(folded) > 4 else folded
    bare = bare.removesuffix("ه") if len(bare) > 2 else bare
    if not bare or not _ARABIC.keys() >= set(bare):
        return ""
    return _single(bare.translate(_ARABIC_SOUNDS))


def latin_skeleton(typed: str) -> str:
    """Return the skeleton of a word in Latin letters or Arabizi; empty where it is neither."""
    if not _ARABIZI.fullmatch(typed) or typed.isdecimal():
        return ""
    word = _LATIN_ARTICLE.sub("", typed.lower())
    word = re.sub(r"(?<=[aeiou])h$", "", word)
    for pair, sound in _LATIN_PAIRS:
        word = word.replace(pair, sound.upper())
    return _single("".join(char.lower() if char.isupper() else _LATIN.get(char, "") for char in word))


def _single(skeleton: str) -> str:
    """Return a skeleton without doubled letters: Raqqa and Raqa are the same."""
    return _DOUBLED.sub(r"\1", skeleton)
