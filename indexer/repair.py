"""Characters that would harm a text later, taken out as it comes in.

Seen on a real engine: a NUL or U+2029 in a paragraph loses its marks, and one lone surrogate makes every result page that
it is on unserialisable.
"""

from __future__ import annotations

import re
from typing import Any

REPLACEMENT = "\ufffd"

_OTHER_LINE_END = re.compile("[\r\u0085\u2028\u2029\x0b\x0c]")
_LINE_ENDS = re.compile(f"\r\n|{_OTHER_LINE_END.pattern}")
# C0 and C1 controls but tab and line feed, surrogates that stand alone, and the two noncharacters of the plane.
_HARMFUL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


# What is looked for below is not printable, nor is the plain line end: a text of printable characters, as nearly every
# paragraph is, is told by `isprintable` in a tenth of the time.


def repair(text: str) -> str:
    r"""Return `text` with every line end as `\n` and every harmful code point as U+FFFD."""
    if text.isprintable():
        return text
    return _HARMFUL.sub(REPLACEMENT, with_plain_line_ends(text))


def with_plain_line_ends(text: str) -> str:
    r"""Return `text` with every line end as `\n`."""
    return _LINE_ENDS.sub("\n", text) if _OTHER_LINE_END.search(text) else text


def storable(value: Any) -> Any:
    """Return JSON as it was given, but for surrogates that stand alone: UTF-8 has no way to write them."""
    if isinstance(value, str):
        return value if value.isprintable() else _SURROGATE.sub(REPLACEMENT, value)
    if isinstance(value, dict):
        return {name: storable(part) for name, part in value.items()}
    return [storable(part) for part in value] if isinstance(value, list) else value


def harmful_count(text: str) -> int:
    """Return how many code points `repair` replaces by U+FFFD."""
    return 0 if text.isprintable() else len(_HARMFUL.findall(text))
