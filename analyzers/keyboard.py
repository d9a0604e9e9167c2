"""Words typed with the keyboard in the other language: `hgrwt` is القصف, `شقشلاهؤ` is arabic.

The layout is Arabic (101), which Windows and most keyboards in the Arab world have.
"""

from __future__ import annotations

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvnm,./`"
_ARABIC = "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ"
_SHIFTED = {"H": "أ", "Y": "إ", "N": "آ", "G": "لأ", "T": "لإ", "B": "لآ"}
_TO_ARABIC = {**dict(zip(_LATIN, _ARABIC, strict=True)), "b": "لا", **_SHIFTED}
_TO_LATIN = {arabic: latin for latin, arabic in zip(_LATIN, _ARABIC, strict=True)} | {"أ": "h", "إ": "y", "آ": "n"}


def as_arabic(typed: str) -> str | None:
    """Return what the same keys write in Arabic, None where a key writes no Arabic letter."""
    letters = [_TO_ARABIC.get(char) or _TO_ARABIC.get(char.lower()) for char in typed]
    return "".join(letter for letter in letters if letter) if typed and all(letters) else None


def as_latin(typed: str) -> str | None:
    """Return what the same keys write in Latin letters, None where a key writes no Latin letter."""
    joined = typed.replace("لا", "b")
    letters = [_TO_LATIN.get(char) or ("b" if char == "b" else None) for char in joined]
    latin = "".join(letter for letter in letters if letter) if typed and all(letters) else ""
    return latin if latin.isalpha() else None
