"""From a span of a folded text back to the text as it is written, in both units of offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Any

from analyzers import folding
from analyzers.chunks import folded_piece, pieces_of
from analyzers.normalize import Folded, normalize_with_offsets

Json = dict[str, Any]

_LIGATURES = "\ufb50"
"""From here on a character can become several. Below none does, so of a piece that keeps its length all keep their place."""
_CAN_BECOME_SEVERAL = re.compile(f"[{_LIGATURES}-\U0010ffff]")
_REMOVED = re.compile(
    f"[{''.join(row.source for row in (*folding.MARKS, *folding.SEPARATORS) if len(row.source) == 1 and not row.target)}]"
)


class Places:
    """A text and what `normalize` made of it: leads from what was found in the one back to what is written in the other."""

    def __init__(self, text: str, folded: str) -> None:
        self._text = text
        self._folded = folded
        self._mapped: dict[int, Folded] = {}

    def told(self, start: int, end: int) -> Json:
        """Return what is written behind a half-open span of the folded text, with its offsets in code points and UTF-16.

        The span begins and ends with a letter or a digit.
        """
        if (removed := self._removed) is not None:
            first, last = start + bisect_right(removed, start), end + bisect_right(removed, end)
            # Nor does any of these characters take two units of UTF-16.
            surface = self._text[first:last]
            return {"surface": surface, "start": first, "end": last, "utf16_start": first, "utf16_end": last}
        first, last = self._edge(start)[0], self._edge(end - 1)[1]
        surface = self._text[first:last]
        ahead = _utf16(self._text[:first])
        return {
            "surface": surface,
            "start": first,
            "end": last,
            "utf16_start": ahead,
            "utf16_end": ahead + _utf16(surface),
        }

    @cached_property
    def _removed(self) -> list[int] | None:
        """The place in the folded text behind each character that was removed; None where more happened than that.

        Most texts lose a few marks and keep each other character where it was: no word of them was put together again, and
        none of their characters can become several.
        """
        found = [match.start() for match in _REMOVED.finditer(self._text)]
        if len(self._text) - len(found) != len(self._folded) or _CAN_BECOME_SEVERAL.search(self._text):
            return None
        return [place - number for number, place in enumerate(found)]

    def _edge(self, place: int) -> tuple[int, int]:
        """Return the span behind one character of the folded text."""
        pieces, folded, written, begins = self._pieces
        number = bisect_right(begins, place) - 1
        inside = place - begins[number]
        piece = pieces[number]
        if len(folded[number]) == len(piece) and max(piece) < _LIGATURES:
            return written[number] + inside, written[number] + inside + 1
        if number not in self._mapped:
            self._mapped[number] = normalize_with_offsets(piece)
        start, end = self._mapped[number].verbatim_span(inside, inside + 1)
        return written[number] + start, written[number] + end

    @cached_property
    def _pieces(self) -> tuple[list[str], list[str], list[int], list[int]]:
        """The pieces that are folded each for itself, as written and folded, and where each of both begins."""
        pieces = pieces_of(self._text)
        folded = self._folded.split(" ")
        if len(folded) != len(pieces):  # a no-break space becomes a plain one
            folded = list(map(folded_piece, pieces))
        return pieces, folded, _begins(pieces), _begins(folded)


def _begins(pieces: list[str]) -> list[int]:
    begins, place = [], 0
    for piece in pieces:
        begins.append(place)
        place += len(piece) + 1
    return begins


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
