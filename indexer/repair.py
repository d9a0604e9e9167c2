"""Characters that would harm a text later, taken out as it comes in.

Seen on a real engine: a NUL or U+2029 in a paragraph loses its marks, and one lone surrogate makes every result page that
it is on unserialisable.
"""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"

_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029\x0b\x0c]")
# C0 and C1 controls but tab and line feed, surrogates that stand alone, and the two noncharacters of the plane.
_HARMFUL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def repair(text: str) -> str:
    r"""Return `text` with every line end as `\n` and every harmful code point as U+FFFD."""
    return _HARMFUL.sub(REPLACEMENT, _LINE_ENDS.sub("\n", text))


def harmful_count(text: str) -> int:
    """Return how many code points `repair` replaces by U+FFFD."""
    return len(_HARMFUL.findall(text))
